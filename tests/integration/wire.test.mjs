// A wire that goes wrong, as SDKs meet it: throttling, resets, cut and slow answers, stale reads, a skewed clock, things that stay on
// their way; and the Chaos API. Each game has one fault, which stands from the start.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateFunctionCommand, GetFunctionCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { client, sleep, start, until } from './emulator.mjs';
import { enter } from './page_client.mjs';
import { zip } from './zip.mjs';

const folders = [];
const running = [];

after(async () => {
    for (const emulator of running) await emulator.kill('SIGKILL');
    for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const quoted = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] });

/** A game with one fault of the cloud. */
async function game(fault, ...args) {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    folders.push(folder);
    writeFileSync(
        join(folder, 'pack.lua'),
        `local gameday = require "gameday"
return gameday.pack { id = "wire", title = "Wire", duration = "45m",
  gameday.challenge { id = "c", title = "C",
    setup = function(team)
      team.s3.CreateBucket { Bucket = "shelf" }
      team:upload("s3://shelf/key", "one")
      team:upload("s3://shelf/large", string.rep("0123456789", 20000))
      team.iam.CreateRole { RoleName = "FunctionRole", AssumeRolePolicyDocument = '${quoted}' }
    end,
    gameday.fault { id = "f", title = "F", from_start = true, mended = function() return false end, ${fault} },
  },
}
`,
    );
    const emulator = await start([folder, '--memory', ...args]);
    running.push(emulator);
    return { emulator, s3: new S3Client({ ...client(emulator), forcePathStyle: true }), lambda: new LambdaClient(client(emulator)) };
}

/** The fault stands once the setup is done: the first answers may still be good ones. */
const fails = (ask, name) =>
    until(
        () =>
            ask().then(
                () => null,
                (error) => error,
            ),
        { what: name },
    );

test('too many calls are throttled as the service does it', async () => {
    const { s3, lambda } = await game('on = { "s3:ListBuckets", "lambda:ListFunctions" }, wire = { throttle = { rate = 0.001, burst = 2 } }');
    const slow = await fails(() => s3.send(new ListBucketsCommand({})), 'SlowDown');
    assert.equal(slow.name, 'SlowDown');
    assert.equal(slow.$metadata.httpStatusCode, 503);
    assert.equal(slow.message, 'Please reduce your request rate.');
    await s3.send(new ListObjectsV2Command({ Bucket: 'shelf' })); // another operation
    const many = await fails(() => lambda.send(new ListFunctionsCommand({})), 'TooManyRequestsException');
    assert.equal(many.name, 'TooManyRequestsException');
    assert.equal(many.$metadata.httpStatusCode, 429);
});

test('a connection is reset before and after the operation', async () => {
    for (const [when, made] of [['before', false], ['after', true]]) {
        const { s3 } = await game(`on = "s3:PutObject", wire = { reset = "${when}" }`);
        let number = 0;
        const put = () => s3.send(new PutObjectCommand({ Bucket: 'shelf', Key: `new-${++number}`, Body: 'x' }));
        const error = await fails(put, 'a reset');
        assert.match(`${error.code} ${error.message}`, /ECONNRESET|socket hang up/);
        const keys = (await s3.send(new ListObjectsV2Command({ Bucket: 'shelf' }))).Contents.map((one) => one.Key);
        assert.equal(keys.includes(`new-${number}`), made, when);
    }
});

test('an answer is cut', async () => {
    const { s3 } = await game('on = "s3:GetObject", wire = { truncate = 0.5 }');
    const error = await fails(async () => {
        const answer = await s3.send(new GetObjectCommand({ Bucket: 'shelf', Key: 'large' }));
        assert.equal(answer.ContentLength, 200000);
        return answer.Body.transformToString();
    }, 'a cut answer');
    assert.match(`${error.code} ${error.message}`, /aborted|ECONNRESET/);
});

test('an answer comes slowly, and whole', async () => {
    const { s3 } = await game('on = "s3:GetObject", wire = { slow = "400ms" }');
    await until(async () => {
        const answer = await s3.send(new GetObjectCommand({ Bucket: 'shelf', Key: 'large' }));
        let pieces = 0,
            bytes = 0;
        for await (const piece of answer.Body) {
            pieces++;
            bytes += piece.length;
        }
        assert.equal(bytes, 200000);
        return pieces > 5;
    });
});

test('a read sees what was a while ago, and a write does not', async () => {
    const { s3 } = await game('on = "s3:*", wire = { stale = "10m" }');
    const read = async (Key) => (await s3.send(new GetObjectCommand({ Bucket: 'shelf', Key }))).Body.transformToString();
    await until(async () => {
        const Key = `probe-${Math.random()}`;
        await s3.send(new PutObjectCommand({ Bucket: 'shelf', Key, Body: 'x' }));
        return read(Key).then(
            () => false,
            (error) => error.name === 'NoSuchKey',
        );
    });
    await s3.send(new PutObjectCommand({ Bucket: 'shelf', Key: 'key', Body: 'two' }));
    await s3.send(new PutObjectCommand({ Bucket: 'shelf', Key: 'new', Body: 'x' }));
    assert.equal(await read('key'), 'one');
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'shelf' }));
    assert.ok(listed.Contents.every((one) => one.Key !== 'new'));
    await s3.send(new PutObjectCommand({ Bucket: 'shelf', Key: 'key', Body: 'three', IfNoneMatch: '*' })).then(
        () => assert.fail('it is there'),
        (error) => assert.equal(error.name, 'PreconditionFailed'),
    );
});

test('a clock goes wrong, and the SDK goes by what Date says', async () => {
    const { s3, emulator } = await game('on = "*", wire = { skew = "-20m" }');
    const error = await fails(() => new S3Client({ ...client(emulator), forcePathStyle: true }).send(new ListBucketsCommand({})), 'a skewed clock');
    assert.equal(error.name, 'RequestTimeTooSkewed');
    const states = new SFNClient(client(emulator));
    await assert.rejects(states.send(new ListStateMachinesCommand({})), (refused) => {
        assert.equal(refused.name, 'InvalidSignatureException');
        assert.match(refused.message, /^Signature not yet current: /);
        return true;
    });
    await states.send(new ListStateMachinesCommand({})); // its clock is set by then
    await s3.send(new ListBucketsCommand({})).catch(() => {});
    await s3.send(new ListBucketsCommand({}));
});

test('what is on its way stays there', async () => {
    const { lambda, emulator } = await game('on = "lambda:Function", life = { stuck = true }', '--speed', '20');
    const states = [], team = await enter(emulator);
    await until(async () => (await team.get('team')).challenges?.[0]?.faults?.length, { what: 'the fault' });
    const { Account } = await new STSClient(client(emulator)).send(new GetCallerIdentityCommand({}));
    await lambda.send(
        new CreateFunctionCommand({
            FunctionName: 'f',
            Runtime: 'provided.lua',
            Handler: 'f',
            Role: `arn:aws:iam::${Account}:role/FunctionRole`,
            Code: { ZipFile: zip({ 'f.lua': '--' }) },
        }),
    );
    for (let i = 0; i < 5; i++) {
        await sleep(100);
        states.push((await lambda.send(new GetFunctionCommand({ FunctionName: 'f' }))).Configuration.State);
    }
    assert.deepEqual(new Set(states), new Set(['Pending']));
});

test('the Chaos API, for who knows it', async () => {
    const emulator = await start();
    running.push(emulator);
    const states = new SFNClient(client(emulator));
    const s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    const ask = async (method, path, body) => {
        const answer = await fetch(`${emulator.endpoint}/_localstack/chaos/${path}`, {
            method,
            headers: body ? { 'content-type': 'application/json' } : {},
            body: body && JSON.stringify(body),
        });
        return { status: answer.status, body: await answer.json() };
    };
    const rule = { service: 'stepfunctions', probability: 1 };
    assert.deepEqual(await ask('POST', 'faults', [rule]), { status: 200, body: [rule] });
    await assert.rejects(states.send(new ListStateMachinesCommand({})), (error) => {
        assert.equal(error.name, 'ServiceUnavailable');
        assert.equal(error.$metadata.httpStatusCode, 503);
        return true;
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'chaos' }));
    const other = { service: 's3', operation: 'ListBuckets', error: { statusCode: 429, code: 'Throttled' } };
    assert.deepEqual((await ask('PATCH', 'faults', [other])).body, [rule, other]);
    await assert.rejects(s3.send(new ListBucketsCommand({})), (error) => error.name === 'Throttled' && error.$metadata.httpStatusCode === 429);
    assert.deepEqual((await ask('DELETE', 'faults', [rule])).body, [other]);
    await states.send(new ListStateMachinesCommand({}));
    assert.deepEqual((await ask('POST', 'effects', { latency: 30 })).body, { latency: 30 });
    await states.send(new ListStateMachinesCommand({}));
    assert.equal((await ask('POST', 'faults', [{ servise: 's3' }])).status, 400);
    assert.deepEqual((await ask('GET', 'faults')).body, [other]);
    assert.deepEqual((await ask('POST', 'faults', [])).body, []);
    await s3.send(new ListBucketsCommand({}));
});
