package example;

import com.amazonaws.services.lambda.runtime.Context;
import java.io.InputStream;
import java.util.Map;
import java.util.TreeMap;

/** Counts its calls, and does what it is told. */
public class Counter {
    private int count;

    public Object handle(Map<String, Object> event, Context context) throws Exception {
        String what = String.valueOf(event.get("do"));
        if (what.equals("throw")) {
            throw new IllegalStateException("that went wrong");
        }
        if (what.equals("exit")) {
            System.exit(3);
        }
        if (what.equals("hog")) {
            return new byte[Integer.MAX_VALUE - 8].length;
        }
        if (what.equals("layer")) {
            return Class.forName("shared.Greeting").getMethod("text").invoke(null);
        }
        System.out.println("call " + ++count);
        Map<String, Object> answer = new TreeMap<>();
        answer.put("count", count);
        answer.put("key", context.getTenantId());
        answer.put("id", context.getAwsRequestId());
        answer.put("function", context.getFunctionName());
        answer.put("memory", context.getMemoryLimitInMB());
        answer.put("arn", context.getInvokedFunctionArn());
        answer.put("remaining", context.getRemainingTimeInMillis());
        answer.put("heapMb", Runtime.getRuntime().maxMemory() / (1024 * 1024));
        answer.put("java", System.getProperty("java.home"));
        return answer;
    }
}
