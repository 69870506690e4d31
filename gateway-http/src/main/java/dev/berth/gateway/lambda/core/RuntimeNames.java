package dev.berth.gateway.lambda.core;

import dev.berth.gateway.core.ApiError;
import java.util.regex.Pattern;

/** Lambda's names of runtimes and Berth's. */
final class RuntimeNames {
    static final String PYTHON = "python3";
    static final String NODE = "nodejs";
    static final String JAVA = "java";
    static final String PROVIDED = "provided";

    private static final Pattern PYTHONS = Pattern.compile("python3(\\.\\d{1,2})?");
    private static final Pattern NODES = Pattern.compile("nodejs(\\d{1,2}\\.x)?");
    // Berth's Java is 17, which runs what was made for earlier ones.
    private static final Pattern JAVAS = Pattern.compile("java(8|8\\.al2|11|17)?");
    private static final Pattern PROVIDEDS = Pattern.compile("provided(\\.al2(023)?)?");

    private RuntimeNames() {}

    /** Berth's runtime for a name as given. */
    static String berths(String given) {
        if (given == null) {
            throw ApiError.invalidParameter("Runtime is missing. Give " + known() + ".")
                    .exception();
        }
        if (PYTHONS.matcher(given).matches()) {
            return PYTHON;
        }
        if (NODES.matcher(given).matches()) {
            return NODE;
        }
        if (JAVAS.matcher(given).matches()) {
            return JAVA;
        }
        if (PROVIDEDS.matcher(given).matches()) {
            return PROVIDED;
        }
        throw ApiError.invalidParameter("Runtime '" + (given.length() > 64 ? given.substring(0, 64) : given)
                        + "' is not supported. Give " + known() + ".")
                .exception();
    }

    private static String known() {
        return "python3 (or Lambda's python3.x), nodejs (nodejs20.x and the like), java (java8 to java17)"
                + " or provided (provided.al2023)";
    }
}
