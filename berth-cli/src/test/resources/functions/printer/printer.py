"""Prints what its event says, waits for a file if told to, and prints the rest."""
import os
import time

print("here I am")


def handler(event, context):
    print(event.get("text", ""))
    if "gate" in event:
        print("waiting")
        while not os.path.exists(event["gate"]):
            time.sleep(0.005)
        print("done")
    if event.get("fail"):
        raise ValueError("as asked")
    return "printed"
