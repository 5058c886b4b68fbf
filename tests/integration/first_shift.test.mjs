// The pack `first-shift` as a player plays it: by the SDK, over HTTP, with signatures and policies, at thirty times the speed.
// (`rehearse check` plays its solution by internal calls, which skip signatures and wire formats.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DescribeStateMachineCommand, GetExecutionHistoryCommand, ListExecutionsCommand, ListStateMachinesCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { client, start, until } from './emulator.mjs';

let emulator, states, iam, lambda, cookie, machine;
before(async () => {
    emulator = await start(['first-shift', '--memory', '--speed', '30', '--seed', '1']);
    const options = client(emulator, { maxAttempts: 5 });
    [states, iam, lambda] = [new SFNClient(options), new IAMClient(options), new LambdaClient(options)];
    const session = await fetch(`${emulator.endpoint}/_rehearse/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    cookie = session.headers.get('set-cookie').split(';')[0];
});
after(() => emulator.kill());

const team = () => fetch(`${emulator.endpoint}/_rehearse/api/team`, { headers: { cookie } }).then((answer) => answer.json());
const faults = async () => (await team()).challenges[0].faults;

/** What a player reads first: how the newest order failed. */
async function look() {
    const { executions } = await states.send(new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'FAILED', maxResults: 1 }));
    if (!executions.length) return null;
    const { events } = await states.send(new GetExecutionHistoryCommand({ executionArn: executions[0].executionArn, reverseOrder: true, maxResults: 10 }));
    return events[0].executionFailedEventDetails;
}

async function edit(change) {
    const { definition } = await states.send(new DescribeStateMachineCommand({ stateMachineArn: machine }));
    const edited = JSON.parse(definition);
    change(edited.States);
    await states.send(new UpdateStateMachineCommand({ stateMachineArn: machine, definition: JSON.stringify(edited) }));
}

async function permit(name) {
    const policy = { RoleName: 'OrderRole', PolicyName: 'CallOrderFunctions' };
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(policy));
    const document = JSON.parse(decodeURIComponent(PolicyDocument));
    const [first] = document.Statement[0].Resource;
    document.Statement[0].Resource.push(first.replace('check-order', name));
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));
}

// In the order in which they come: what the failure says, and the repair.
const repairs = [
    [/\$\.rates\.discount/, () => edit((s) => (s.Price.Parameters.Payload['discount.$'] = '$.rate.discount'))],
    [/not authorized to perform: lambda:InvokeFunction on resource: \S+:reserve-unicorn/, () => permit('reserve-unicorn')],
    [/does not point to a next state/, () => edit((s) => (s.Tier.Default = 'Full price'))],
    [/\$\.Payload\.total/, () => edit((s) => (s.Price.ResultSelector['total.$'] = '$.Payload.quote.total'))],
    [/Rate Exceeded/, () => edit((s) => (s.Reserve.Retry = [{ ErrorEquals: ['Lambda.TooManyRequestsException'], IntervalSeconds: 1, MaxAttempts: 6, BackoffRate: 1.5 }]))],
    [/timed out after 3\.00 seconds/, () => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'notify-customer', Timeout: 10 }))],
];

test('six faults are met, read, repaired and paid for', { timeout: 300_000 }, async () => {
    machine = await until(async () => (await states.send(new ListStateMachinesCommand({}))).stateMachines[0]?.stateMachineArn ?? null, { pause: 200 });
    for (const [i, [says, repair]] of repairs.entries()) {
        await until(async () => (await faults())[i], { pause: 250, what: `fault ${i + 1}` }); // a call that took too long on a busy machine looks like the last one
        await until(async () => {
            const failure = await look();
            return failure && says.test(failure.cause) ? failure : null;
        }, { pause: 250 });
        await repair();
        const paid = await until(async () => {
            const all = await faults();
            return all[i]?.recovered_at ? all[i] : null;
        }, { pause: 250 });
        assert.ok(paid.detected_at && paid.detected_at <= paid.recovered_at, `fault ${i + 1} was not detected: ${JSON.stringify(paid)}`);
    }
    const { score, feed, challenges } = await team();
    assert.equal(challenges[0].state, 'solved');
    assert.ok(score > 600, `only ${score} points`);
    assert.ok(feed.some((entry) => entry.kind === 'recovered'));
});
