// Handlers really run: Python and Node code in sandboxes, what goes wrong with it in AWS's words, and what hostile code can do.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateFunctionCommand, DeleteFunctionCommand, InvokeCommand, LambdaClient, UpdateFunctionCodeCommand, waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { SFNClient, CreateStateMachineCommand, StartExecutionCommand, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { client, start, trust, until, waiting } from './emulator.mjs';
import { zip } from './zip.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/runner';
const works = () => {
    try {
        execFileSync('bwrap', ['--unshare-user', '--unshare-net', '--unshare-pid', '--ro-bind', '/', '/', '--proc', '/proc', 'true'], { stdio: 'ignore' });
        return true;
    } catch {
        return false;
    }
};
const skip = !works() && 'there is no bubblewrap that works here';
const noPython = !existsSync('/usr/bin/python3') && 'there is no /usr/bin/python3';
const noNode = !existsSync('/usr/bin/node') && 'there is no /usr/bin/node';

let emulator, lambda;
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    lambda = new LambdaClient({ ...client(emulator), maxAttempts: 1 });
});
after(() => emulator.kill());

let made = 0;
async function make(runtime, files, more = {}) {
    const FunctionName = `f${++made}`;
    await lambda.send(new CreateFunctionCommand({ FunctionName, Runtime: runtime, Handler: 'app.handler', Role: ROLE, Code: { ZipFile: zip(files) }, ...more }));
    await waitUntilFunctionActiveV2(waiting(lambda), { FunctionName });
    return FunctionName;
}
async function invoke(FunctionName, event = {}, more = {}) {
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail', ...more }));
    return { answer, error: answer.FunctionError, log: Buffer.from(answer.LogResult ?? '', 'base64').toString(), result: JSON.parse(Buffer.from(answer.Payload).toString() || 'null') };
}
const python = async (body, event, more) => {
    const name = await make('python3.12', { 'app.py': body }, more);
    return { name, ...(await invoke(name, event)) };
};
const node = async (body, event, more) => {
    const name = await make('nodejs22.x', { 'app.js': body }, more);
    return { name, ...(await invoke(name, event)) };
};

// ---- Python ----

test('a Python handler returns, keeps its environment warm, and sees its context', { skip: skip || noPython }, async () => {
    const { name, result, log, error } = await python(`
import os, logging
count = 0
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    global count
    count += 1
    print("printed")
    logging.info("logged")
    return {"event": event, "count": count, "id": context.aws_request_id, "name": context.function_name, "arn": context.invoked_function_arn,
            "memory": context.memory_limit_in_mb, "left": context.get_remaining_time_in_millis(), "version": context.function_version,
            "colour": os.environ["COLOUR"], "root": os.environ["LAMBDA_TASK_ROOT"], "cwd": os.getcwd(), "env": os.environ["AWS_EXECUTION_ENV"]}
`, { 'ключ': 1.5 }, { Environment: { Variables: { COLOUR: 'red' } } });
    assert.equal(error, undefined);
    assert.deepEqual(result.event, { 'ключ': 1.5 });
    assert.equal(result.count, 1);
    assert.equal(result.name, name);
    assert.equal(result.memory, '128');
    assert.ok(result.left > 1000 && result.left <= 3000);
    assert.deepEqual([result.colour, result.root, result.cwd, result.version, result.env], ['red', '/var/task', '/var/task', '$LATEST', 'AWS_Lambda_python3.12']);
    assert.match(log, /^START RequestId: [-0-9a-f]+ Version: \$LATEST\nprinted\n\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[-0-9a-f]+\tlogged\nEND RequestId: [-0-9a-f]+\nREPORT RequestId: .*\tInit Duration: /);
    const again = await invoke(name, null);
    assert.equal(again.result.count, 2);
    assert.doesNotMatch(again.log, /Init Duration/);
});

const pythonFaults = [
    ['raised', 'def handler(e, c):\n    raise ValueError("no such unicorn")\n',
        { errorMessage: 'no such unicorn', errorType: 'ValueError', stackTrace: ['  File "/var/task/app.py", line 2, in handler\n    raise ValueError("no such unicorn")\n'] }],
    ['a class of its own', 'class OutOfHay(Exception): pass\ndef handler(e, c):\n    raise OutOfHay()\n', { errorMessage: '', errorType: 'OutOfHay' }],
    ['a module that is not there', 'import pandas_of_unicorns\n', { errorMessage: "Unable to import module 'app': No module named 'pandas_of_unicorns'", errorType: 'Runtime.ImportModuleError', stackTrace: [] }],
    ['no such handler', 'def other(e, c): pass\n', { errorMessage: "Handler 'handler' missing on module 'app'", errorType: 'Runtime.HandlerNotFound' }],
    ['a syntax error', 'def handler(e, c:\n', { errorType: 'Runtime.UserCodeSyntaxError' }],
    ['raised while it was loaded', 'x = {}["key"]\n', { errorType: 'KeyError', errorMessage: "'key'" }],
    ['not JSON', 'def handler(e, c):\n    return {1, 2}\n', { errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable', errorType: 'Runtime.MarshalError' }],
    ['too large', 'def handler(e, c):\n    return "x" * 7000000\n', { errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).', errorType: 'Function.ResponseSizeTooLarge' }],
    ['ended', 'import os\ndef handler(e, c):\n    os._exit(3)\n', { errorType: 'Runtime.ExitError', errorMessage: /^RequestId: [-0-9a-f]+ Error: Runtime exited with error: exit status 3$/ }],
    ['killed', 'import os, signal\ndef handler(e, c):\n    os.kill(os.getpid(), signal.SIGKILL)\n', { errorType: 'Runtime.ExitError', errorMessage: /^RequestId: [-0-9a-f]+ Error: Runtime exited with error: signal: killed$/ }],
    ['too slow', 'import time\ndef handler(e, c):\n    print("tick")\n    time.sleep(10)\n', { errorType: 'Sandbox.Timedout', errorMessage: /^RequestId: [-0-9a-f]+ Error: Task timed out after 1\.00 seconds$/ }, { Timeout: 1 }],
    ['out of memory', 'def handler(e, c):\n    x = []\n    while True: x.append(bytearray(1 << 20))\n', { errorType: 'Runtime.ExitError', errorMessage: /signal: killed$/ }, { Timeout: 20 }],
];
for (const [what, body, expected, more] of pythonFaults) {
    test(`Python: ${what}`, { skip: skip || noPython }, async () => {
        const { error, result, log } = await python(body, {}, more);
        assert.equal(error, 'Unhandled');
        for (const [name, value] of Object.entries(expected)) {
            if (value instanceof RegExp) assert.match(result[name], value);
            else assert.deepEqual(result[name], value);
        }
        assert.match(log, /^START[^]*END[^]*REPORT/);
        if (what === 'too slow') assert.match(log, /tick\n\d{4}-.*Z [-0-9a-f]+ Task timed out after 1\.00 seconds\n\nEND[^]*Status: timeout/);
    });
}

// ---- Node ----

test('a Node handler: async, callbacks, modules, console', { skip: skip || noNode }, async () => {
    const { name, result, log } = await node(`
let count = 0;
exports.handler = async (event, context) => {
    console.log('said', { a: 1 });
    return { event, count: ++count, name: context.functionName, left: context.getRemainingTimeInMillis() };
};`, { x: [1] });
    assert.deepEqual(result.event, { x: [1] });
    assert.equal(result.name, name);
    assert.match(log, /\d{4}-.*Z\t[-0-9a-f]+\tINFO\tsaid \{ a: 1 \}\n/);
    assert.equal((await invoke(name)).result.count, 2);
    assert.equal((await node('exports.handler = (e, c, done) => setTimeout(() => done(null, e.n + 1), 20);', { n: 1 })).result, 2);
    const esm = await make('nodejs20.x', { 'app.mjs': 'import { basename } from "node:path";\nexport const handler = async () => basename("/a/b");' });
    assert.equal((await invoke(esm)).result, 'b');
});

const nodeFaults = [
    ['thrown', 'exports.handler = async () => { throw new TypeError("no hay"); };', { errorType: 'TypeError', errorMessage: 'no hay', trace: /^TypeError: no hay,\s+at .*\/var\/task\/app\.js:1/ }],
    ['handed to the callback', 'exports.handler = (e, c, done) => done(new Error("late"));', { errorType: 'Error', errorMessage: 'late' }],
    ['a module that is not there', 'require("unicorns"); exports.handler = async () => 1;', { errorType: 'Runtime.ImportModuleError', errorMessage: /^Error: Cannot find module 'unicorns'/ }],
    ['no such handler', 'exports.other = 1;', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'app.handler is undefined or not exported' }],
    ['nobody caught it', 'exports.handler = () => new Promise(() => setTimeout(() => { throw new RangeError("x"); }, 5));', { errorType: 'RangeError', errorMessage: 'x' }],
    ['an endless loop', 'exports.handler = async () => { for (;;); };', { errorType: 'Sandbox.Timedout', errorMessage: /Task timed out after 1\.00 seconds$/ }, { Timeout: 1 }],
];
for (const [what, body, expected, more] of nodeFaults) {
    test(`Node: ${what}`, { skip: skip || noNode }, async () => {
        const { error, result } = await node(body, {}, more);
        assert.equal(error, 'Unhandled');
        for (const [name, value] of Object.entries(expected)) {
            if (value instanceof RegExp) assert.match(String(result[name]), value);
            else assert.deepEqual(result[name], value);
        }
    });
}

test('a custom runtime: its bootstrap speaks the Runtime API at AWS_LAMBDA_RUNTIME_API', { skip: skip || noPython }, async () => {
    const bootstrap = `#!/usr/bin/python3
import json, os, urllib.request
base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(base + "next") as given:
        id, event = given.headers["Lambda-Runtime-Aws-Request-Id"], json.load(given)
    urllib.request.urlopen(urllib.request.Request(base + id + "/response", json.dumps({"got": event}).encode(), method="POST")).read()
`;
    const FunctionName = 'custom';
    await lambda.send(new CreateFunctionCommand({ FunctionName, Runtime: 'provided.al2023', Handler: 'x', Role: ROLE, Timeout: 20, MemorySize: 256, Code: { ZipFile: zip({ bootstrap }, ['bootstrap']) } }));
    await waitUntilFunctionActiveV2(waiting(lambda), { FunctionName });
    assert.deepEqual((await invoke(FunctionName, { a: 1 })).result, { got: { a: 1 } });
    assert.deepEqual((await invoke(FunctionName, [2])).result, { got: [2] });
});

// ---- its own calls, new code, state machines ----

test('a handler calls the cloud as its role', { skip: skip || noPython }, async () => {
    const { result, error } = await python(`
import os, urllib.request
def handler(e, c):
    body = b"Action=GetCallerIdentity&Version=2011-06-15"
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"], body, {"Content-Type": "application/x-www-form-urlencoded",
        "Authorization": "AWS4-HMAC-SHA256 Credential=" + os.environ["AWS_ACCESS_KEY_ID"] + "/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0",
        "X-Amz-Security-Token": os.environ["AWS_SESSION_TOKEN"]})
    return urllib.request.urlopen(request).read().decode()
`);
    assert.equal(error, undefined, JSON.stringify(result));
    assert.match(result, /<Arn>arn:aws:sts::000000000000:assumed-role\/runner\/f\d+<\/Arn>/);
});

test('boto3 of the machine, where it has one, comes back too', { skip: skip || noPython }, async (t) => {
    try {
        execFileSync('/usr/bin/python3', ['-c', 'import boto3']);
    } catch {
        return t.skip('there is no python3-boto3');
    }
    const { result, error } = await python('import boto3\ndef handler(e, c):\n    return boto3.client("sts").get_caller_identity()["Arn"]\n', {}, { Timeout: 30, MemorySize: 512 });
    assert.equal(error, undefined, JSON.stringify(result));
    assert.match(result, /assumed-role\/runner/);
});

test('a run tells its log group; the function has no say in it', { skip: skip || noPython }, async () => {
    const { name } = await python('def handler(e, c):\n    print("one\\ntwo")\n');
    const logs = new CloudWatchLogsClient(client(emulator));
    const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }));
    assert.deepEqual(events.map((event) => event.message.split(' ')[0].trim()), ['START', 'one', 'two', 'END', 'REPORT']);
    assert.match(events[0].logStreamName, /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
});

test('new code is run by a new environment', { skip: skip || noPython }, async () => {
    const { name, result } = await python('def handler(e, c): return 1\n');
    assert.equal(result, 1);
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: zip({ 'app.py': 'def handler(e, c): return 2\n' }) }));
    await waitUntilFunctionUpdatedV2(waiting(lambda), { FunctionName: name });
    assert.equal((await invoke(name)).result, 2);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
});

test('who answers through the Runtime API and goes on, or asks before the answer, keeps nobody else from running', { skip: skip || noPython }, async () => {
    const early = `
import os, threading, time, urllib.request
def tell(path, data=None):
    return urllib.request.urlopen("http://%s/2018-06-01/runtime/invocation/%s" % (os.environ["AWS_LAMBDA_RUNTIME_API"], path), data).read()
def handler(event, context):
    if event.get("asks"):
        threading.Thread(target=tell, args=("next",), daemon=True).start()
        time.sleep(0.2)
    tell(context.aws_request_id + "/response", b'"early"')
    time.sleep(600)
`;
    const name = await make('python3.12', { 'app.py': early }, { Timeout: 2 });
    const other = await make('python3.12', { 'app.py': 'def handler(e, c): return "other"\n' });
    const most = Math.min(32, Math.max(4, 4 * cpus().length)); // sandbox.c: environments at once
    const answers = await Promise.all(Array.from({ length: most + 2 }, () => invoke(name)));
    assert.deepEqual(new Set(answers.map((one) => one.result)), new Set(['early']));
    await Promise.all(Array.from({ length: most }, () => invoke(name, { asks: true }))); // what asks early gets jobs that it never answers
    assert.equal((await invoke(other)).result, 'other');
});

test('many at once, in more environments than there may be', { skip: skip || noPython }, async () => {
    const name = await make('python3.12', { 'app.py': 'import time\ndef handler(e, c):\n    time.sleep(0.05)\n    return e\n' }, { Timeout: 60 });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => invoke(name, i)));
    assert.deepEqual(answers.map((one) => one.result), Array.from({ length: 40 }, (_, i) => i));
});

test('a state machine runs a handler and catches its class', { skip: skip || noPython }, async () => {
    const name = await make('python3.12', { 'app.py': 'class OutOfHay(Exception): pass\ndef handler(e, c):\n    if e["n"] > 1: raise OutOfHay("empty")\n    return e["n"] + 1\n' });
    const sfn = new SFNClient(client(emulator));
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    const definition = JSON.stringify({
        StartAt: 'A', States: {
            A: { Type: 'Task', Resource: arn, ResultPath: '$.n', Next: 'B' },
            B: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: name, 'Payload.$': '$' }, Catch: [{ ErrorEquals: ['OutOfHay'], Next: 'C' }], End: true },
            C: { Type: 'Pass', End: true },
        },
    });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'hay', roleArn: ROLE, definition }));
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{"n":1}' }));
    const ended = await until(async () => {
        const told = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        return told.status !== 'RUNNING' && told;
    });
    assert.equal(ended.status, 'SUCCEEDED');
    const output = JSON.parse(ended.output);
    assert.equal(output.Error, 'OutOfHay');
    assert.equal(JSON.parse(output.Cause).errorMessage, 'empty');
});

test('with a data folder, functions and everybody else get their answers', { skip: skip || noPython }, async () => {
    const data = mkdtempSync(join(tmpdir(), 'rehearse-functions-'));
    const kept = await start(['sandbox', '--data', data]);
    const to = new LambdaClient({ ...client(kept), requestHandler: { requestTimeout: 120_000 } });
    const body = 'def handler(e, c): return "ran"\n';
    await to.send(new CreateFunctionCommand({ FunctionName: 'f', Runtime: 'python3.12', Handler: 'app.handler', Role: ROLE, Code: { ZipFile: zip({ 'app.py': body }) } }));
    await waitUntilFunctionActiveV2(waiting(to), { FunctionName: 'f' });
    assert.equal(Buffer.from((await to.send(new InvokeCommand({ FunctionName: 'f' }))).Payload).toString(), '"ran"');
    await kept.kill();
    rmSync(data, { recursive: true });
});

test('what a killed cloud left of its functions goes with the next start, what a living one has stays', { skip }, async () => {
    const folderOf = ({ pid }) =>
        readdirSync(`/proc/${pid}/fd`)
            .map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
            .find((path) => /rehearse-lambda-.*\/lock$/.test(path))
            .replace('/lock', '');
    const killed = await start(['sandbox', '--memory']), folder = folderOf(killed);
    assert.ok(existsSync(join(folder, 'runtime')));
    await killed.kill('SIGKILL');
    const next = await start(['sandbox', '--memory']);
    assert.ok(!existsSync(folder));
    assert.ok(existsSync(folderOf(emulator)));
    await next.kill();
});

// ---- hostile ----

const hostile = [
    ['reaches no network', `
import socket
def handler(e, c):
    tried = []
    for where in [("1.1.1.1", 80), ("10.0.0.1", 22), ("127.0.0.1", 22), ("169.254.169.254", 80)]:
        try:
            socket.create_connection(where, timeout=1).close()
            tried.append(where)
        except OSError: pass
    return tried`, (result) => assert.deepEqual(result, [])],
    ['sees nothing of the machine and writes nowhere but to /tmp', `
import os
def handler(e, c):
    seen = [p for p in ["/home", "/root", "/etc/shadow", "/work", "/var/lib", "/mnt", "/sys/class"] if os.path.exists(p)]
    for place in ["/var/task/x", "/usr/x", "/etc/x", "/var/runtime/x"]:
        try:
            open(place, "w").close()
            seen.append(place)
        except OSError: pass
    open("/tmp/x", "w").write("mine")
    return {"seen": seen, "uid": os.getuid(), "processes": sorted(int(p) for p in os.listdir("/proc") if p.isdigit())[:2], "env": [n for n in os.environ if n in ("PWD_OF_HOST", "SSH_AUTH_SOCK", "USER")]}`,
    (result) => {
        assert.deepEqual(result.seen, []);
        assert.equal(result.uid, 993);
        assert.equal(result.processes[0], 1);
    }],
    ['takes no memory that its size does not show, and no rights in a space of its own', `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def handler(e, c):
    got = [name for name, call in {
        "user space": lambda: libc.unshare(0x10000000), "mount": lambda: libc.mount(b"x", b"/tmp", b"tmpfs", 0, None),
        "memfd": lambda: libc.memfd_create(b"x", 0), "shm": lambda: libc.shmget(0, 1 << 20, 0o1600),
        "clone": lambda: libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000000 | 17, 0, 0, 0, 0),
        "keys": lambda: libc.syscall(250 if os.uname().machine == "x86_64" else 219, 0, -3, 1),
    }.items() if call() >= 0]
    for place in ["/dev/x", "/dev/shm/x"]:
        try: got.append(open(place, "w").name)
        except OSError: pass
    open("/dev/null", "w").write("still there")
    return got + [f for f in os.listdir("/proc/self/fd") if int(f) > 100]`, (result) => assert.deepEqual(result, [])],
    ['cannot reset the cloud', `
import os, urllib.request, urllib.error
def handler(e, c):
    try:
        return urllib.request.urlopen(urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/_rehearse/reset", b"", method="POST")).status
    except urllib.error.HTTPError as error:
        return error.code`, (result) => assert.ok(result >= 400, String(result))],
    ['cannot answer for others or end the relay', `
import os, signal, urllib.request, urllib.error
def handler(e, c):
    try: os.kill(1, signal.SIGKILL)
    except OSError: pass
    base = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
    try: return urllib.request.urlopen(urllib.request.Request(base + "11111111-2222-3333-4444-555555555555/response", b"1", method="POST")).status
    except urllib.error.HTTPError as error: return error.code`, (result) => assert.equal(result, 400)],
];
for (const [what, body, check] of hostile) {
    test(`hostile code ${what}`, { skip: skip || noPython }, async () => {
        const { result, error } = await python(body, {}, { Timeout: 20 });
        assert.equal(error, undefined, JSON.stringify(result));
        check(result);
    });
}

test('names in a ZIP lead nowhere but into its folder', { skip: skip || noPython }, async () => {
    for (const name of ['../evil.py', '/tmp/evil.py', 'a/../../evil.py']) {
        const FunctionName = await make('python3.12', { 'app.py': 'def handler(e, c): pass\n', [name]: 'evil' });
        await assert.rejects(invoke(FunctionName), /its ZIP file cannot be unpacked/);
    }
});

test('without a sandbox nothing runs, unless it is asked for', { skip: noPython }, async () => {
    for (const [mode, check] of [
        ['off', (answer) => assert.match(answer.message, /started with --lambda off: it runs no handlers/)],
        ['unsandboxed', ({ result }) => assert.deepEqual(result, { n: 1, root: true })],
    ]) {
        const other = await start(['sandbox', '--memory', '--lambda', mode]);
        const sandboxed = lambda;
        lambda = new LambdaClient({ ...client(other), maxAttempts: 1 });
        const body = 'import os\ndef handler(e, c):\n    return {"n": e["n"], "root": os.path.exists(os.environ["LAMBDA_TASK_ROOT"] + "/app.py")}\n';
        check(await python(body, { n: 1 }, { Timeout: 20 }).catch((error) => error));
        lambda = sandboxed;
        await other.kill();
    }
});

test('with data on the disk: handlers run, calls come back, and functions are there after kill -9', { skip: skip || noPython }, async () => {
    const data = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    const sandboxed = lambda;
    let other = await start(['sandbox', '--data', data]);
    lambda = new LambdaClient({ ...client(other), maxAttempts: 1 });
    const { name, answer } = await python('def handler(e, c): return e\n', { n: 1 }, { Timeout: 20 });
    assert.equal(answer.StatusCode, 200);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => invoke(name, i)));
    assert.deepEqual(answers.map((one) => one.result), Array.from({ length: 20 }, (_, i) => i));
    await other.kill('SIGKILL');
    other = await start(['sandbox', '--data', data]);
    lambda = new LambdaClient({ ...client(other), maxAttempts: 1 });
    assert.deepEqual((await invoke(name, { again: true })).result, { again: true });
    lambda = sandboxed;
    await other.kill();
    rmSync(data, { recursive: true });
});

test('an emulator that was killed leaves no process and no folder', { skip: skip || noPython }, async () => {
    const other = await start(['sandbox', '--memory']);
    const sandboxed = lambda;
    lambda = new LambdaClient({ ...client(other), maxAttempts: 1 });
    const { result } = await python('import os\ndef handler(e, c):\n    return os.path.exists("/var/task/app.py")\n', {}, { Timeout: 20 });
    lambda = sandboxed;
    assert.equal(result, true);
    const children = () => execFileSync('ps', ['-eo', 'ppid,args']).toString().split('\n').filter((line) => line.trim().startsWith(`${other.pid} `) && /bwrap/.test(line));
    assert.equal(children().length, 1);
    const mine = execFileSync('ps', ['-eo', 'args']).toString().split('\n').filter((line) => line.includes(`${new URL(other.endpoint).port}=/run/rehearse/cloud.sock`)).length;
    assert.ok(mine >= 1);
    const folder = dirname(execFileSync('find', [`/proc/${other.pid}/fd`, '-lname', '*/rehearse-lambda-*/lock', '-printf', '%l']).toString());
    assert.ok(existsSync(folder) && folder !== '.');
    await other.kill('SIGKILL');
    await until(() => !execFileSync('ps', ['-eo', 'args']).toString().includes(`${new URL(other.endpoint).port}=/run/rehearse/cloud.sock`), { what: 'the sandboxes ended' });
    const next = await start(['sandbox', '--memory']);
    await until(() => !existsSync(folder), { what: 'the end of its folder' }); // another test's emulator may be at it, too
    await next.kill();
});

const bombs = [
    ['a fork bomb', 'import os\ndef handler(e, c):\n    while True:\n        try: os.fork()\n        except OSError: pass\n'],
    ['endless output', 'import sys\ndef handler(e, c):\n    while True: sys.stdout.write("x" * 65536)\n'],
    ['a full /tmp', 'def handler(e, c):\n    f = open("/tmp/x", "wb")\n    while True: f.write(b"x" * (1 << 20))\n'],
    ['threads that spin', 'import threading\ndef spin():\n    while True: pass\ndef handler(e, c):\n    for i in range(50): threading.Thread(target=spin).start()\n    spin()\n'],
];
for (const [what, body] of bombs) {
    test(`${what} ends with its invocation, and the emulator answers meanwhile`, { skip: skip || noPython }, async () => {
        const name = await make('python3.12', { 'app.py': body }, { Timeout: 2 });
        const running = invoke(name);
        const health = await fetch(`${emulator.endpoint}/_rehearse/health`);
        assert.equal(health.status, 200);
        const { error } = await running;
        assert.equal(error, 'Unhandled');
        assert.equal((await fetch(`${emulator.endpoint}/_rehearse/health`)).status, 200);
    });
}
