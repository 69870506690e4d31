package dev.berth.cli;

import dev.berth.cli.config.PrewarmRules;
import dev.berth.executor.pool.PrewarmRule;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@link PrewarmRules} on the command line; null for none. */
final class PrewarmConverter implements ITypeConverter<PrewarmRule> {
    @Override
    public PrewarmRule convert(String text) {
        try {
            return PrewarmRules.parse(text).orElse(null);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
