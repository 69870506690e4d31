"""Notes that it ran, if it is asked to, and takes as long as it is asked to."""
import time


def handler(event, context):
    if "notes" in event:
        with open(event["notes"], "a") as notes:
            notes.write("%s %d\n" % (event["key"], event["n"]))
    time.sleep(event.get("ms", 0) / 1000)
    return {"n": event["n"]}
