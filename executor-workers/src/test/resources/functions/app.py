import ctypes
import json
import os
import subprocess
import sys
import time

seen = {}


def handler(event, context):
    do = event.get("do", "count")
    if do == "count":
        key = context.tenant_id
        seen[key] = seen.get(key, 0) + 1
        return {"key": key, "count": seen[key], "pid": os.getpid()}
    if do == "context":
        print("a line of the log")
        print("and one of the errors", file=sys.stderr)
        return {
            "id": context.aws_request_id,
            "name": context.function_name,
            "memory": context.memory_limit_in_mb,
            "arn": context.invoked_function_arn,
            "tenant": context.tenant_id,
            "client": context.client_context and vars(context.client_context),
            "remaining": context.get_remaining_time_in_millis(),
            "greeting": os.environ["GREETING"],
            "trace": os.environ.get("_X_AMZN_TRACE_ID"),
        }
    if do == "throw":
        raise ValueError("that went wrong")
    if do == "exit":
        print("leaving")
        sys.exit(3)
    if do == "segfault":
        ctypes.string_at(0)
    if do == "hang":
        print("before the end")
        subprocess.Popen(["sleep", "1000"])
        time.sleep(60)
    if do == "until":
        while not os.path.exists(event["file"]):
            time.sleep(0.005)
        return "released"
    if do == "huge":
        return "x" * (6 * 1024 * 1024)
    if do == "garbage":
        return {1, 2, 3}
    if do == "large":
        return "y" * (5 * 1024 * 1024)
    if do == "write":
        with open(os.path.join(os.environ["TMPDIR"], "f"), "w") as file:
            file.write("x")
        try:
            with open("/var/task/f", "w"):
                return "wrote"
        except OSError as error:
            return type(error).__name__
    if do == "steal":
        return steal(event["path"])
    return json.loads(json.dumps(event))


def steal(path):
    import http.client

    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    connection.request("POST" if "next" not in path else "GET", path, body=b'"stolen"')
    response = connection.getresponse()
    return {"status": response.status, "error": json.loads(response.read())}
