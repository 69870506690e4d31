"""Does what it is told, to itself."""

import os
import sys
import time

calls = 0


def handler(event, context):
    global calls
    calls += 1
    do = event.get("do", "answer")
    if do == "throw":
        raise ValueError("as I was told")
    if do == "exit":
        os._exit(17)
    if do == "hang":
        time.sleep(600)
    if do == "unserialisable":
        return object()
    if do == "print":
        sys.stdout.buffer.write(bytes(range(256)) * 400)
        sys.stdout.flush()
    if do == "large":
        return "x" * (7 * 1024 * 1024)
    return {"calls": calls, "pid": os.getpid()}
