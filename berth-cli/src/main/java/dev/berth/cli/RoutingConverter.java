package dev.berth.cli;

import dev.berth.schemas.RoutingRule;
import dev.berth.schemas.routing.RoutingRules;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A routing rule, refused here already if it is none. */
final class RoutingConverter implements ITypeConverter<RoutingRule> {
    @Override
    public RoutingRule convert(String text) {
        try {
            return RoutingRules.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
