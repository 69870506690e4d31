package dev.berth.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Moments as people write them: how long ago (15m or -15m), or a time (2026-01-31T12:00:00Z; without a zone, this machine's). */
final class TimeConverter implements ITypeConverter<Instant> {
    private static final Pattern AGO = Pattern.compile("-.*|\\d+[a-z]+");

    @Override
    public Instant convert(String text) {
        try {
            if (AGO.matcher(text).matches()) {
                return Instant.now().minus(new DurationConverter().convert(text.replaceFirst("-", "")));
            }
            return text.endsWith("Z")
                    ? Instant.parse(text)
                    : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
        } catch (TypeConversionException | DateTimeException e) {
            throw new TypeConversionException("\"" + text
                    + "\" is no time. Give how long ago, such as -15m, or a time such as 2026-01-31T12:00:00Z");
        }
    }
}
