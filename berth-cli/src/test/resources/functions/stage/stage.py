"""Does what its event says: writes to a file, waits for one, fails so many times. Says how often it was called."""
import os
import time

calls = 0


def handler(event, context):
    global calls
    calls += 1
    if "log" in event:
        with open(event["log"], "a") as log:
            log.write("start %s\n" % event["id"])
    if "bell" in event:
        open(event["bell"], "w").close()
    while "gate" in event and not os.path.exists(event["gate"]):
        time.sleep(0.005)
    failed = event.get("failures", 0) > 0 and failures(event) < event["failures"]
    if "log" in event:
        with open(event["log"], "a") as log:
            log.write("end %s\n" % event["id"])
    if failed:
        raise ValueError("as asked")
    return {"calls": calls, "pid": os.getpid()}


def failures(event):
    """How often this event has failed before; counts one more."""
    path = "%s.%s.failures" % (event["log"], event["id"])
    before = os.path.getsize(path) if os.path.exists(path) else 0
    with open(path, "a") as count:
        count.write("x")
    return before
