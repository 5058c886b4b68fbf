// An acknowledged write survives kill -9, and executions go on where they stood.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { callJson, sleep, start, trust, until } from './emulator.mjs';

const ROUNDS = 20, CLIENTS = 16;
const folders = [];
after(() => folders.forEach((f) => rmSync(f, { recursive: true, force: true })));

function folder() {
    const made = mkdtempSync(join(tmpdir(), 'rehearse-'));
    folders.push(made);
    return join(made, 'data');
}

const states = (emulator, operation, input) => callJson(emulator.endpoint, `AWSStepFunctions.${operation}`, input);
const roleArn = 'arn:aws:iam::000000000000:role/r';
const definition = (state) => JSON.stringify({ StartAt: 'A', States: state });

async function makeRole(emulator) {
    const form = new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', RoleName: 'r', AssumeRolePolicyDocument: trust });
    assert.equal((await fetch(emulator.endpoint, { method: 'POST', body: form })).status, 200);
}

async function makeMachine(emulator, name, state) {
    const made = await states(emulator, 'CreateStateMachine', { name, definition: definition(state), roleArn });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    return made.body.stateMachineArn;
}

test(`nothing acknowledged is lost in ${ROUNDS} rounds of kill -9 under load`, { timeout: 300_000 }, async () => {
    const data = folder();
    const args = ['sandbox', '--data', data];
    let emulator = await start(args);
    await makeRole(emulator);
    const quick = await makeMachine(emulator, 'quick', { A: { Type: 'Pass', Result: { done: true }, End: true } });
    const slow = await makeMachine(emulator, 'slow', { A: { Type: 'Wait', Seconds: 1_000_000, End: true } });
    const acknowledged = new Map(); // execution ARN → what it was started with
    const tags = new Map();
    let serial = 0;
    for (let round = 0; round < ROUNDS; round++) {
        let stop = false;
        const before = acknowledged.size;
        const workers = Array.from({ length: CLIENTS }, async (_, worker) => {
            while (!stop) {
                const name = `e${++serial}`, input = JSON.stringify({ serial, round });
                try {
                    if (worker === 0) {
                        const key = `k${serial % 40}`, value = `v${serial}`;
                        const answer = await states(emulator, 'TagResource', { resourceArn: slow, tags: [{ key, value }] });
                        if (answer.status === 200) tags.set(key, value);
                        continue;
                    }
                    const answer = await states(emulator, 'StartExecution', { stateMachineArn: worker % 2 ? quick : slow, name, input });
                    if (answer.status === 200) acknowledged.set(answer.body.executionArn, input);
                } catch {
                    return; // it was killed
                }
            }
        });
        await until(() => acknowledged.size > before + 5, { what: 'writes' });
        await sleep(Math.floor(Math.random() * 300));
        await emulator.kill('SIGKILL');
        stop = true;
        await Promise.all(workers);
        emulator = await start(args);
        const fresh = [...acknowledged].slice(-60);
        for (const [executionArn, input] of fresh) {
            const found = await states(emulator, 'DescribeExecution', { executionArn });
            assert.equal(found.status, 200, `round ${round}: ${executionArn} is lost`);
            assert.equal(found.body.input, input);
        }
    }
    for (const [executionArn, input] of acknowledged) {
        const found = await states(emulator, 'DescribeExecution', { executionArn });
        assert.equal(found.status, 200, `${executionArn} is lost`);
        assert.equal(found.body.input, input);
        if (!executionArn.includes(':quick:')) {
            assert.equal(found.body.status, 'RUNNING');
            continue;
        }
        const done = await until(async () => {
            const now = await states(emulator, 'DescribeExecution', { executionArn });
            return now.body.status === 'RUNNING' ? null : now;
        });
        assert.equal(done.body.status, 'SUCCEEDED');
        const { events } = (await states(emulator, 'GetExecutionHistory', { executionArn })).body;
        assert.deepEqual(events.map((e) => `${e.id} ${e.type}`), ['1 ExecutionStarted', '2 PassStateEntered', '3 PassStateExited', '4 ExecutionSucceeded']);
    }
    // A tag that was on its way when it was killed may stand though nobody was told; an older one than acknowledged may not.
    const stand = Object.fromEntries((await states(emulator, 'ListTagsForResource', { resourceArn: slow })).body.tags.map((t) => [t.key, t.value]));
    for (const [key, value] of tags) assert.ok(Number(stand[key].slice(1)) >= Number(value.slice(1)), `${key} went back to ${stand[key]}`);
    await emulator.kill();
});

test('an execution in the middle of waits, retries, maps and tokens goes on after kill -9', { timeout: 300_000 }, async () => {
    const args = ['sandbox', '--data', folder()];
    let emulator = await start(args);
    await makeRole(emulator);
    const machine = await makeMachine(emulator, 'm', {
        A: { Type: 'Pass', Result: [1, 2, 3, 4], Next: 'Each' },
        Each: {
            Type: 'Map', MaxConcurrency: 2, Next: 'Both',
            ItemProcessor: { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 1, Next: 'Add' }, Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($, 1)' }, End: true } } },
        },
        Both: {
            Type: 'Parallel', Next: 'Fragile',
            Branches: [
                { StartAt: 'P1', States: { P1: { Type: 'Wait', Seconds: 1, End: true } } },
                { StartAt: 'P2', States: { P2: { Type: 'Pass', Result: 'two', End: true } } },
            ],
        },
        Fragile: {
            Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iam:getRole', Parameters: { RoleName: 'nobody' },
            Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Token' }], End: true,
        },
        Token: { Type: 'Task', Resource: 'arn:aws:states:us-east-1:000000000000:activity:a', ResultPath: '$[1]', End: true },
    });
    await states(emulator, 'CreateActivity', { name: 'a' });
    const { executionArn } = (await states(emulator, 'StartExecution', { stateMachineArn: machine })).body;
    const describe = async () => (await states(emulator, 'DescribeExecution', { executionArn })).body;
    const types = async () => (await states(emulator, 'GetExecutionHistory', { executionArn, maxResults: 1000 })).body.events;
    for (let kills = 0; kills < 6; kills++) {
        await sleep(350);
        const before = await types();
        await emulator.kill('SIGKILL');
        emulator = await start(args);
        const now = await types();
        assert.deepEqual(now.slice(0, before.length), before, 'the history that was seen still stands');
    }
    await until(async () => (await types()).some((e) => e.type === 'ActivityScheduled'), { what: 'the activity' });
    const task = (await states(emulator, 'GetActivityTask', { activityArn: 'arn:aws:states:us-east-1:000000000000:activity:a' })).body;
    await emulator.kill('SIGKILL');
    emulator = await start(args);
    assert.equal((await states(emulator, 'SendTaskSuccess', { taskToken: task.taskToken, output: '"three"' })).status, 200);
    const done = await until(async () => {
        const now = await describe();
        return now.status === 'RUNNING' ? null : now;
    });
    assert.equal(done.status, 'SUCCEEDED', done.cause);
    assert.deepEqual(JSON.parse(done.output), [[{ n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }], 'three']);
    const events = await types();
    assert.deepEqual(events.map((e) => e.id), events.map((_, i) => i + 1), 'no event twice, none lost');
    await emulator.kill();
});

test('a clean end loses nothing, --fresh forgets, a second one is refused', { timeout: 300_000 }, async () => {
    const data = folder(), args = ['sandbox', '--data', data];
    let emulator = await start(args);
    await makeRole(emulator);
    const machine = await makeMachine(emulator, 'kept', { A: { Type: 'Pass', End: true } });
    assert.equal(statSync(data).mode & 0o777, 0o700);
    await assert.rejects(start(args), (error) => error.message.includes(data) && error.message.includes('the emulator ended: 1'));
    assert.deepEqual(await emulator.kill('SIGTERM'), { code: 0, signal: null });
    emulator = await start(args);
    assert.equal((await states(emulator, 'DescribeStateMachine', { stateMachineArn: machine })).status, 200);
    assert.deepEqual(await emulator.kill('SIGINT'), { code: 0, signal: null });
    emulator = await start([...args, '--fresh']);
    assert.equal((await states(emulator, 'DescribeStateMachine', { stateMachineArn: machine })).status, 400);
    await emulator.kill();
    assert.ok(existsSync(data));
});

test('reset empties the cloud, durably', { timeout: 300_000 }, async () => {
    const args = ['sandbox', '--data', folder()];
    let emulator = await start(args);
    await makeRole(emulator);
    const machine = await makeMachine(emulator, 'gone', { A: { Type: 'Wait', Seconds: 100000, End: true } });
    await states(emulator, 'StartExecution', { stateMachineArn: machine });
    const parked = states(emulator, 'GetActivityTask', { activityArn: 'arn:aws:states:us-east-1:000000000000:activity:x' });
    await parked;
    const refused = await fetch(`${emulator.endpoint}/_rehearse/reset`, { method: 'POST', headers: { origin: 'http://evil.example' } });
    assert.equal(refused.status, 403);
    assert.equal((await fetch(`${emulator.endpoint}/_rehearse/reset`)).status, 405);
    assert.equal((await fetch(`${emulator.endpoint}/_rehearse/reset`, { method: 'POST' })).status, 200);
    assert.equal((await states(emulator, 'ListStateMachines', {})).body.stateMachines.length, 0);
    await emulator.kill('SIGKILL');
    emulator = await start(args);
    assert.equal((await states(emulator, 'ListStateMachines', {})).body.stateMachines.length, 0);
    await makeRole(emulator);
    await makeMachine(emulator, 'gone', { A: { Type: 'Pass', End: true } });
    await emulator.kill();
});
