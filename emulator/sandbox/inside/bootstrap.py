"""The runtime of Python handlers: loads the handler, asks the Lambda Runtime API for invocations, answers.

Ours, written against the public description of that API. It speaks to the emulator's Unix socket itself and imports as little as
it can, so that a cold start is little more than Python's own.
"""
import sys

import _socket
import os
import time

VERSION = "/2018-06-01/runtime"
TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]


# ---- JSON ----

def refuse(value):
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


class ScannerOptions:
    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int = float, int
    parse_constant = {"-Infinity": float("-inf"), "Infinity": float("inf"), "NaN": float("nan")}.__getitem__


def json_functions():
    """loads and dumps of CPython's own C part. The json module around it wants re, which is half of Python's own start; it takes
    their place where this Python's C part is another."""
    try:
        from _json import encode_basestring, make_encoder, make_scanner
        scan = make_scanner(ScannerOptions())

        def loads(text):
            return scan(text.strip(" \t\r\n"), 0)[0]

        def dumps(value):
            return "".join(make_encoder({}, refuse, encode_basestring, None, ": ", ", ", False, False, True)(value, 0))

        if loads(dumps({"a": [1.5, None, "\u00e9"]})) == {"a": [1.5, None, "\u00e9"]}:
            return loads, dumps
    except Exception:
        pass
    import json
    return json.loads, lambda value: json.dumps(value, ensure_ascii=False)


json_loads, json_dumps = json_functions()


# ---- the Runtime API ----

class RuntimeApi:
    """One kept connection. An answer and the question for the next invocation go out together."""

    def __init__(self, path):
        self.socket = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
        self.socket.connect(path)
        self.kept = b""
        self.owed = 0  # answers to posts that are still to be read
        self.queued = b""

    def post(self, path, body, headers=""):
        self.queued += (
            f"POST {VERSION}{path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{headers}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        self.owed += 1

    def flush(self):
        self.socket.sendall(self.queued)
        self.queued = b""
        while self.owed:
            self.read_answer()
            self.owed -= 1

    def next(self):
        self.queued += f"GET {VERSION}/invocation/next HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        self.flush()
        return self.read_answer()

    def read_answer(self):
        while (end := self.kept.find(b"\r\n\r\n")) < 0:
            self.more()
        head, self.kept = self.kept[:end].decode("latin-1"), self.kept[end + 4:]
        headers = {}
        for line in head.split("\r\n")[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0))
        parts, have = [self.kept], len(self.kept)
        while have < length:
            part = self.socket.recv(1 << 20)
            if not part:
                os._exit(0)
            parts.append(part)
            have += len(part)
        whole = b"".join(parts)
        self.kept = whole[length:]
        return headers, whole[:length]

    def more(self):
        part = self.socket.recv(65536)
        if not part:
            os._exit(0)
        self.kept += part


# ---- what the handler sees ----

class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]


class Client:
    __slots__ = ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"]


class ClientContext:
    __slots__ = ["custom", "env", "client"]


def fill(thing, values):
    for name in thing.__slots__:
        setattr(thing, name, values.get(name))
    return thing


class LambdaContext:
    def __init__(self, headers):
        environ = os.environ
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.tenant_id = None
        self.client_context = None
        told = headers.get("lambda-runtime-client-context")
        if told:
            values = json_loads(told)
            self.client_context = fill(ClientContext(), values)
            if isinstance(values.get("client"), dict):
                self.client_context.client = fill(Client(), values["client"])
        self.identity = fill(CognitoIdentity(), {})
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        return f"LambdaContext([aws_request_id={self.aws_request_id},function_name={self.function_name}])"


# ---- errors ----

class HandlerFault(Exception):
    """The handler cannot be loaded; told at each invocation."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind, self.message, self.trace = kind, message, list(trace)


def stack_of(error):
    """The frames of the handler's own code, as Lambda shows them: the runtime's are not among them."""
    import traceback
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if f.filename != __file__ and not f.filename.startswith("<frozen importlib")]
    return traceback.format_list(own)


def describe(error):
    if isinstance(error, HandlerFault):
        return error.kind, error.message, error.trace
    return type(error).__name__, str(error), stack_of(error)


def tell(kind, message, trace):
    text = f"[ERROR] {kind}: {message}" if message else f"[ERROR] {kind}"
    if trace:
        text += "\nTraceback (most recent call last):\n" + "".join(trace)
    sys.stdout.write(text.rstrip("\n") + "\n")


def payload_of(kind, message, request_id, trace):
    return json_dumps(
        {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}
    ).encode("utf-8", "backslashreplace")


# ---- the handler ----

def load_handler(name):
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise HandlerFault("Runtime.MalformedHandlerName",
                           f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    module_name = module_name.replace("/", ".")
    try:
        __import__(module_name)
        module = sys.modules[module_name]
    except ImportError as error:
        raise HandlerFault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}")
    except SyntaxError as error:
        trace = [f"  File \"{error.filename}\" Line {error.lineno}\n    {error.text or ''}"]
        raise HandlerFault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace)
    handler = getattr(module, function_name, None)
    if handler is None:
        raise HandlerFault("Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'")
    return handler


def set_up_logging(request):
    """The root logger's handler, as Lambda sets it up; only where the handler's code imports logging at all."""
    import logging

    class Handler(logging.Handler):
        def emit(self, record):
            sys.stdout.write(self.format(record))

    class Filter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request["id"]
            return True

    handler = Handler()
    formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n",
                                  "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(Filter())
    logging.root.addHandler(handler)


def lead_botocore_home():
    """A botocore of before 2023 does not know AWS_ENDPOINT_URL: its sessions are told here."""
    from botocore.session import Session
    create = Session.create_client
    names = create.__code__.co_varnames[:create.__code__.co_argcount]
    position = names.index("endpoint_url") - 1

    def create_client(self, *words, **named):
        if len(words) <= position and named.get("endpoint_url") is None:
            named["endpoint_url"] = os.environ.get("AWS_ENDPOINT_URL")
        return create(self, *words, **named)

    Session.create_client = create_client


class WhenImported:
    """Does something right after a module was first imported."""

    def __init__(self, actions):
        self.actions = actions

    def find_spec(self, name, path=None, target=None):
        action = self.actions.pop(name, None)
        if action is None:
            return None
        from importlib.util import find_spec
        spec = find_spec(name)
        if spec and spec.loader:
            run = spec.loader.exec_module

            def exec_module(module):
                run(module)
                action()

            spec.loader.exec_module = exec_module
        return spec


# ---- the loop ----

def peak_mb():
    try:
        with open("/proc/self/status", "rb") as status:
            for line in status:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) // 1024
    except OSError:
        pass
    return 0


def run(handler, fault, headers, body):
    """The answer's path, bytes and headers."""
    request_id = headers["lambda-runtime-aws-request-id"]
    try:
        if fault:
            raise fault
        result = handler(json_loads(body.decode()), LambdaContext(headers))
        try:
            text = json_dumps(result)
        except (TypeError, ValueError) as error:
            raise HandlerFault("Runtime.MarshalError", f"Unable to marshal response: {error}")
        return f"/invocation/{request_id}/response", text.encode("utf-8", "surrogatepass"), ""
    except BaseException as error:  # what ends the process ends the invocation too
        if isinstance(error, (KeyboardInterrupt, GeneratorExit)):
            raise
        if isinstance(error, SystemExit):
            flush()
            os._exit(error.code if isinstance(error.code, int) else 1 if error.code else 0)
        kind, message, trace = describe(error)
        tell(kind, message, trace)
        return (f"/invocation/{request_id}/error", payload_of(kind, message, request_id, trace),
                f"Lambda-Runtime-Function-Error-Type: {kind}\r\n")


def flush():
    sys.stdout.flush()
    sys.stderr.flush()


def main():
    api = RuntimeApi(os.environ.pop("REHEARSE_RUNTIME_SOCKET"))
    request = {"id": ""}
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.path[0] = TASK_ROOT
    sys.meta_path.insert(0, WhenImported({"logging": lambda: set_up_logging(request), "botocore.session": lead_botocore_home}))
    handler, fault = None, None
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except SystemExit as error:
        flush()
        os._exit(error.code if isinstance(error.code, int) else 1)
    except Exception as error:
        fault = error
    while True:
        headers, body = api.next()
        request["id"] = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        path, answer, more = run(handler, fault, headers, body)
        flush()
        api.post(path, answer, f"{more}Rehearse-Peak-Mb: {peak_mb()}\r\n")


main()
