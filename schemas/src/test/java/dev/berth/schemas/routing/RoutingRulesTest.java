package dev.berth.schemas.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.RoutingSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
@Tag("R5")
class RoutingRulesTest {
    @Test
    void eachFormIsReadAndWrittenTheSame() {
        for (String text : new String[] {
            "none",
            "tenant",
            "record-key",
            "header:X-Session",
            "attribute:source",
            "json:/user/id",
            "json:",
            "json:/a:b"
        }) {
            assertThat(RoutingRules.text(RoutingRules.parse(text))).isEqualTo(text);
        }
        assertThat(RoutingRules.text(null)).isEqualTo("none");
        assertThat(RoutingRules.parse(" Header:X-Session "))
                .isEqualTo(new RoutingRule(RoutingSource.HEADER, "X-Session"));
        assertThat(RoutingRules.parse("attribute:Source"))
                .isEqualTo(new RoutingRule(RoutingSource.ATTRIBUTE, "source"));
    }

    @Test
    void whatIsNoRuleIsRefusedWithTheRulesThereAre() {
        for (String text : new String[] {"", "key", "header", "json", "tenant:x", "none:", "/user/id", "record_key"}) {
            assertThatThrownBy(() -> RoutingRules.parse(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("json:POINTER");
        }
    }

    @Test
    void badNamesAndPointersAreRefusedWithTheirOwnReason() {
        refused("header:", "header's name");
        refused("header:X Session", "header's name");
        refused("attribute:a.b", "attribute's name");
        refused("json:user/id", "starts with a slash");
        refused("json:/user~2id", "~0");
        refused("json:/user~", "~0");
        refused("json:/" + "x".repeat(600), "at most 512");
    }

    private static void refused(String text, String because) {
        assertThatThrownBy(() -> RoutingRules.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(because);
    }
}
