package dev.berth.cli.docs;

import dev.berth.cli.config.Rights;
import dev.berth.cli.config.Role;
import dev.berth.schemas.TopicCatalogue;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator's guide has the rights that the code names. That they suffice, and are needed, is RightsTest's. */
@Tag("core")
@Tag("S6")
class RightsDocsTest {
    private static final Map<Role, String> WHO = Map.of(Role.TOPICS, "who runs `berth topics create`");

    @Test
    void theTableOfRightsIsCurrent() throws IOException {
        StringBuilder table = new StringBuilder("| part | on | may | for |\n|---|---|---|---|\n");
        for (Role role : Role.values()) {
            for (Rights.Right right : Rights.of(role, TopicCatalogue.defaults())) {
                table.append("| ")
                        .append(WHO.getOrDefault(role, role.word()))
                        .append(" | ")
                        .append(Rights.words(right.on())
                                .replace(right.on().name(), "`" + right.on().name() + "`"))
                        .append(" | ")
                        .append(right.operations().stream().map(Rights::word).collect(Collectors.joining(", ")))
                        .append(" | ")
                        .append(right.why())
                        .append(" |\n");
            }
        }
        Page.checkPart("operating.md", "rights", table.toString());
    }
}
