package dev.berth.cli;

import dev.berth.cli.text.Figures;
import dev.berth.cli.text.Json;
import dev.berth.cli.text.Table;
import dev.berth.gateway.auth.core.Key;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Without a subcommand: {@code list}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "Lists the keys that berth up --auth lets in; keys create makes one, keys delete takes one back.",
            "Works on the file in the data folder; a running gateway follows within two seconds."
        },
        subcommands = {KeysCommand.ListCommand.class, KeysCreateCommand.class, KeysDeleteCommand.class})
final class KeysCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private KeysOptions options;

    @Override
    public Integer call() {
        return list(options, spec);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the keys, without their secrets.")
    static final class ListCommand implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private KeysOptions options;

        @Override
        public Integer call() {
            return list(options, spec);
        }
    }

    static String kind(Key key) {
        return key instanceof Key.Access ? "aws" : "api";
    }

    private static int list(KeysOptions options, CommandSpec spec) {
        List<Key> keys = options.file().read().all();
        PrintWriter out = spec.commandLine().getOut();
        if (options.json()) {
            var rows = Json.object().putArray("keys");
            keys.forEach(key -> rows.addObject()
                    .put("id", key.id())
                    .put("kind", kind(key))
                    .put("tenant", key.tenant())
                    .put("note", key.note())
                    .put("createdMs", key.createdMs()));
            out.println(Json.line(rows));
            return 0;
        }
        long nowMs = System.currentTimeMillis();
        Table table = new Table("id", "kind", "tenant", "age", "note");
        keys.forEach(
                key -> table.row(key.id(), kind(key), key.tenant(), Figures.age(nowMs, key.createdMs()), key.note()));
        table.lines().forEach(out::println);
        return 0;
    }
}
