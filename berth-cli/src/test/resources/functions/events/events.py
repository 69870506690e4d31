"""Writes what it is given to the file LOG, a line a record; fails as records say. Takes all event shapes."""
import base64
import json
import os
import time


def handler(event, context):
    rows = list(records(event))
    failed = []
    for row in rows:
        value = row["value"] if isinstance(row["value"], dict) else {}
        time.sleep(value.get("sleep", 0))
        if "failures" in value and value["failures"] > past(value):
            failed.append(row)
    with open(os.environ["LOG"], "a") as log:
        names = ",".join(str(row["offset"]) for row in rows)
        for row in rows:
            line = dict(row, batch=names, pid=os.getpid(), failed=row in failed, event=event if "keep" in os.environ else None)
            log.write(json.dumps(line) + "\n")
    if failed and "ITEMS" in os.environ:
        return {"batchItemFailures": [{"itemIdentifier": row["offset"]} for row in failed]}
    if failed:
        raise ValueError("as asked")
    return {"records": len(rows)}


def records(event):
    if isinstance(event, dict) and "records" in event:
        for rows in event["records"].values():
            for row in rows:
                yield {"key": text(row.get("key")), "value": parsed(text(row.get("value"))), "offset": row["offset"],
                       "partition": row["partition"]}
    elif isinstance(event, list):
        for row in event:
            yield {"key": row.get("partitionkey"), "value": row.get("data"), "offset": row["id"], "partition": row["type"]}
    else:
        yield {"key": None, "value": event, "offset": None, "partition": None}


def text(encoded):
    return None if encoded is None else base64.b64decode(encoded).decode("utf-8", "replace")


def parsed(value):
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def past(value):
    """How often this record has failed before; counts one more."""
    path = "%s.%s" % (os.environ["LOG"], value["id"])
    before = os.path.getsize(path) if os.path.exists(path) else 0
    with open(path, "a") as count:
        count.write("x")
    return before
