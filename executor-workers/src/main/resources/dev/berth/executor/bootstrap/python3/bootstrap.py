"""Berth's Python runtime: asks the Lambda Runtime API for events and calls the handler with each.

It speaks HTTP by hand over one kept connection: the standard client costs a tenth of a millisecond a request, more than
all else on the way. The server is Berth's own, on this machine, and always names a Content-Length.

With AWS_LAMBDA_MAX_CONCURRENCY above 1 it calls the handler from so many threads, which share what the code keeps in
memory. (Lambda's own Python runtime has processes there, which do not.)
"""

import importlib
import json
import os
import socket
import sys
import threading
import time
import traceback
from types import SimpleNamespace


def fields(given, names):
    """An object with these attributes of a dictionary, as AWS Lambda gives them; None where it has none."""
    return SimpleNamespace(**{name: given.get(name) for name in names.split()})


def client_context_of(given):
    """What the caller says of itself: dictionaries custom and env, and an object client."""
    context = fields(given, "custom env client")
    if context.client is not None:
        names = "installation_id app_title app_version_name app_version_code app_package_name"
        context.client = fields(context.client, names)
    return context


class Context:
    """What AWS Lambda gives a handler as its second argument."""

    def __init__(self, headers):
        environ = os.environ
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn", "")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
        self.identity = None
        client_context = headers.get("lambda-runtime-client-context")
        self.client_context = client_context_of(json.loads(client_context)) if client_context else None
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", "0"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


class RuntimeApi:
    """One connection to the Runtime API. When it is gone, so is the executor, and there is nothing left to do here."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self._host = address.encode()
        self._unread = b""
        try:
            self._socket = socket.create_connection((host, int(port)))
        except OSError:
            os._exit(1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def next(self):
        self._send(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: " + self._host + b"\r\n\r\n")
        status, headers, body = self._receive()
        if status != 200:
            sys.stderr.write("The Runtime API refused an event: %d %s\n" % (status, body.decode("utf-8", "replace")))
            leave(1)
        return headers, body

    def code(self):
        """What this container is from now on, in a prewarmed one: its environment."""
        self._send(b"GET /berth/2026-11-01/code HTTP/1.1\r\nHost: " + self._host + b"\r\n\r\n")
        status, _, body = self._receive()
        if status != 200:
            sys.stderr.write("The Runtime API refused this container's code: %d\n" % status)
            leave(1)
        pairs = body.split(b"\0\0", 1)[0].split(b"\0")
        return dict(pair.split(b"=", 1) for pair in pairs)

    def post(self, path, body, error_type=None):
        head = b"POST /2018-06-01/runtime/" + path.encode() + b" HTTP/1.1\r\nHost: " + self._host
        head += b"\r\nContent-Type: application/json\r\nContent-Length: " + str(len(body)).encode()
        if error_type:
            head += b"\r\nLambda-Runtime-Function-Error-Type: " + error_type.encode("ascii", "replace")
        self._send(head + b"\r\n\r\n" + body)
        return self._receive()[0]

    def _send(self, data):
        try:
            self._socket.sendall(data)
        except OSError:
            leave(1)

    def _more(self):
        try:
            data = self._socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            leave(1)
        return data

    def _receive(self):
        unread = self._unread
        end = unread.find(b"\r\n\r\n")
        while end < 0:
            unread += self._more()
            end = unread.find(b"\r\n\r\n")
        lines = unread[:end].decode("utf-8", "replace").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", "0"))
        body = unread[end + 4 : end + 4 + length]
        self._unread = unread[end + 4 + length :]
        if len(body) < length:
            parts = [body]
            missing = length - len(body)
            while missing > 0:
                part = self._more()
                parts.append(part[:missing])
                self._unread = part[missing:]
                missing -= len(part)
            body = b"".join(parts)
        return int(lines[0].split(" ", 2)[1]), headers, body


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            pass  # The code closed or replaced it: its own affair.


def leave(code):
    flush()
    os._exit(code)


def error_object(error, error_type=None, message=None):
    trace = traceback.extract_tb(error.__traceback__)
    own = [entry for entry in trace if entry.filename != __file__]
    return {
        "errorMessage": str(error) if message is None else message,
        "errorType": error_type or type(error).__name__,
        "stackTrace": [entry.rstrip("\n") for entry in traceback.format_list(own)],
    }


def encoded(error):
    return json.dumps(error).encode()


class InitError(Exception):
    def __init__(self, error):
        self.error = error


def load_handler(name):
    module_name, _, function_name = name.rpartition(".")
    if not module_name:
        raise InitError({
            "errorType": "Runtime.MalformedHandlerName",
            "errorMessage": "Bad handler '%s': it must read module.function" % name,
        })
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise InitError(error_object(
            error, "Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)))
    except SyntaxError as error:
        raise InitError(error_object(
            error, "Runtime.UserCodeSyntaxError", "Syntax error in module '%s': %s" % (module_name, error)))
    except Exception as error:
        raise InitError(error_object(error))
    try:
        return getattr(module, function_name)
    except AttributeError as error:
        raise InitError(error_object(
            error,
            "Runtime.HandlerNotFound",
            "Handler '%s' missing on module '%s'" % (function_name, module_name)))


def run(handler, headers, body):
    """The path under the invocation and the body to post there, and the error's type if it is one."""
    try:
        try:
            event = json.loads(body) if body else {}
        except ValueError as error:
            return "error", encoded(error_object(
                error, "Runtime.UnmarshalError", "The event is not JSON: %s" % error)), "Runtime.UnmarshalError"
        result = handler(event, Context(headers))
        try:
            return "response", json.dumps(result, separators=(",", ":"), ensure_ascii=False).encode(), None
        except (TypeError, ValueError) as error:
            return "error", encoded(error_object(
                error, "Runtime.MarshalError", "The result cannot be written as JSON: %s" % error)), "Runtime.MarshalError"
    except Exception as error:
        described = error_object(error)
        sys.stderr.write("[ERROR] %s: %s\n%s" % (
            described["errorType"], described["errorMessage"], "".join(line + "\n" for line in described["stackTrace"])))
        return "error", encoded(described), described["errorType"]


def serve(api, handler, alone):
    while True:
        headers, body = api.next()
        trace_id = headers.get("lambda-runtime-trace-id")
        if alone:
            if trace_id:
                os.environ["_X_AMZN_TRACE_ID"] = trace_id
            else:
                os.environ.pop("_X_AMZN_TRACE_ID", None)
        outcome, answer, error_type = run(handler, headers, body)
        flush()
        path = "invocation/%s/%s" % (headers["lambda-runtime-aws-request-id"], outcome)
        api.post(path, answer, error_type)


def serve_in_thread(handler):
    """What ends the process in the main thread ends it here too."""
    try:
        serve(RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"]), handler, False)
    except SystemExit as left:
        leave(0 if left.code is None else left.code if isinstance(left.code, int) else 1)
    except BaseException:
        traceback.print_exc()
        leave(1)


# What many handlers import, and what takes a while: loaded before anybody waits for it.
COMMON = (
    "asyncio base64 collections concurrent.futures contextlib copy csv dataclasses datetime decimal email.utils enum "
    "functools hashlib heapq hmac html http.client inspect io itertools logging math operator pathlib queue random re "
    "shutil sqlite3 ssl statistics string struct subprocess tempfile textwrap threading typing urllib.parse "
    "urllib.request uuid xml.etree.ElementTree zipfile zlib zoneinfo"
).split()


def become(environment, own):
    """Makes this prewarmed process what a process that was started with this environment would be by now."""
    del os.environ["BERTH_PREWARMED"]
    os.environb.update(environment)
    time.tzset()
    # A module of the package comes before a standard one of its name, as if that had not been loaded yet.
    try:
        packaged = {entry.split(".")[0] for entry in os.listdir(os.environ["LAMBDA_TASK_ROOT"])}
    except OSError:
        packaged = set()
    for name in list(sys.modules):
        if name not in own and name.split(".")[0] in packaged:
            del sys.modules[name]


def main():
    # A line that was printed before a kill must be in the log.
    sys.stdout.reconfigure(line_buffering=True)
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    if os.environ.get("BERTH_PREWARMED"):
        own = set(sys.modules)
        for name in COMMON:
            try:
                importlib.import_module(name)
            except ImportError:
                pass  # This interpreter was built without it.
        become(api.code(), own)
    task_root = os.environ["LAMBDA_TASK_ROOT"]
    sys.path[0] = task_root
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except InitError as failed:
        error = failed.error
        sys.stderr.write("[ERROR] %s: %s\n" % (error["errorType"], error["errorMessage"]))
        flush()
        api.post("init/error", encoded(error), error["errorType"])
        leave(1)
    concurrency = int(os.environ.get("AWS_LAMBDA_MAX_CONCURRENCY", "1"))
    for _ in range(concurrency - 1):
        threading.Thread(target=serve_in_thread, args=(handler,), daemon=True).start()
    serve(api, handler, concurrency == 1)


if __name__ == "__main__":
    main()
