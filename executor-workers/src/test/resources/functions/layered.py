import os
import subprocess


def handler(event, context):
    if event.get("do") == "environment":
        return dict(os.environ)
    import both
    import library

    root = os.environ["BERTH_LAYERS_ROOT"]
    return {
        "library": library.NAME,
        "both": both.NAME,
        "tool": subprocess.check_output(["berth-tool"], text=True).strip(),
        "data": open(os.path.join(root, "data", "file")).read(),
        "writable": os.stat(os.path.join(root, "data", "file")).st_mode & 0o222 != 0,
    }
