// The edge as clients and attackers meet it: the command line, hosts, malformed requests, ten thousand idle connections.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { binary, callJson, sleep, start } from './emulator.mjs';

let emulator;
before(async () => (emulator = await start()));
after(() => emulator.kill());

const run = (...args) => {
    const done = spawnSync(binary, args, { encoding: 'utf8', timeout: 120_000 });
    return { code: done.status, out: done.stdout, err: done.stderr };
};

test('the command line: one clear line and the right exit code', async () => {
    const port = new URL(emulator.endpoint).port;
    const rows = [
        [['run', '--colour'], 2, "unknown option '--colour'"],
        [['run', '--port', '70000'], 2, '--port wants a number from 0 to 65535'],
        [['run', '--port'], 2, '--port wants a value'],
        [['run', '--auth', 'maybe'], 2, '--auth wants open or strict'],
        [['run', '--speed', '0'], 2, '--speed wants'],
        [['run', '--account', '12'], 2, '--account wants twelve digits'],
        [['run', '--memory', '--fresh'], 2, '--memory keeps nothing'],
        [['run', 'unheard-of', '--memory'], 1, "there is no pack 'unheard-of'"],
        [['check'], 2, 'check wants a pack'],
        [['check', 'unheard-of'], 1, "there is no pack 'unheard-of'"],
        [['check', 'x', '--port', '1'], 2, "check does not take '--port'"],
        [['run', 'sandbox', 'more'], 2, "'more' is one word too many"],
        [['run', 'sandbox', '--listen', '0.0.0.0'], 2, 'it wants --auth strict'],
        [['run', '--listen', '0.0.0.0', '--auth', 'open'], 2, 'it wants --auth strict'],
        [['run', '--listen', '0.0.0.0'], 2, 'it wants --public-host'],
        [['run', '--memory', '--teams', '/nowhere/teams.csv'], 1, '/nowhere/teams.csv'],
        [['run', 'sandbox', '--memory', '--port', port], 1, port],
        [['run', 'sandbox', '--data', '/proc/nowhere'], 1, '/proc/nowhere'],
        [['frobnicate'], 2, "there is no command 'frobnicate'"],
        [['help', 'frobnicate'], 2, "there is no command 'frobnicate'"],
    ];
    for (const [args, code, says] of rows) {
        const done = run(...args);
        assert.equal(done.code, code, `${args.join(' ')}: ${done.err}`);
        assert.equal(done.err.trimEnd().split('\n').length, 1, `${args.join(' ')}: ${done.err}`);
        assert.ok(done.err.includes(says), `${args.join(' ')}: ${done.err}`);
        assert.equal(done.out, '');
    }
    assert.match(run('version').out, /^rehearse \d+\.\d+\.\d+\n$/);
    assert.match(run('help').out, /rehearse run/);
    assert.match(run('help', 'run').out, /--public-host/);
});

test('it prints the endpoint, five exports and Ready.', () => {
    assert.deepEqual(Object.keys(emulator.exports).sort(), ['AWS_ACCESS_KEY_ID', 'AWS_DEFAULT_REGION', 'AWS_DISABLE_HOST_PREFIX_INJECTION', 'AWS_ENDPOINT_URL', 'AWS_SECRET_ACCESS_KEY']);
    assert.equal(emulator.exports.AWS_DISABLE_HOST_PREFIX_INJECTION, 'true');
    assert.match(emulator.output(), /^Ready\.$/m);
});

/** Sends raw bytes; resolves to all that came back when the peer closed or `pause` ms of silence passed. */
function raw(bytes, { pause = 400 } = {}) {
    return new Promise((resolve, reject) => {
        const socket = connect(new URL(emulator.endpoint).port, '127.0.0.1');
        let text = '', timer = setTimeout(() => socket.destroy(), 60_000);
        socket.on('data', (piece) => {
            text += piece.toString('latin1');
            clearTimeout(timer);
            timer = setTimeout(() => socket.destroy(), pause);
        });
        socket.on('close', () => (clearTimeout(timer), resolve(text)));
        socket.on('error', (error) => (error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(text) : reject(error)));
        socket.write(bytes);
    });
}

test('malformed HTTP is refused, and the next client is served', async () => {
    const host = 'Host: 127.0.0.1\r\n';
    const rows = [
        ['GET / HTTP/1.1\r\n\r\n', 400], [`GET / HTTP/1.1\r\n${host}${host}\r\n`, 400], ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
        [`GET /${'a'.repeat(20000)} HTTP/1.1\r\n${host}\r\n`, 414], [`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(20000)}\r\n\r\n`, 431],
        [`GET / HTTP/1.1\r\n${host}${'X: a\r\n'.repeat(200)}\r\n`, 431], [`TRACE / HTTP/1.1\r\n${host}\r\n`, 405],
        [`POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501], [`POST / HTTP/1.1\r\n${host}Expect: magic\r\nContent-Length: 1\r\n\r\na`, 417],
        [`POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\na`, 400], [`POST / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
        [`POST / HTTP/1.1\r\n${host}X-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: 99999999\r\n\r\n`, 413],
        [`POST / HTTP/1.1\r\n${host}Content-Encoding: gzip\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: 2\r\n\r\n{}`, 415],
        ['\u0000\u0001\u0002\r\n\r\n', 400], ['GET / HTTP/9.9\r\n\r\n', 505],
    ];
    for (const [bytes, status] of rows) {
        const answer = await raw(Buffer.from(bytes, 'latin1'));
        assert.match(answer, new RegExp(`^HTTP/1\\.[01] ${status} `), JSON.stringify(bytes.slice(0, 80)) + ' → ' + answer.slice(0, 60));
    }
    assert.equal((await callJson(emulator.endpoint, 'AWSStepFunctions.ListStateMachines', {})).status, 200);
});

test('hosts: ours in every form, no other (DNS rebinding)', async () => {
    const post = (name) => raw(`POST / HTTP/1.1\r\nHost: ${name}\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 2\r\n\r\n{}`);
    for (const name of ['127.0.0.1', 'localhost:4566', '[::1]:4566', 'sync-localhost', 'sync-127.0.0.1:4566', 'states.localhost', 'api.sagemaker.localhost', 'bucket.s3.localhost', 'localhost.localstack.cloud:4566', 'states.localhost.localstack.cloud'])
        assert.match(await post(name), /^HTTP\/1\.1 200 /, name);
    for (const name of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evillocalhost', '10.0.0.1'])
        assert.match(await post(name), /^HTTP\/1\.1 (403|421) /, name);
});

test('bad calls get well-formed errors', async () => {
    const rows = [
        ['AWSStepFunctions.Nonsense', {}, 'UnknownOperationException'], ['AWSStepFunctions.CreateStateMachine', '{"name":', 'SerializationException'],
        ['AWSStepFunctions.CreateStateMachine', '[]', 'SerializationException'], ['AWSStepFunctions.CreateStateMachine', '{"name":5,"definition":"{}","roleArn":"r"}', 'SerializationException'],
        ['AWSStepFunctions.CreateStateMachine', {}, 'ValidationException'], ['AWSStepFunctions.ListStateMachines', '['.repeat(5000), 'SerializationException'],
    ];
    for (const [target, body, code] of rows) {
        const answer = await callJson(emulator.endpoint, target, body);
        assert.ok(answer.status >= 400 && answer.status < 500, `${target}: ${answer.status}`);
        assert.equal(String(answer.body.__type).split('#').pop(), code, JSON.stringify(answer.body));
    }
    const lacking = await callJson(emulator.endpoint, 'SageMaker.CreatePartnerApp', { Name: 'n', Type: 'comet', ExecutionRoleArn: 'arn:aws:iam::000000000000:role/r', Tier: 'small', AuthType: 'IAM' });
    assert.match(lacking.body.message ?? lacking.body.Message, /practice cloud/);
});

test('pages elsewhere on the web change nothing', async () => {
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
        assert.equal((await fetch(`${emulator.endpoint}/_rehearse/reset`, { method: 'POST', headers })).status, 403);
    const health = await fetch(`${emulator.endpoint}/_rehearse/health`);
    assert.equal(health.status, 200);
    assert.equal(health.headers.get('x-content-type-options'), 'nosniff');
    const names = (await (await fetch(`${emulator.endpoint}/_localstack/health`)).json()).services;
    assert.ok('stepfunctions' in names && 'iam' in names && 'sts' in names, JSON.stringify(names));
});

test('strict: a reset wants the facilitator\'s token', async () => {
    const strict = await start(['sandbox', '--memory', '--auth', 'strict']);
    try {
        const token = /facilitator's token: (\S+)/.exec(strict.output())[1];
        assert.ok(token.length >= 32);
        const reset = (headers) => fetch(`${strict.endpoint}/_rehearse/reset`, { method: 'POST', headers }).then((answer) => answer.status);
        for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Bearer ${token}x` }, { authorization: token }])
            assert.ok([401, 403].includes(await reset(headers)), JSON.stringify(headers));
        assert.equal(await reset({ authorization: `Bearer ${token}` }), 200);
    } finally {
        await strict.kill();
    }
});

test('ten thousand idle connections, and one that asks', { timeout: 300_000 }, async () => {
    const port = Number(new URL(emulator.endpoint).port), sockets = [];
    const open = () => new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => resolve(socket));
        socket.on('error', reject);
        sockets.push(socket);
    });
    try {
        for (let i = 0; i < 10_000; i += 200) await Promise.all(Array.from({ length: 200 }, open));
        await sleep(100);
        const before = performance.now();
        assert.equal((await callJson(emulator.endpoint, 'AWSStepFunctions.ListStateMachines', {})).status, 200);
        console.log(`# answered in ${(performance.now() - before).toFixed(1)} ms while 10,000 connections idled`);
    } finally {
        sockets.forEach((s) => s.destroy());
    }
});

test('values that multiply end their execution, nothing else', { timeout: 300_000 }, async () => {
    const call = async (operation, input) => (await callJson(emulator.endpoint, `AWSStepFunctions.${operation}`, input)).body;
    const roleArn = 'arn:aws:iam::000000000000:role/r', often = Array(100_000).fill('$.a').join(',');
    const rows = [ // each stood for gigabytes of text, or minutes of looking through it
        ['array', { Parameters: { 'x.$': `States.Array(${often})` } }],
        ['assigned', { Assign: { 'x.$': `States.Array(${often})` } }],
        ['compared', { Parameters: { 'x.$': `States.ArrayContains(States.Array(${often}), $.a)` } }],
        ['members', { Parameters: Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}.$`, '$'])) }],
    ];
    for (const [name, state] of rows) {
        const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true, ...state } } });
        const { stateMachineArn } = await call('CreateStateMachine', { name, roleArn, definition });
        const { executionArn } = await call('StartExecution', { stateMachineArn, input: JSON.stringify({ a: 'x'.repeat(200_000) }) });
        let done;
        do done = await call('DescribeExecution', { executionArn }); while (done.status === 'RUNNING');
        assert.equal(done.error, 'States.DataLimitExceeded', name);
    }
});
