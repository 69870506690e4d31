"""Takes more than its share where only Berth's own watch stands against it, and never so much that the machine suffers."""

import os
import subprocess
import sys
import time

kept = []


def handler(event, context):
    return globals()[event["do"]](event)


def eat_memory(event):
    for _ in range(200):
        kept.append(bytearray(1024 * 1024))
    time.sleep(15)
    return "nobody minded"


def share_memory(event):
    """Three children of one that holds 70 MB: by their number alone it would be 280."""
    held = b"x" * 70 * 1024 * 1024
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            time.sleep(1.5)
            os._exit(len(held) % 7)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    return "shared"


def fork_bomb(event):
    for _ in range(100):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
    time.sleep(15)
    return "nobody minded"


def fill_disk(event):
    for number in range(5):
        with open(os.path.join(os.environ["TMPDIR"], str(number)), "wb") as file:
            file.write(b"x" * 10 * 1024 * 1024)
    time.sleep(15)
    return "nobody minded"


def one_large_file(event):
    path = os.path.join(os.environ["TMPDIR"], "large")
    try:
        with open(path, "wb") as file:
            for _ in range(40):
                file.write(b"x" * 1024 * 1024)
    finally:
        os.remove(path)


def daemonise(event):
    code = "import time; time.sleep(600)"
    # One in the container's session, one that leaves it with its environment, one that leaves both behind.
    subprocess.Popen([sys.executable, "-c", code, event["mark"]])
    subprocess.run([sys.executable, "-c", "import subprocess, sys; subprocess.Popen(sys.argv[1:], start_new_session=True)",
                    sys.executable, "-c", code, event["mark"]], check=True)
    subprocess.Popen([sys.executable, "-c", code, event["mark"]], start_new_session=True, env={})
    time.sleep(1)
    return "hidden"


def leave(event):
    os._exit(3)


def environment(event):
    return sorted(os.environ)


def scratch(event):
    return os.environ["TMPDIR"]


def hello(event):
    return "hello"
