package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import dev.berth.gateway.core.ApiException;
import dev.berth.schemas.ReadOnlyMount;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a function asks to see of its instance's files. Whether it may is for the instance to say. */
final class FunctionMounts {
    private static final int MOST = 10;
    private static final int MOST_CHARS = 1_000;
    private static final Pattern TARGET = Pattern.compile("/mnt/[a-zA-Z0-9_-][a-zA-Z0-9_.-]{0,100}");

    private FunctionMounts() {}

    static void check(List<FunctionRequests.Mount> mounts) {
        if (mounts == null) {
            return;
        }
        if (mounts.size() > MOST) {
            throw refuse("There are " + mounts.size() + " Mounts; at most " + MOST + " are allowed.");
        }
        Set<String> targets = new HashSet<>();
        for (FunctionRequests.Mount mount : mounts) {
            if (mount == null || mount.source() == null || mount.target() == null) {
                throw refuse("A mount has a Source, the path on the instance, and a Target, where containers see it.");
            }
            if (!mount.source().startsWith("/")
                    || mount.source().length() > MOST_CHARS
                    || mount.source().indexOf('\0') >= 0) {
                throw refuse("A mount's Source must be an absolute path of at most " + MOST_CHARS + " characters.");
            }
            if (!TARGET.matcher(mount.target()).matches()) {
                throw refuse("A mount's Target must be /mnt/NAME.");
            }
            if (!targets.add(mount.target())) {
                throw refuse("Two mounts have the Target " + mount.target() + ".");
            }
        }
    }

    static List<ReadOnlyMount> of(List<FunctionRequests.Mount> mounts) {
        return mounts == null
                ? List.of()
                : mounts.stream()
                        .map(mount -> new ReadOnlyMount(mount.source(), mount.target()))
                        .toList();
    }

    static void show(List<ReadOnlyMount> mounts, ObjectNode json) {
        if (!mounts.isEmpty()) {
            var shown = json.putArray("Mounts");
            mounts.forEach(
                    mount -> shown.addObject().put("Source", mount.getSource()).put("Target", mount.getTarget()));
        }
    }

    private static ApiException refuse(String message) {
        return ApiError.invalidParameter(message).exception();
    }
}
