def handler(event, context):
    with open(event["path"]) as file:
        content = file.read()
    try:
        with open(event["path"], "a"):
            written = "written"
    except OSError as error:
        written = error.strerror
    return {"content": content, "write": written}
