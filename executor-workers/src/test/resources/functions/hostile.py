"""Tries what a container is there to prevent, and tells how far it came."""

import os
import socket
import threading
import time

kept = []


def handler(event, context):
    return globals()[event["do"]](event)


def rights(event):
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    return {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "groups": os.getgroups(),
        "capabilities": [status[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
        "noNewPrivileges": status["NoNewPrivs"].strip(),
        "seccomp": status["Seccomp"].strip(),
        "environment": dict(os.environ),
        "mayRead": [place for place in ("/var/run/docker.sock", "/etc/shadow") if os.access(place, os.R_OK)],
        "processes": [name for name in os.listdir("/proc") if name.isdigit()],
    }


def write_everywhere(event):
    written = []
    for root, directories, _ in os.walk("/"):
        directories[:] = [name for name in directories if os.path.join(root, name) not in ("/proc", "/sys")]
        try:
            with open(os.path.join(root, "berth-test"), "w"):
                written.append(root)
            os.remove(os.path.join(root, "berth-test"))
        except OSError:
            pass
    return written


def fill_tmp(event):
    try:
        for number in range(100):
            with open("/tmp/%d" % number, "wb") as file:
                for _ in range(16):
                    file.write(b"x" * 1024 * 1024)
    except OSError as error:
        return {"errno": error.errno, "bytes": sum(os.path.getsize("/tmp/" + name) for name in os.listdir("/tmp"))}


def spill(event):
    for number in range(100):
        with open("/tmp/%d" % number, "wb") as file:
            file.write(b"x" * 16 * 1024 * 1024)


def empty_tmp(event):
    for name in os.listdir("/tmp"):
        os.remove("/tmp/" + name)


def log_without_end(event):
    while True:
        os.write(1, b"x" * 1024 * 1024)


def fork_bomb(event):
    children = 0
    while True:
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children += 1


def eat_memory(event):
    while True:
        kept.append(bytearray(1024 * 1024))


def listen(event):
    server = socket.create_server(("0.0.0.0", 4711))
    threading.Thread(target=server.accept, daemon=True).start()
    return socket.gethostbyname(socket.gethostname())


def connect(event):
    try:
        socket.create_connection((event["host"], event["port"]), timeout=1).close()
        return "connected"
    except OSError as error:
        return type(error).__name__


def call(event):
    import http.client

    connection = http.client.HTTPConnection(event["api"], timeout=2)
    connection.request("POST", "/2018-06-01/runtime/invocation/%s/response" % event["id"], body=b'"stolen"')
    return connection.getresponse().status


def resolve(event):
    try:
        return socket.gethostbyname("example.com")
    except OSError as error:
        return type(error).__name__


def hello(event):
    return "hello"
