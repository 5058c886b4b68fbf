// Distributed Maps over S3 and redriving, through the AWS SDK; and kill -9 in the middle of both.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as sfn from '@aws-sdk/client-sfn';
import { client, sleep, start as run, trust, until } from './emulator.mjs';

const folders = [], emulators = [];
after(async () => {
    await Promise.all(emulators.map((e) => e.kill('SIGKILL')));
    folders.forEach((f) => rmSync(f, { recursive: true, force: true }));
});

async function start(args) {
    const emulator = await run(args);
    emulators.push(emulator);
    return emulator;
}

function folder() {
    const made = mkdtempSync(join(tmpdir(), 'rehearse-'));
    folders.push(made);
    return join(made, 'data');
}

/** What a test needs of one emulator. */
function tools(emulator) {
    const states = new sfn.SFNClient(client(emulator));
    const s3 = new S3Client(client(emulator, { forcePathStyle: true }));
    const send = (name, input) => states.send(new sfn[`${name}Command`](input));
    return {
        send, s3,
        text: async (Bucket, Key) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToString(),
        put: (Bucket, Key, Body) => s3.send(new PutObjectCommand({ Bucket, Key, Body })),
        ended: (executionArn) => until(async () => {
            const found = await send('DescribeExecution', { executionArn });
            return found.status === 'RUNNING' ? null : found;
        }, { what: executionArn, seconds: 60 }),
        async events(executionArn) {
            const events = [];
            let nextToken;
            do {
                const page = await send('GetExecutionHistory', { executionArn, maxResults: 1000, nextToken });
                events.push(...page.events);
                nextToken = page.nextToken;
            } while (nextToken);
            return events;
        },
        async children(mapRunArn) {
            const executions = [];
            let nextToken;
            do {
                const page = await send('ListExecutions', { mapRunArn, maxResults: 1000, nextToken });
                executions.push(...page.executions);
                nextToken = page.nextToken;
            } while (nextToken);
            return executions;
        },
    };
}

async function cast(emulator) {
    const iam = new IAMClient(client(emulator));
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'machine', AssumeRolePolicyDocument: trust }));
    const all = tools(emulator);
    await all.s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    return { ...all, roleArn: Role.Arn };
}

const processor = (type, states) => ({ ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type }, ...states });
const file = (key, config) => ({ Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: config, Parameters: { Bucket: 'data', Key: key } });
const exported = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'data', Prefix: 'out' } };

test('ten thousand rows of a CSV file become results in S3', { timeout: 300_000 }, async () => {
    const emulator = await start(['sandbox', '--memory']);
    try {
        const { send, put, text, ended, roleArn, s3, children } = await cast(emulator);
        const rows = Array.from({ length: 10_000 }, (_, i) => `${i},"name, ${i}"`);
        await put('data', 'rows.csv', `id,name\n${rows.join('\n')}\n`);
        const definition = {
            StartAt: 'Each',
            States: {
                Each: {
                    Type: 'Map', Label: 'Rows', End: true, MaxConcurrency: 100,
                    ItemReader: file('rows.csv', { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }),
                    ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { 'from.$': '$.from' } },
                    ItemProcessor: processor('STANDARD', { StartAt: 'P', States: { P: { Type: 'Pass', End: true } } }),
                    ResultWriter: exported,
                },
            },
        };
        const { stateMachineArn } = await send('CreateStateMachine', { name: 'rows', definition: JSON.stringify(definition), roleArn });
        const { executionArn } = await send('StartExecution', { stateMachineArn, input: '{"from":"test"}' });
        const found = await ended(executionArn);
        assert.equal(found.status, 'SUCCEEDED', found.cause);
        const { MapRunArn, ResultWriterDetails } = JSON.parse(found.output);
        assert.match(MapRunArn, /:mapRun:rows\/Rows:[0-9a-f-]{36}$/);
        assert.equal(ResultWriterDetails.Key, `out/${MapRunArn.split(':').at(-1)}/manifest.json`);
        const manifest = JSON.parse(await text('data', ResultWriterDetails.Key));
        assert.deepEqual([manifest.MapRunArn, manifest.ResultFiles.FAILED, manifest.ResultFiles.PENDING], [MapRunArn, [], []]);
        const [{ Key, Size }] = manifest.ResultFiles.SUCCEEDED;
        const body = await text('data', Key); // more than one part of an upload
        assert.equal(Buffer.byteLength(body), Size);
        const results = JSON.parse(body);
        assert.equal(results.length, 5000);
        assert.deepEqual(JSON.parse(results[4999].Input), { BatchInput: { from: 'test' }, Items: [{ id: '9998', name: 'name, 9998' }, { id: '9999', name: 'name, 9999' }] });
        assert.deepEqual((await s3.send(new ListMultipartUploadsCommand({ Bucket: 'data' }))).Uploads ?? [], []);
        const run = await send('DescribeMapRun', { mapRunArn: MapRunArn });
        assert.deepEqual([run.status, run.itemCounts.succeeded, run.executionCounts.total, run.executionCounts.resultsWritten], ['SUCCEEDED', 10_000, 5000, 5000]);
        const listed = await children(MapRunArn);
        assert.equal(new Set(listed.map((e) => e.executionArn)).size, 5000);
        assert.ok(listed.every((e) => e.itemCount === 2 && e.executionArn.includes(':execution:rows/Rows:')));
        assert.equal((await send('DescribeStateMachineForExecution', { executionArn: listed[0].executionArn })).label, 'Rows');
    } finally {
        await emulator.kill();
    }
});

test('a Map whose file is not there fails, and is redriven once it is', async () => {
    const emulator = await start(['sandbox', '--memory']);
    try {
        const { send, put, ended, events, roleArn } = await cast(emulator);
        const definition = {
            QueryLanguage: 'JSONata', StartAt: 'Each',
            States: {
                Each: {
                    Type: 'Map', End: true,
                    ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSONL' }, Arguments: { Bucket: 'data', Key: '{% $states.input.key %}' } },
                    ItemProcessor: processor('EXPRESS', { StartAt: 'P', States: { P: { Type: 'Pass', Output: '{% $states.input.n %}', End: true } } }),
                },
            },
        };
        const { stateMachineArn } = await send('CreateStateMachine', { name: 'late', definition: JSON.stringify(definition), roleArn });
        const { executionArn } = await send('StartExecution', { stateMachineArn, input: '{"key":"late.jsonl"}' });
        const failed = await ended(executionArn);
        assert.deepEqual([failed.status, failed.error, failed.redriveStatus], ['FAILED', 'States.ItemReaderFailed', 'REDRIVABLE']);
        await put('data', 'late.jsonl', '{"n":1}\n{"n":2}\n');
        const { redriveDate } = await send('RedriveExecution', { executionArn });
        const done = await ended(executionArn);
        assert.deepEqual([done.status, done.output, done.redriveCount], ['SUCCEEDED', '[1,2]', 1]);
        assert.deepEqual(done.redriveDate, redriveDate);
        const redriven = (await events(executionArn)).slice(7, 9);
        assert.deepEqual(redriven.map((e) => [e.type, e.executionRedrivenEventDetails?.redriveCount ?? e.mapRunRedrivenEventDetails.redriveCount]), [['ExecutionRedriven', 1], ['MapRunRedriven', 1]]);
        await assert.rejects(send('RedriveExecution', { executionArn }), { name: 'ExecutionNotRedrivable', message: 'Execution is SUCCEEDED and cannot be redriven' });
    } finally {
        await emulator.kill();
    }
});

/* Each child's history must be whole, and its item processed once. */
async function checkChildren({ children, events }, mapRunArn, count, types) {
    const listed = await children(mapRunArn);
    assert.equal(listed.length, count);
    for (const child of listed.filter((_, i) => i % 17 === 0)) {
        const told = await events(child.executionArn);
        assert.deepEqual(told.map((e) => e.id), told.map((_, i) => i + 1));
        assert.deepEqual(told.map((e) => e.type).filter((t) => !types.includes(t)), [], child.executionArn);
        assert.equal(told.filter((e) => e.type === 'ExecutionSucceeded').length, 1);
    }
}

test('kill -9 in the middle of a Map Run, again and again', { timeout: 300_000 }, async () => {
    const args = ['sandbox', '--data', folder()];
    const items = 1500;
    let emulator = await start(args);
    const { send, put, roleArn } = await cast(emulator);
    await put('data', 'items.jsonl', Array.from({ length: items }, (_, i) => `{"n":${i}}`).join('\n'));
    const definition = {
        StartAt: 'Each',
        States: {
            Each: {
                Type: 'Map', End: true, MaxConcurrency: 60, ItemReader: file('items.jsonl', { InputType: 'JSONL' }),
                ItemProcessor: processor('STANDARD', { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 0, Next: 'P' }, P: { Type: 'Pass', Parameters: { 'n.$': '$.n' }, End: true } } }),
            },
        },
    };
    const { stateMachineArn } = await send('CreateStateMachine', { name: 'kill', definition: JSON.stringify(definition), roleArn });
    const { executionArn } = await send('StartExecution', { stateMachineArn });
    for (let round = 0; round < 8; round++) {
        await sleep(20 + Math.floor(Math.random() * 120));
        await emulator.kill('SIGKILL');
        emulator = await start(args);
    }
    const all = tools(emulator);
    const found = await all.ended(executionArn);
    assert.equal(found.status, 'SUCCEEDED', found.cause);
    assert.deepEqual(JSON.parse(found.output).map((o) => o.n), Array.from({ length: items }, (_, i) => i));
    assert.deepEqual((await all.events(executionArn)).map((e) => e.type), ['ExecutionStarted', 'MapStateEntered', 'MapStateStarted', 'MapRunStarted', 'MapRunSucceeded', 'MapStateSucceeded', 'MapStateExited', 'ExecutionSucceeded']);
    const { mapRuns } = await all.send('ListMapRuns', { executionArn });
    assert.equal(mapRuns.length, 1);
    await checkChildren(all, mapRuns[0].mapRunArn, items, ['ExecutionStarted', 'WaitStateEntered', 'WaitStateExited', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded']);
    await emulator.kill();
});

test('kill -9 in the middle of a redrive', { timeout: 300_000 }, async () => {
    const args = ['sandbox', '--data', folder()];
    const items = 400;
    let emulator = await start(args);
    const { send, ended, roleArn } = await cast(emulator);
    const late = { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sfn:describeActivity', Parameters: { ActivityArn: 'arn:aws:states:us-east-1:000000000000:activity:late' }, ResultPath: null, End: true };
    const definition = {
        StartAt: 'Both',
        States: {
            Both: {
                Type: 'Parallel', End: true,
                Branches: [
                    { StartAt: 'Kept', States: { Kept: { Type: 'Pass', Result: 'kept', End: true } } },
                    {
                        StartAt: 'Each',
                        States: {
                            Each: {
                                Type: 'Map', MaxConcurrency: 20, ToleratedFailurePercentage: 99,
                                ItemProcessor: processor('STANDARD', { StartAt: 'T', States: { T: late } }),
                                ItemsPath: '$.items', ResultSelector: { 'n.$': 'States.ArrayLength($)' }, Next: 'Then',
                            },
                            Then: late,
                        },
                    },
                ],
            },
        },
    };
    const { stateMachineArn } = await send('CreateStateMachine', { name: 'kill', definition: JSON.stringify(definition), roleArn });
    const { executionArn } = await send('StartExecution', { stateMachineArn, input: JSON.stringify({ items: Array.from({ length: items }, (_, i) => i) }) });
    assert.equal((await ended(executionArn)).error, 'States.ExceedToleratedFailureThreshold');
    await send('CreateActivity', { name: 'late' });
    await send('RedriveExecution', { executionArn });
    for (let round = 0; round < 6; round++) {
        await sleep(10 + Math.floor(Math.random() * 60));
        await emulator.kill('SIGKILL');
        emulator = await start(args);
    }
    const all = tools(emulator);
    const found = await all.ended(executionArn);
    assert.equal(found.status, 'SUCCEEDED', found.cause);
    assert.deepEqual(JSON.parse(found.output), ['kept', { n: items }]);
    const types = (await all.events(executionArn)).map((e) => e.type);
    for (const once of ['PassStateEntered', 'ExecutionRedriven', 'MapRunRedriven', 'MapRunSucceeded', 'ParallelStateEntered', 'ExecutionSucceeded'])
        assert.equal(types.filter((t) => t === once).length, 1, once);
    const { mapRuns } = await all.send('ListMapRuns', { executionArn });
    await checkChildren(all, mapRuns[0].mapRunArn, items, ['ExecutionStarted', 'TaskStateEntered', 'TaskScheduled', 'TaskStarted', 'TaskFailed', 'ExecutionFailed', 'ExecutionRedriven', 'TaskSucceeded', 'TaskStateExited', 'ExecutionSucceeded']);
    await emulator.kill();
});
