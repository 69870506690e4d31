"""Tries what a container is there to prevent, and tells how far it came."""

import os
import select
import socket
import threading
import time

kept = []


def handler(event, context):
    attack = globals()[event["do"]]
    return attack(event, context) if attack.__code__.co_argcount == 2 else attack(event)


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


def scan(event):
    """The ports of a host that answer, tried many at a time."""
    found = []
    ports = list(event["ports"])
    while ports:
        batch, ports = ports[:400], ports[400:]
        waiting = {}
        for port in batch:
            attempt = socket.socket()
            attempt.setblocking(False)
            if attempt.connect_ex((event["host"], port)) == 0:
                found.append(port)
            waiting[attempt] = port
        until = time.monotonic() + 0.7
        while waiting and time.monotonic() < until:
            for attempt in select.select([], list(waiting), [], until - time.monotonic())[1]:
                # Refused is an answer too: it tells what is there and what is not.
                found.append(waiting.pop(attempt))
                attempt.close()
        for attempt in waiting:
            attempt.close()
    return sorted(set(found))


def datagram(event):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(b"hello", (event["host"], event["port"]))
        except OSError as error:
            return type(error).__name__
    return "sent"


def raw(event):
    """Packets with an address of the sender's choice."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP)
        return "raw socket"
    except OSError as error:
        return type(error).__name__


def others(event):
    """What it can find of other containers and of this machine in the places that would tell."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            found.append("process " + name)
    for path in ("/proc/1/root/var/task/hostile.py", "/proc/1/environ"):
        try:
            with open(path, "rb") as file:
                found += [] if os.getpid() == 1 or not file.read(1) else [path]
        except OSError:
            pass
    for line in open("/proc/self/mountinfo"):
        place = line.split()[4]
        if place not in ("/", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/tmp", "/var/task", "/var/runtime",
                         "/var/log/berth", "/etc/passwd", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf") \
                and not place.startswith(("/proc", "/sys")):
            found.append("mount " + place)
    for place in ("/tmp", "/dev/shm", "/dev/mqueue", "/var/log/berth"):
        found += [] if not os.path.isdir(place) else [os.path.join(place, name) for name in os.listdir(place)]
    for attempt in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/kcore", "/dev/mem", "/dev/kmsg",
                    "/sys/kernel/uevent_helper"):
        try:
            os.close(os.open(attempt, os.O_WRONLY))
            found.append("writable " + attempt)
        except OSError:
            pass
    return found


def ipv6(event):
    try:
        with open("/proc/net/if_inet6") as file:
            return [line.split()[-1] for line in file if line.split()[-1] != "lo"]
    except OSError:
        return []


def spin(event):
    for _ in range(4):
        threading.Thread(target=spin_alone, daemon=True).start()
    spin_alone()


def spin_alone():
    while True:
        pass


def leave_a_file(event):
    for place in ("/tmp", "/dev/shm"):
        with open(os.path.join(place, "left"), "w") as file:
            file.write("secret")


def api():
    import http.client

    return http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"], timeout=15)


def own_path(context, verb):
    return "/2018-06-01/runtime/invocation/%s/%s" % (context.aws_request_id, verb)


def answer_huge(event, context):
    connection = api()
    try:
        connection.request("POST", own_path(context, "response"), body=(b"x" * 1024 * 1024 for _ in range(100)))
        return connection.getresponse().status
    except OSError as error:
        return type(error).__name__


def answer_garbage(event, context):
    connection = api()
    connection.request("POST", own_path(context, "response"), body=bytes(range(256)))
    return connection.getresponse().status


def answer_twice(event, context):
    first, second = api(), api()
    first.request("POST", own_path(context, "response"), body=b'"first"')
    accepted = first.getresponse().status
    second.request("POST", own_path(context, "response"), body=b'"second"')
    print("answers were taken with", accepted, second.getresponse().status)


def answer_garbled_error(event, context):
    connection = api()
    connection.request("POST", own_path(context, "error"), body=bytes(range(256)),
                       headers={"Lambda-Runtime-Function-Error-Type": "E" * 30000})
    return connection.getresponse().status


def answer_at_once_on_many_connections(event, context):
    """Begins so many answers at a time that all of them together would fill the executor's memory."""
    head = "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 6000000\r\n\r\n" % own_path(context, "response")
    begun = []
    for _ in range(int(event["connections"])):
        connection = socket.create_connection(os.environ["AWS_LAMBDA_RUNTIME_API"].split(":"), timeout=5)
        connection.sendall(head.encode())
        begun.append(connection)
    alive = len(begun)
    until = time.monotonic() + 5
    while alive > 1 and time.monotonic() < until:
        for connection in select.select(begun, [], [], 0.1)[0]:
            begun.remove(connection)
            alive -= 1
    kept.append(begun)
    return alive


def connect_without_end(event, context):
    """As many connections as it can get, and how many of them live."""
    opened = []
    for _ in range(300):
        opened.append(socket.create_connection(os.environ["AWS_LAMBDA_RUNTIME_API"].split(":"), timeout=5))
    until = time.monotonic() + 1
    while time.monotonic() < until:
        for connection in select.select(opened, [], [], 0.1)[0]:
            opened.remove(connection)
    return len(opened)


def not_http(event, context):
    with socket.create_connection(os.environ["AWS_LAMBDA_RUNTIME_API"].split(":"), timeout=5) as connection:
        try:
            connection.sendall(os.urandom(100000))
            return len(connection.recv(100))
        except OSError as error:
            return type(error).__name__


def break_off(event, context):
    """Half an answer, and no more."""
    connection = socket.create_connection(os.environ["AWS_LAMBDA_RUNTIME_API"].split(":"), timeout=5)
    head = "POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"half" % own_path(context, "response")
    connection.sendall(head.encode())
    kept.append(connection)
    if event["then"] == "exit":
        os._exit(7)
    if event["then"] == "hang":
        time.sleep(1000)
    connection.close()
    return "whole"


def hang_up(event):
    """The connections of the runtime itself."""
    os.closerange(3, 1024)


def resolve(event):
    try:
        return socket.gethostbyname("example.com")
    except OSError as error:
        return type(error).__name__


def hello(event):
    return "hello"
