import base64
import os
import sys
import threading
import time

print("waking up")


def handler(event, context):
    do = event["do"]
    if do == "say":
        print(event["text"])
    if do == "raw":
        os.write(1, base64.b64decode(event["bytes"]))
    if do == "long":
        os.write(2, ("é" * (512 * 1024)).encode())
    if do == "flood":
        for i in range(event["lines"]):
            os.write(1, b"%015d\n" % i)
    if do == "until":
        print("so far")
        sys.stdout.write("and the rest ")
        while not os.path.exists(event["file"]):
            time.sleep(0.005)
        print("of it")
    if do == "later":
        threading.Timer(0.05, lambda: print("nobody asked")).start()
    if do == "exit":
        print("the last words", end="")
        sys.stdout.flush()
        os._exit(7)
    return do
