package example;

import java.util.Map;
import java.util.TreeMap;

/** Greets, and counts its calls for as long as its container lives. */
public class Handler {
    private int calls;

    public Map<String, Object> handleRequest(Map<String, Object> event) {
        Map<String, Object> answer = new TreeMap<>();
        answer.put("hello", event.getOrDefault("name", "world"));
        answer.put("calls", ++calls);
        return answer;
    }
}
