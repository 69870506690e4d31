package dev.berth.gateway.lambda.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.gateway.core.ApiError;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Which part of a list a request wants.
 *
 * @param after the last element of the page before; null for the first page
 * @param items how many at most
 */
public record Pages(String after, int items) {
    private static final int PAGE = 50;
    private static final int MAX_ITEMS = 10_000;

    /** Reads Marker and MaxItems. */
    public static Pages of(UnaryOperator<String> parameter) {
        String marker = parameter.apply("Marker");
        return new Pages(
                marker == null || marker.isEmpty() ? null : decoded(marker), items(parameter.apply("MaxItems")));
    }

    /**
     * The page of a list; adds NextMarker to an answer if there is more.
     *
     * @param id of an element, by which the next page finds its begin; an unknown one begins at the start
     */
    public <T> List<T> cut(List<T> all, Function<T, String> id, ObjectNode answer) {
        int from = 0;
        for (int i = 0; after != null && i < all.size(); i++) {
            if (id.apply(all.get(i)).equals(after)) {
                from = i + 1;
            }
        }
        List<T> page = all.subList(from, Math.min(all.size(), from + items));
        if (from + page.size() < all.size()) {
            answer.put("NextMarker", marker(id.apply(page.get(page.size() - 1))));
        }
        return page;
    }

    /** How the next page is asked for. */
    public static String marker(String last) {
        return Base64.getUrlEncoder().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    private static int items(String given) {
        if (given == null) {
            return PAGE;
        }
        try {
            int items = Integer.parseInt(given);
            if (items >= 1 && items <= MAX_ITEMS) {
                return Math.min(items, PAGE);
            }
        } catch (NumberFormatException e) {
            // Refused below, as what is out of range.
        }
        throw ApiError.invalidParameter("MaxItems must be a number from 1 to " + MAX_ITEMS + ".")
                .exception();
    }

    private static String decoded(String marker) {
        try {
            return new String(Base64.getUrlDecoder().decode(marker), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.invalidParameter("The Marker is not one that this list gave.")
                    .exception();
        }
    }
}
