import os


def handler(event, context):
    status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    written = []
    for place in ("/", "/etc", "/var/task", "/var/runtime", "/usr/bin", "/root", "/home"):
        try:
            with open(os.path.join(place, "berth-test"), "w"):
                written.append(place)
        except OSError:
            pass
    with open("/tmp/berth-test", "w") as file:
        file.write("x")
    return {
        "uid": os.getuid(),
        "capabilities": status["CapEff"].strip(),
        "noNewPrivileges": status["NoNewPrivs"].strip(),
        "written": written,
        "tmp": "written",
        "memory": memory_limit(),
    }


def memory_limit():
    for path in ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory.max"):
        try:
            with open(path) as file:
                return int(file.read())
        except OSError:
            pass
    return -1
