package dev.berth.cli;

import java.time.Instant;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A place in a topic as people write it: a time, as {@link TimeConverter} takes it, or {@code offset:N}. */
final class PointConverter implements ITypeConverter<PointConverter.Point> {
    private static final String OFFSET = "offset:";

    /** One of both. */
    record Point(Instant time, Long offset) {}

    @Override
    public Point convert(String text) {
        if (!text.startsWith(OFFSET)) {
            return new Point(new TimeConverter().convert(text), null);
        }
        String number = text.substring(OFFSET.length());
        if (!number.matches("\\d{1,18}")) {
            throw new TypeConversionException("\"" + text + "\" is no offset. Give one such as offset:1200");
        }
        return new Point(null, Long.parseLong(number));
    }
}
