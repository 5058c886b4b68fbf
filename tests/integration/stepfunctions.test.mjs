// Step Functions through the AWS SDK, as a user's program speaks to it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import * as sfn from '@aws-sdk/client-sfn';
import { client, start, trust, until } from './emulator.mjs';

let emulator, states, roleArn;
let machines = 0;

before(async () => {
    emulator = await start(['sandbox', '--memory', '--speed', '50']);
    states = new sfn.SFNClient(client(emulator));
    const iam = new IAMClient(client(emulator));
    const made = await iam.send(new CreateRoleCommand({ RoleName: 'machine', AssumeRolePolicyDocument: trust }));
    roleArn = made.Role.Arn;
});
after(() => emulator.kill());

const send = (name, input) => states.send(new sfn[`${name}Command`](input));

async function machine(definition, more = {}) {
    const made = await send('CreateStateMachine', { name: `m${++machines}`, definition: JSON.stringify(definition), roleArn, ...more });
    return made.stateMachineArn;
}

async function ended(executionArn) {
    return until(async () => {
        const found = await send('DescribeExecution', { executionArn });
        return found.status === 'RUNNING' ? null : found;
    }, { what: executionArn });
}

/** Runs a definition to its end: the description and the types of its events. */
async function run(definition, input = {}) {
    const stateMachineArn = await machine(definition);
    const { executionArn } = await send('StartExecution', { stateMachineArn, input: JSON.stringify(input) });
    const found = await ended(executionArn);
    const { events } = await send('GetExecutionHistory', { executionArn, maxResults: 1000 });
    return { ...found, executionArn, stateMachineArn, events };
}

const one = (state) => ({ StartAt: 'A', States: { A: { ...state, End: true } } });

test('a machine in JSONata', async () => {
    const definition = {
        QueryLanguage: 'JSONata', StartAt: 'Each',
        States: {
            Each: {
                Type: 'Map', Items: '{% $states.input.orders %}', MaxConcurrency: '{% 1 + 1 %}',
                ItemSelector: { order: '{% $states.context.Map.Item.Value %}' },
                ItemProcessor: { StartAt: 'Price', States: { Price: { Type: 'Pass', Output: "{% $states.input.order & '!' %}", End: true } } },
                Assign: { prices: '{% $states.result %}' }, Next: 'Rest',
            },
            Rest: { Type: 'Wait', Seconds: '{% $count($prices) %}', Next: 'Which' },
            Which: {
                Type: 'Choice', Default: 'Bad',
                Choices: [{ Condition: '{% $count($prices) > 1 %}', Output: { of: '{% $states.input %}', all: '{% $join($prices, " ") %}' }, Next: 'Good' }],
            },
            Good: { Type: 'Succeed', Output: '{% $states.input.all %}' },
            Bad: { Type: 'Fail', Error: '{% "None" %}' },
        },
    };
    const done = await run(definition, { orders: ['a', 'b'] });
    assert.equal(done.status, 'SUCCEEDED', done.cause);
    assert.equal(JSON.parse(done.output), 'a! b!');
    const described = await send('DescribeStateMachine', { stateMachineArn: done.stateMachineArn });
    assert.deepEqual(described.variableReferences, { Rest: ['prices'], Which: ['prices'] });
    const failed = await run(definition, { orders: [] , more: 1 });
    assert.equal(failed.error, 'None');
    const broken = await run(definition, { orders: 'x' });
    assert.match(broken.cause, /Expected 'array', but was 'string' for value: "x"$/);
    const event = broken.events.find(({ type }) => type === 'EvaluationFailed');
    assert.equal(event.evaluationFailedEventDetails.location, 'Items');
    definition.States.Good.Output = '{% all[1 %}';
    await assert.rejects(machine(definition), {
        name: 'InvalidDefinition',
        message: "Invalid State Machine Definition: 'INVALID_JSONATA_EXPRESSION: Expected \"]\" before end of expression at /States/Good/Output'",
    });
});

test('TestState tells what becomes of the data, and of a mocked error', async () => {
    const definition = JSON.stringify({
        Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { 'FunctionName.$': '$.f' }, ResultSelector: { 'v.$': '$.ExecutedVersion' },
        Retry: [{ ErrorEquals: ['Lambda.Slow'], IntervalSeconds: 2, MaxAttempts: 3 }], Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Mend' }], Next: 'Then',
    });
    const ask = (more) => send('TestState', { definition, input: '{"f":"x"}', inspectionLevel: 'DEBUG', ...more });
    const told = await ask({ mock: { result: '{"ExecutedVersion":"3"}' } });
    assert.deepEqual([told.status, told.nextState, told.output], ['SUCCEEDED', 'Then', '{"v":"3"}']);
    assert.equal(told.inspectionData.afterParameters, '{"FunctionName":"x"}');
    const again = await ask({ mock: { errorOutput: { error: 'Lambda.Slow' } }, stateConfiguration: { retrierRetryCount: 2 } });
    assert.equal(again.status, 'RETRIABLE');
    assert.deepEqual(again.inspectionData.errorDetails, { retryIndex: 0, retryBackoffIntervalSeconds: 8 });
    const caught = await ask({ mock: { errorOutput: { error: 'Other', cause: 'C' } } });
    assert.deepEqual([caught.status, caught.nextState, caught.error], ['CAUGHT_ERROR', 'Mend', 'Other']);
    await assert.rejects(ask({ mock: { result: '{"StatusCode":"200"}' } }), {
        name: 'ValidationException',
        message: "Mock result schema validation error: Field 'StatusCode' must be a number",
    });
    const real = await send('TestState', {
        definition: JSON.stringify({ Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iam:getRole', Parameters: { 'RoleName.$': '$.r' }, End: true }),
        input: '{"r":"machine"}', roleArn,
    });
    assert.equal(JSON.parse(real.output).Role.RoleName, 'machine');
});

test('a test case of the mock configuration answers tasks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-'));
    const file = join(folder, 'MockConfigFile.json');
    // As in AWS's guide, "Configuration file for mocked service integrations".
    const failed = { Throw: { Error: 'Lambda.ResourceNotReadyException', Cause: 'Lambda resource is not ready.' } };
    writeFileSync(file, JSON.stringify({
        StateMachines: { LambdaSQSIntegration: { TestCases: { RetryPath: { LambdaState: 'MockedLambdaRetry', SQSState: 'MockedSQSSuccess' } } } },
        MockedResponses: {
            MockedLambdaRetry: { 0: failed, '1-2': failed, 3: { Return: { StatusCode: 200, Payload: { body: 'Hello from Lambda!' } } } },
            MockedSQSSuccess: { 0: { Return: { MessageId: '3bcb6e8e' } } },
        },
    }));
    const mocked = await start(['sandbox', '--memory', '--speed', '50'], { env: { SFN_MOCK_CONFIG: file } });
    try {
        const speaks = new sfn.SFNClient(client(mocked));
        const task = (resource, more) => ({ Type: 'Task', Resource: `arn:aws:states:::${resource}`, Parameters: {}, ...more });
        const definition = JSON.stringify({
            StartAt: 'LambdaState',
            States: {
                LambdaState: task('lambda:invoke', {
                    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, MaxAttempts: 3 }], ResultPath: '$.lambda', Next: 'SQSState',
                }),
                SQSState: task('sqs:sendMessage', { ResultPath: '$.sqs', End: true }),
            },
        });
        await new IAMClient(client(mocked)).send(new CreateRoleCommand({ RoleName: 'machine', AssumeRolePolicyDocument: trust }));
        const { stateMachineArn } = await speaks.send(new sfn.CreateStateMachineCommand({ name: 'LambdaSQSIntegration', definition, roleArn }));
        const { executionArn } = await speaks.send(new sfn.StartExecutionCommand({ stateMachineArn: `${stateMachineArn}#RetryPath` }));
        const done = await until(async () => {
            const found = await speaks.send(new sfn.DescribeExecutionCommand({ executionArn }));
            return found.status === 'RUNNING' ? null : found;
        });
        assert.equal(done.status, 'SUCCEEDED', done.cause);
        assert.equal(done.stateMachineArn, stateMachineArn);
        assert.deepEqual(JSON.parse(done.output), { lambda: { StatusCode: 200, Payload: { body: 'Hello from Lambda!' } }, sqs: { MessageId: '3bcb6e8e' } });
        await assert.rejects(speaks.send(new sfn.StartExecutionCommand({ stateMachineArn: `${stateMachineArn}#Gone` })), { name: 'ValidationException' });
    } finally {
        await mocked.kill();
        rmSync(folder, { recursive: true });
    }
});

test('a machine with retries, a Map and a Wait runs to its end', async () => {
    const done = await run(
        {
            StartAt: 'Each',
            States: {
                Each: {
                    Type: 'Map', ItemsPath: '$.orders', MaxConcurrency: 2, ResultPath: '$.prices', Next: 'Rest',
                    ItemSelector: { 'order.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index' },
                    ItemProcessor: {
                        StartAt: 'Price',
                        States: { Price: { Type: 'Pass', Parameters: { 'text.$': "States.Format('{}-{}', $.order, $.index)" }, End: true } },
                    },
                    Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 2 }],
                },
                Rest: { Type: 'Wait', Seconds: 5, Next: 'Last' },
                Last: { Type: 'Succeed', OutputPath: '$.prices' },
            },
        },
        { orders: ['a', 'b', 'c'] },
    );
    assert.equal(done.status, 'SUCCEEDED');
    assert.equal(done.output, '[{"text":"a-0"},{"text":"b-1"},{"text":"c-2"}]');
    assert.equal(done.events.filter((e) => e.type === 'MapIterationSucceeded').length, 3);
    assert.deepEqual(done.events.map((e) => e.id), done.events.map((_, i) => i + 1));
    assert.ok(done.stopDate - done.startDate >= 5000, 'five seconds of virtual time passed');
});

test('a task that fails is retried, then caught', async () => {
    const done = await run({
        StartAt: 'Start',
        States: {
            Start: {
                Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.sync:2',
                Parameters: { 'StateMachineArn.$': '$.gone', Input: {} },
                Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1.5 }],
                Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.caught', Next: 'Caught' }], End: true,
            },
            Caught: { Type: 'Pass', End: true },
        },
    }, { gone: 'arn:aws:states:us-east-1:000000000000:stateMachine:gone' });
    assert.equal(done.status, 'SUCCEEDED');
    assert.match(JSON.parse(done.output).caught.Error, /^StepFunctions\.StateMachineDoesNotExist/);
    assert.equal(done.events.filter((e) => e.type === 'TaskFailed').length, 3);
});

test('untouched input passes verbatim, white space and all', async () => {
    const stateMachineArn = await machine(one({ Type: 'Pass' }));
    const input = '{ "a" : [1.0, 2e3 ],\n"ü":"\\u00fc" }';
    const { executionArn } = await send('StartExecution', { stateMachineArn, input });
    assert.equal((await ended(executionArn)).output, input);
});

test('a task token is answered from outside', async () => {
    const inner = await machine(one({ Type: 'Wait', Seconds: 100000 }));
    const stateMachineArn = await machine(one({
        Type: 'Task', Resource: 'arn:aws:states:::states:startExecution.waitForTaskToken', HeartbeatSeconds: 1000,
        Parameters: { StateMachineArn: inner, Input: { 'token.$': '$$.Task.Token' } },
    }));
    const { executionArn } = await send('StartExecution', { stateMachineArn });
    const child = await until(async () => (await send('ListExecutions', { stateMachineArn: inner })).executions[0]);
    const { token } = JSON.parse((await send('DescribeExecution', { executionArn: child.executionArn })).input);
    await send('SendTaskHeartbeat', { taskToken: token });
    await send('SendTaskSuccess', { taskToken: token, output: '{"price": 42}' });
    assert.deepEqual(JSON.parse((await ended(executionArn)).output), { price: 42 });
    await assert.rejects(send('SendTaskSuccess', { taskToken: 'nonsense', output: '{}' }), { name: 'InvalidToken' });
    await send('StopExecution', { executionArn: child.executionArn, error: 'Enough', cause: 'the test is over' });
    const stopped = await ended(child.executionArn);
    assert.deepEqual([stopped.status, stopped.error, stopped.cause], ['ABORTED', 'Enough', 'the test is over']);
});

test('an activity is worked on by a worker that polls', async () => {
    const { activityArn } = await send('CreateActivity', { name: 'pricing' });
    const stateMachineArn = await machine(one({ Type: 'Task', Resource: activityArn, TimeoutSeconds: 5000 }));
    const polled = send('GetActivityTask', { activityArn, workerName: 'early' });
    const { executionArn } = await send('StartExecution', { stateMachineArn, input: '{"unicorn":"Shadowfax"}' });
    const task = await polled;
    assert.deepEqual(JSON.parse(task.input), { unicorn: 'Shadowfax' });
    await send('SendTaskFailure', { taskToken: task.taskToken, error: 'NoSuchUnicorn', cause: 'it ran away' });
    const done = await ended(executionArn);
    assert.deepEqual([done.status, done.error, done.cause], ['FAILED', 'NoSuchUnicorn', 'it ran away']);
    assert.ok((await send('ListActivities', {})).activities.some((a) => a.activityArn === activityArn));
});

test('times out: a task by its own limit, an execution by the machine\'s', async () => {
    const { activityArn } = await send('CreateActivity', { name: 'nobody' });
    const task = await run(one({ Type: 'Task', Resource: activityArn, TimeoutSeconds: 20 }));
    assert.deepEqual([task.status, task.error], ['FAILED', 'States.Timeout']);
    const whole = await run({ TimeoutSeconds: 10, ...one({ Type: 'Wait', Seconds: 10000 }) });
    assert.equal(whole.status, 'TIMED_OUT');
    assert.equal(whole.error, undefined);
    assert.equal(whole.events.at(-1).type, 'ExecutionTimedOut');
    assert.deepEqual(whole.events.at(-1).executionTimedOutEventDetails, { error: 'States.Timeout' });
});

test('pages: executions, history forwards and backwards, machines', async () => {
    const stateMachineArn = await machine(one({ Type: 'Pass' }));
    const names = [];
    for (let i = 0; i < 7; i++) names.unshift((await send('StartExecution', { stateMachineArn, name: `run-${i}` })).executionArn);
    for (const arn of names) await ended(arn);
    const seen = [];
    for await (const page of sfn.paginateListExecutions({ client: states, pageSize: 3 }, { stateMachineArn }))
        seen.push(...page.executions.map((e) => e.executionArn));
    assert.deepEqual(seen, names, 'newest first, none twice');
    const ids = async (reverseOrder) => {
        const list = [];
        for await (const page of sfn.paginateGetExecutionHistory({ client: states, pageSize: 2 }, { executionArn: names[0], reverseOrder }))
            list.push(...page.events.map((e) => e.id));
        return list;
    };
    assert.deepEqual(await ids(false), [1, 2, 3, 4]);
    assert.deepEqual(await ids(true), [4, 3, 2, 1]);
    assert.equal((await send('ListStateMachines', { maxResults: 1 })).stateMachines.length, 1);
    await assert.rejects(send('ListStateMachines', { nextToken: 'nonsense' }), { name: 'InvalidToken' });
});

test('errors are AWS\'s, word for word', async () => {
    const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:none';
    const rows = [
        ['DescribeStateMachine', { stateMachineArn: arn }, 'StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`],
        ['StartExecution', { stateMachineArn: arn }, 'StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`],
        ['DescribeExecution', { executionArn: arn.replace('stateMachine', 'execution') + ':x' }, 'ExecutionDoesNotExist',
            `Execution Does Not Exist: '${arn.replace('stateMachine', 'execution')}:x'`],
        ['ListStateMachines', { maxResults: 1001 }, 'ValidationException',
            "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000"],
        ['CreateStateMachine', { name: 'a b', definition: '{}', roleArn }, 'InvalidName', "Invalid Name: 'a b'"],
        ['CreateStateMachine', { name: 'bad', definition: '{"StartAt":"A"}', roleArn }, 'InvalidDefinition',
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'"],
        ['DescribeActivity', { activityArn: 'arn:aws:states:us-east-1:000000000000:activity:none' }, 'ActivityDoesNotExist',
            "Activity Does Not Exist: 'arn:aws:states:us-east-1:000000000000:activity:none'"],
    ];
    for (const [operation, input, name, message] of rows) await assert.rejects(send(operation, input), { name, message }, operation);
    const stateMachineArn = await machine(one({ Type: 'Pass' }));
    await assert.rejects(send('StartExecution', { stateMachineArn, input: 'nonsense' }), { name: 'InvalidExecutionInput' });
    await send('StartExecution', { stateMachineArn, name: 'twice', input: '{}' });
    await assert.rejects(send('StartExecution', { stateMachineArn, name: 'twice', input: '{"other":1}' }), { name: 'ExecutionAlreadyExists' });
});

test('tags of machines and activities', async () => {
    const resourceArn = await machine(one({ Type: 'Pass' }), { tags: [{ key: 'team', value: 'a' }] });
    await send('TagResource', { resourceArn, tags: [{ key: 'cost', value: '1' }, { key: 'team', value: 'b' }] });
    await send('UntagResource', { resourceArn, tagKeys: ['cost'] });
    assert.deepEqual((await send('ListTagsForResource', { resourceArn })).tags, [{ key: 'team', value: 'b' }]);
});

test('a definition that changed runs new executions, old ones keep theirs', async () => {
    const stateMachineArn = await machine(one({ Type: 'Wait', Seconds: 20000 }));
    const { executionArn } = await send('StartExecution', { stateMachineArn });
    await send('UpdateStateMachine', { stateMachineArn, definition: JSON.stringify(one({ Type: 'Pass', Result: 2 })) });
    const kept = await send('DescribeStateMachineForExecution', { executionArn });
    assert.equal(JSON.parse(kept.definition).States.A.Type, 'Wait');
    const next = await send('StartExecution', { stateMachineArn });
    assert.equal((await ended(next.executionArn)).output, '2');
    await send('StopExecution', { executionArn });
    await send('DeleteStateMachine', { stateMachineArn });
    await until(async () => send('DescribeStateMachine', { stateMachineArn }).then(() => false, (e) => e.name === 'StateMachineDoesNotExist'));
});

test('aws-sdk integrations reach every operation that stands here', async () => {
    const done = await run({
        StartAt: 'Who',
        States: {
            Who: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:sts:getCallerIdentity', ResultSelector: { 'arn.$': '$.Arn' }, ResultPath: '$.who', Next: 'Role' },
            Role: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iam:getRole', Parameters: { RoleName: 'nobody' },
                Catch: [{ ErrorEquals: ['Iam.NoSuchEntityException'], ResultPath: '$.error', Next: 'Caught' }], End: true },
            Caught: { Type: 'Pass', End: true },
        },
    });
    assert.equal(done.status, 'SUCCEEDED', done.cause);
    const output = JSON.parse(done.output);
    assert.match(output.who.arn, /^arn:aws:sts::000000000000:assumed-role\/machine\//);
    assert.match(output.error.Cause, /^The role with name nobody cannot be found\. \(Service: Iam, Status Code: 404, Request ID: /);
});

test('quotas: definitions of 1 MiB, inputs of 256 KiB in bytes, names of 80 characters', async () => {
    const padded = (size) => {
        const definition = { Comment: '', ...one({ Type: 'Pass' }) };
        definition.Comment = 'x'.repeat(size - JSON.stringify(definition).length);
        return JSON.stringify(definition);
    };
    const make = (name, definition = padded(200)) => send('CreateStateMachine', { name, definition, roleArn });
    const tooLong = (member, most) => ({ name: 'ValidationException', message: new RegExp(`at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}$`) });
    await make('n'.repeat(80));
    await assert.rejects(make('n'.repeat(81)), tooLong('name', 80));
    for (const name of ['a b', 'a*b', 'a/b', 'a:b', 'a"b', 'a\u0007b']) await assert.rejects(make(name), { name: 'InvalidName', message: `Invalid Name: '${name}'` });
    await make('large', padded(1048576));
    await assert.rejects(make('larger', padded(1048577)), tooLong('definition', 1048576));
    const stateMachineArn = await machine(one({ Type: 'Pass' }));
    const run = (text) => send('StartExecution', { stateMachineArn, input: JSON.stringify(text) });
    assert.equal((await ended((await run('x'.repeat(262142))).executionArn)).status, 'SUCCEEDED');
    assert.equal((await ended((await run('é'.repeat(131071))).executionArn)).status, 'SUCCEEDED');
    await assert.rejects(run('x'.repeat(262143)), tooLong('input', 262144));
    await assert.rejects(run('é'.repeat(131072)), tooLong('input', 262144));
});

test('http:invoke is known, other forms of it are not; run, it fails with the reason', async () => {
    const call = (Resource) => one({ Type: 'Task', Resource: `arn:aws:states:::${Resource}`, Parameters: { ApiEndpoint: 'https://localhost/', Method: 'GET', Authentication: { ConnectionArn: 'arn:aws:events:us-east-1:000000000000:connection/c/1' } } });
    const found = await run(call('http:invoke'));
    assert.deepEqual([found.status, found.error, found.cause], ['FAILED', 'States.TaskFailed', 'The resource arn:aws:states:::http:invoke cannot be called: This practice cloud has no such integration.']);
    for (const form of ['http:invoke.sync', 'http:invoke.waitForTaskToken', 'http:get'])
        await assert.rejects(machine(call(form)), { name: 'InvalidDefinition', message: `Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::${form} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/A/Resource'` });
});
