// Lambda where signatures are verified and policies enforced: roles, their trust, what a handler may do, what a state machine may run.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { CreateFunctionCommand, GetFunctionCommand, InvokeCommand, LambdaClient, UpdateFunctionConfigurationCommand, waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateStateMachineCommand, DescribeExecutionCommand, GetExecutionHistoryCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { client, start, until, waiting } from './emulator.mjs';
import { zip } from './zip.mjs';

const noPython = (!existsSync('/usr/bin/python3') || !existsSync('/usr/bin/bwrap')) && 'there is no /usr/bin/python3 or no bwrap';
let emulator, lambda, iam, sfn, logs, sts, account;
before(async () => {
    emulator = await start(['sandbox', '--memory', '--auth', 'strict', '--iam', 'enforce']);
    lambda = new LambdaClient({ ...client(emulator), maxAttempts: 1 });
    iam = new IAMClient(client(emulator));
    sfn = new SFNClient(client(emulator));
    logs = new CloudWatchLogsClient(client(emulator));
    sts = new STSClient(client(emulator));
    account = (await sts.send(new GetCallerIdentityCommand({}))).Account;
});
after(() => emulator.kill());

const refusal = (promise) => promise.then(() => assert.fail('it was not refused'), (error) => error);
const policy = (...statements) => JSON.stringify({ Version: '2012-10-17', Statement: statements.map(([Action, Resource = '*']) => ({ Effect: 'Allow', Action, Resource })) });
async function role(RoleName, service, ...statements) {
    const trust = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: service, AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }] });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    if (statements.length) await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'may', PolicyDocument: policy(...statements) }));
    return Role.Arn;
}
async function make(FunctionName, Role, body) {
    await lambda.send(new CreateFunctionCommand({ FunctionName, Runtime: 'python3.12', Handler: 'app.handler', Role, Timeout: 20, MemorySize: 256, Code: { ZipFile: zip({ 'app.py': body }) } }));
    await waitUntilFunctionActiveV2(waiting(lambda), { FunctionName });
    return `arn:aws:lambda:us-east-1:${account}:function:${FunctionName}`;
}

test('a role that does not trust Lambda, or is another account\'s, is refused', async () => {
    const Role = await role('for-states', 'states.amazonaws.com');
    const input = { FunctionName: 'refused', Runtime: 'python3.12', Handler: 'a.b', Role, Code: { ZipFile: zip({ a: '' }) } };
    const error = await refusal(lambda.send(new CreateFunctionCommand(input)));
    assert.equal(error.name, 'InvalidParameterValueException');
    assert.equal(error.message, 'The role defined for the function cannot be assumed by Lambda.');
    const foreign = await refusal(lambda.send(new CreateFunctionCommand({ ...input, Role: 'arn:aws:iam::999999999999:role/x' })));
    assert.equal(foreign.name, 'AccessDeniedException');
    assert.equal(foreign.$metadata.httpStatusCode, 403);
});

test('the URL of a function\'s code opens that code, as the one who asked, and nothing else', async () => {
    const arn = await make('fetched', await role('runner-0', 'lambda.amazonaws.com'), 'def handler(e, c): return 1\n');
    const reader = await role('reader', 'lambda.amazonaws.com', ['lambda:GetFunction', arn]);
    const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: reader, RoleSessionName: 'session' }));
    const session = new LambdaClient({ ...client(emulator), credentials: { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken } });
    for (const one of [lambda, session]) {
        const { Code } = await one.send(new GetFunctionCommand({ FunctionName: 'fetched' }));
        assert.equal((await fetch(Code.Location)).status, 200);
        assert.equal((await fetch(Code.Location.replace('/snapshots/fetched', '/snapshots/other'))).status, 403);
        assert.equal((await fetch(Code.Location.replace('/snapshots/', '/2015-03-31/functions/'))).status, 403);
        assert.equal((await fetch(Code.Location.replace('X-Amz-Expires=600', 'X-Amz-Expires=900'))).status, 403);
    }
    const { Code } = await session.send(new GetFunctionCommand({ FunctionName: 'fetched' }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'reader', PolicyName: 'may' }));
    assert.equal((await fetch(Code.Location)).status, 403);
});

test('who calls needs lambda:InvokeFunction on the function, by its ARN, however it is named', async () => {
    const arn = await make('asked', await role('runner-1', 'lambda.amazonaws.com'), 'def handler(e, c): return 1\n');
    const caller = await role('caller', 'lambda.amazonaws.com', ['lambda:InvokeFunction', arn]);
    const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn: caller, RoleSessionName: 'session' }));
    const session = new LambdaClient({ ...client(emulator), maxAttempts: 1, credentials: { accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken } });
    for (const FunctionName of ['asked', arn, `${account}:function:asked`])
        assert.equal((await session.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }))).StatusCode, 204);
    const error = await refusal(session.send(new InvokeCommand({ FunctionName: 'other' })));
    assert.equal(error.name, 'AccessDeniedException');
    assert.equal(error.$metadata.httpStatusCode, 403);
    assert.equal(error.message, `User: arn:aws:sts::${account}:assumed-role/caller/session is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:${account}:function:other because no identity-based policy allows the lambda:InvokeFunction action`);
});

test('a handler may do what its role may, and logs only where its role may log', { skip: noPython }, async () => {
    const body = `
import boto3
def handler(e, c):
    try:
        return [r["RoleName"] for r in boto3.client("iam").list_roles()["Roles"]]
    except Exception as error:
        return str(error)
`;
    const mute = await role('mute', 'lambda.amazonaws.com');
    const able = await role('able', 'lambda.amazonaws.com', ['iam:ListRoles'], [['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']]);
    await make('bound', mute, body);
    const run = async () => JSON.parse(Buffer.from((await lambda.send(new InvokeCommand({ FunctionName: 'bound' }))).Payload).toString());
    const first = await run();
    if (/No module named 'boto3'/.test(JSON.stringify(first))) return;
    assert.match(first, new RegExp(`AccessDenied.*User: arn:aws:sts::${account}:assumed-role/mute/bound is not authorized to perform: iam:ListRoles`));
    assert.deepEqual((await logs.send(new DescribeLogGroupsCommand({}))).logGroups, []);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'bound', Role: able }));
    await waitUntilFunctionUpdatedV2(waiting(lambda), { FunctionName: 'bound' });
    assert.ok((await run()).includes('able'));
    assert.deepEqual((await logs.send(new DescribeLogGroupsCommand({}))).logGroups.map((g) => g.logGroupName), ['/aws/lambda/bound']);
});

test('a state machine whose role lost the permission fails as on AWS', { skip: noPython }, async () => {
    const arn = await make('step', await role('runner-2', 'lambda.amazonaws.com'), 'def handler(e, c): return 7\n');
    const roleArn = await role('machine', 'states.amazonaws.com', ['lambda:InvokeFunction', arn]);
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: arn }, OutputPath: '$.Payload', End: true } } });
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({ name: 'm', roleArn, definition }));
    const run = async () => {
        const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
        const ended = await until(async () => {
            const told = await sfn.send(new DescribeExecutionCommand({ executionArn }));
            return told.status !== 'RUNNING' && told;
        });
        return ended;
    };
    assert.equal((await run()).output, '7');
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'machine', PolicyName: 'may' }));
    const failed = await run();
    assert.equal(failed.error, 'Lambda.AWSLambdaException');
    const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn: failed.executionArn }));
    const details = events.find((event) => event.type === 'TaskFailed').taskFailedEventDetails;
    assert.match(details.cause, new RegExp(`^User: arn:aws:sts::${account}:assumed-role/machine/[-0-9a-f]+ is not authorized to perform: lambda:InvokeFunction on resource: ${arn} because no identity-based policy allows the lambda:InvokeFunction action \\(Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException; Request ID: [-0-9a-f]+; Proxy: null\\)$`));
});
