package dev.berth.schemas;

import org.apache.avro.util.ClassSecurityValidator;

/** Settings of Avro that are one for the process: what it may instantiate, and how much it may allocate. */
final class AvroSafety {
    static {
        // A length prefix in a damaged record must not make Avro allocate what it claims. Read once, when Avro starts.
        limit("org.apache.avro.limits.bytes.maxLength", Limits.RECORD_BYTES);
        limit("org.apache.avro.limits.string.maxLength", Limits.RECORD_BYTES);
        limit("org.apache.avro.limits.collectionItems.maxLength", 1_000_000);
        // Since 1.12.2 Avro makes no record of a class that nobody vouched for.
        String own = AvroSafety.class.getPackageName();
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                type -> type.getPackageName().equals(own)));
    }

    private AvroSafety() {}

    /** Makes sure that the settings are in force; cheap after the first time. */
    static void inForce() {}

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
