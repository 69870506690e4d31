package dev.berth.executor.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The runtime {@code java}: AWS's own Runtime Interface Client, as Maven Central has it. It loads the function's classes from
 * the root of the working directory and the jars of its {@code lib}, and those of {@code /opt/java/lib}.
 */
final class JavaRuntime {
    private static final String CLIENT = "aws-lambda-java-runtime-interface-client.jar";
    /** In the order of the class path. */
    static final List<String> JARS =
            List.of(CLIENT, "aws-lambda-java-core.jar", "aws-lambda-java-serialization.jar", "utils-lite.jar");

    private static final String LIBRARY = "libaws-lambda-jni.so";
    // The client's own way is a file of one name in /tmp, which processes of one machine would overwrite for each
    // other.
    private static final String LIBRARY_PROPERTY =
            "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";
    private static final String MAIN = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
    /** Where the client looks for layers itself. */
    private static final String LAMBDAS_LAYERS_ROOT = "/opt";

    // Of a small function in a JVM with these settings about 50 MB are no heap (metaspace, compiled code, threads);
    // what
    // it has in /tmp counts too.
    private static final int BESIDES_HEAP_MB = 72;
    private static final int LEAST_HEAP_MB = 16;

    private static final Pattern NAMES_HEAP = Pattern.compile("-Xmx|MaxHeapSize|MaxRAMPercentage|MaxRAMFraction");
    private static final Pattern NAMES_COLLECTOR = Pattern.compile("-XX:[+-]Use\\w*GC\\b");
    private static final Pattern NAMES_COMPILATION =
            Pattern.compile("TieredStopAtLevel|TieredCompilation|-Xint|-Xcomp");

    private JavaRuntime() {}

    /** Puts the client's native library, for glibc on a machine like this one, beside its jars. */
    static void unpackLibrary(Path directory) throws IOException {
        String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
        try (ZipFile client = new ZipFile(directory.resolve(CLIENT).toFile())) {
            String name = "jni/libaws-lambda-jni.linux-" + machine + ".so";
            ZipEntry library = client.getEntry(name);
            if (library == null) {
                throw new IOException("The Runtime Interface Client " + directory.resolve(CLIENT) + " has no " + name);
            }
            try (var in = client.getInputStream(library)) {
                Files.copy(in, directory.resolve(LIBRARY), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    static List<String> command(ContainerSpec spec, LambdaEnvironment.Places places, String java) {
        List<String> command = new ArrayList<>();
        command.add(java);
        command.addAll(options(spec.memoryMb(), spec.environment().getOrDefault("JAVA_TOOL_OPTIONS", "")));
        command.add("-D" + LIBRARY_PROPERTY + "=" + places.runtimeRoot() + "/" + LIBRARY);
        String path = JARS.stream().map(jar -> places.runtimeRoot() + "/" + jar).collect(Collectors.joining(":"));
        if (spec.extras().layers() != null && !places.layersRoot().equals(LAMBDAS_LAYERS_ROOT)) {
            path += ":" + places.layersRoot() + "/java/lib/*";
        }
        command.addAll(List.of("-cp", path, MAIN, spec.handler()));
        return command;
    }

    /**
     * What a JVM of so much memory gets: a heap that leaves room for what is no heap, and settings for a quick start. On any of
     * them on which the function's own options, in JAVA_TOOL_OPTIONS, say something, they alone count: the command line's would
     * override them, and two collectors would keep the JVM from starting.
     */
    static List<String> options(int memoryMb, String functionsOwn) {
        List<String> options = new ArrayList<>();
        if (!NAMES_HEAP.matcher(functionsOwn).find()) {
            options.add("-Xmx" + Math.max(LEAST_HEAP_MB, Math.min(memoryMb * 3 / 4, memoryMb - BESIDES_HEAP_MB)) + "m");
        }
        if (!NAMES_COLLECTOR.matcher(functionsOwn).find()) {
            options.add("-XX:+UseSerialGC");
        }
        if (!NAMES_COMPILATION.matcher(functionsOwn).find()) {
            options.add("-XX:TieredStopAtLevel=1");
        }
        // Without it the JVM keeps a file for each process in /tmp.
        options.add("-XX:-UsePerfData");
        options.add("-Xshare:auto");
        return options;
    }
}
