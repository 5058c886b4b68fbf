// IAM and STS through the AWS SDK: roles and their policies, who may do what, sessions of roles, signatures.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as iam from '@aws-sdk/client-iam';
import { CreateStateMachineCommand, ListStateMachinesCommand, SFNClient, StartExecutionCommand, DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateBucketCommand, DeleteBucketPolicyCommand, DeletePublicAccessBlockCommand, PutPublicAccessBlockCommand, GetObjectCommand, ListObjectsV2Command, PutBucketPolicyCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AddPermissionCommand, CreateFunctionCommand, GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand, GetAccessKeyInfoCommand, GetCallerIdentityCommand, GetFederationTokenCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { zip } from './zip.mjs';
import { callJson, client, start, trust, until } from './emulator.mjs';

let open, strict;
const teams = join(mkdtempSync(join(tmpdir(), 'rehearse-')), 'teams.csv');
const KEYS = {
    a: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'secret-of-team-a-0123456789abcdefghijklmn' },
    b: { accessKeyId: 'AKIABBBBBBBBBBBBBBBB', secretAccessKey: 'secret-of-team-b-0123456789abcdefghijklmn' },
};

before(async () => {
    writeFileSync(teams, 'name,account,access_key_id,secret_access_key\n' +
        `Alpha,111122223333,${KEYS.a.accessKeyId},${KEYS.a.secretAccessKey}\n"Beta, the second",222233334444,${KEYS.b.accessKeyId},${KEYS.b.secretAccessKey}\n`);
    open = await start(['sandbox', '--memory']);
    strict = await start(['sandbox', '--memory', '--auth', 'strict', '--iam', 'enforce', '--teams', teams]);
});
after(async () => { await open.kill(); await strict.kill(); });

const clients = (emulator, credentials) => {
    const options = { ...client(emulator), ...(credentials ? { credentials } : {}) };
    return { iam: new iam.IAMClient(options), states: new SFNClient(options), sts: new STSClient(options), lambda: new LambdaClient(options), s3: new S3Client({ ...options, forcePathStyle: true }) };
};
const allow = (Action, Resource = '*') => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource }] });
const trusting = (Principal) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }] });

test('a role: made, read, changed, listed, deleted', async () => {
    const { iam: c } = clients(open);
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    const { Role } = await send('CreateRole', { RoleName: 'Vip', Path: '/game/', AssumeRolePolicyDocument: trust, Description: 'd', Tags: [{ Key: 'k', Value: 'v' }] });
    assert.equal(Role.Arn, 'arn:aws:iam::000000000000:role/game/Vip');
    assert.match(Role.RoleId, /^AROA[A-Z2-7]{17}$/);
    assert.equal(decodeURIComponent(Role.AssumeRolePolicyDocument), trust);
    await assert.rejects(send('CreateRole', { RoleName: 'vip', AssumeRolePolicyDocument: trust }),
        { name: 'EntityAlreadyExistsException', message: 'Role with name vip already exists.' });
    await send('PutRolePolicy', { RoleName: 'Vip', PolicyName: 'inline', PolicyDocument: allow('s3:*') });
    assert.deepEqual((await send('ListRolePolicies', { RoleName: 'Vip' })).PolicyNames, ['inline']);
    assert.equal(decodeURIComponent((await send('GetRolePolicy', { RoleName: 'Vip', PolicyName: 'inline' })).PolicyDocument), allow('s3:*'));
    const { Policy } = await send('CreatePolicy', { PolicyName: 'VipData', PolicyDocument: allow('s3:GetObject') });
    const listed = async (Scope) => (await send('ListPolicies', { Scope })).Policies.map((p) => p.PolicyName);
    assert.deepEqual(await listed('Local'), ['VipData']);
    assert.ok((await listed('AWS')).length > 1); // AWS's own, in front of one's own
    assert.deepEqual(await listed('All'), [...(await listed('AWS')), 'VipData']);
    await send('AttachRolePolicy', { RoleName: 'Vip', PolicyArn: Policy.Arn });
    await send('AttachRolePolicy', { RoleName: 'Vip', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    assert.deepEqual((await send('ListAttachedRolePolicies', { RoleName: 'Vip' })).AttachedPolicies.map((p) => p.PolicyName), ['VipData', 'AdministratorAccess']);
    assert.equal((await send('GetPolicy', { PolicyArn: Policy.Arn })).Policy.AttachmentCount, 1);
    await assert.rejects(send('DeletePolicy', { PolicyArn: Policy.Arn }), { name: 'DeleteConflictException', message: 'Cannot delete a policy attached to entities.' });
    await assert.rejects(send('DeleteRole', { RoleName: 'Vip' }), { name: 'DeleteConflictException', message: 'Cannot delete entity, must detach all policies first.' });
    await send('DetachRolePolicy', { RoleName: 'Vip', PolicyArn: Policy.Arn });
    await send('DetachRolePolicy', { RoleName: 'Vip', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    await send('DeleteRolePolicy', { RoleName: 'Vip', PolicyName: 'inline' });
    await send('DeletePolicy', { PolicyArn: Policy.Arn });
    await send('DeleteRole', { RoleName: 'Vip' });
    await assert.rejects(send('GetRole', { RoleName: 'Vip' }), { name: 'NoSuchEntityException', message: 'The role with name Vip cannot be found.' });
});

test('versions of a policy', async () => {
    const { iam: c } = clients(open);
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    const PolicyArn = (await send('CreatePolicy', { PolicyName: 'many', PolicyDocument: allow('s3:a') })).Policy.Arn;
    for (const n of [2, 3, 4, 5])
        assert.equal((await send('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow(`s3:${n}`), SetAsDefault: n === 3 })).PolicyVersion.VersionId, `v${n}`);
    await assert.rejects(send('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:b') }), { name: 'LimitExceededException' });
    const { Versions } = await send('ListPolicyVersions', { PolicyArn });
    assert.deepEqual(Versions.map((v) => [v.VersionId, v.IsDefaultVersion]), [['v5', false], ['v4', false], ['v3', true], ['v2', false], ['v1', false]]);
    await assert.rejects(send('DeletePolicyVersion', { PolicyArn, VersionId: 'v3' }), { name: 'DeleteConflictException' });
    await assert.rejects(send('DeletePolicy', { PolicyArn }), { name: 'DeleteConflictException' });
});

test('tags of roles and policies: added, replaced whatever their case, taken away', async () => {
    const { iam: c } = clients(open);
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    await send('CreateRole', { RoleName: 'tagged', AssumeRolePolicyDocument: trust, Tags: [{ Key: 'team', Value: 'a' }] });
    const PolicyArn = (await send('CreatePolicy', { PolicyName: 'tagged', PolicyDocument: allow('s3:a'), Tags: [{ Key: 'team', Value: 'a' }] })).Policy.Arn;
    for (const [kind, of] of [['Role', { RoleName: 'tagged' }], ['Policy', { PolicyArn }]]) {
        await send(`Tag${kind}`, { ...of, Tags: [{ Key: 'TEAM', Value: 'b' }, { Key: 'cost', Value: '1' }] });
        assert.deepEqual((await send(`List${kind}Tags`, of)).Tags, [{ Key: 'team', Value: 'b' }, { Key: 'cost', Value: '1' }]);
        await send(`Untag${kind}`, { ...of, TagKeys: ['Cost', 'unheard'] });
        assert.deepEqual((await send(`List${kind}Tags`, of)).Tags, [{ Key: 'team', Value: 'b' }]);
        await assert.rejects(send(`Tag${kind}`, { ...of, Tags: [{ Key: 'x', Value: '1' }, { Key: 'X', Value: '2' }] }), { name: 'InvalidInputException' });
    }
    assert.deepEqual((await send('ListInstanceProfilesForRole', { RoleName: 'tagged' })).InstanceProfiles ?? [], []);
});

test('roles come in pages', async () => {
    const { iam: c } = clients(open, { accessKeyId: '123412341234', secretAccessKey: 'x' });
    for (let i = 0; i < 7; i++) await c.send(new iam.CreateRoleCommand({ RoleName: `r${i}`, AssumeRolePolicyDocument: trust }));
    const seen = [];
    for await (const page of iam.paginateListRoles({ client: c, pageSize: 3 }, {})) seen.push(...page.Roles.map((r) => r.RoleName));
    assert.deepEqual(seen, ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
    assert.equal((await clients(open, { accessKeyId: '432143214321', secretAccessKey: 'x' }).iam.send(new iam.ListRolesCommand({}))).Roles.length, 0);
});

test('bad policies get IAM\'s sentences and change nothing', async () => {
    const { iam: c } = clients(open);
    const rows = [['{', 'This policy contains invalid Json'],
        [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] }), 'Missing required field Principal'],
        [JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' }] }), 'AssumeRole policy may only specify STS AssumeRole actions.']];
    for (const [AssumeRolePolicyDocument, message] of rows)
        await assert.rejects(c.send(new iam.CreateRoleCommand({ RoleName: 'bad', AssumeRolePolicyDocument })), { name: 'MalformedPolicyDocumentException', message });
    await assert.rejects(c.send(new iam.GetRoleCommand({ RoleName: 'bad' })), { name: 'NoSuchEntityException' });
});

test('who am I: open credentials', async () => {
    const rows = [[{ accessKeyId: 'test', secretAccessKey: 'test' }, '000000000000'], [{ accessKeyId: '123456789012', secretAccessKey: 'x' }, '123456789012']];
    for (const [credentials, account] of rows) {
        const me = await clients(open, credentials).sts.send(new GetCallerIdentityCommand({}));
        assert.deepEqual([me.Account, me.Arn, me.UserId], [account, `arn:aws:iam::${account}:root`, account]);
    }
});

test('strict: each key opens its own account and nothing else', async () => {
    for (const [team, account] of [['a', '111122223333'], ['b', '222233334444']]) {
        const me = await clients(strict, KEYS[team]).sts.send(new GetCallerIdentityCommand({}));
        assert.equal(me.Account, account);
    }
    const a = clients(strict, KEYS.a), b = clients(strict, KEYS.b);
    const { Role } = await a.iam.send(new iam.CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: trust }));
    await assert.rejects(b.iam.send(new iam.GetRoleCommand({ RoleName: 'theirs' })), { name: 'NoSuchEntityException' });
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Pass', End: true } } });
    const made = await a.states.send(new CreateStateMachineCommand({ name: 'theirs', definition, roleArn: Role.Arn }));
    assert.equal((await b.states.send(new ListStateMachinesCommand({}))).stateMachines.length, 0);
    await assert.rejects(b.states.send(new StartExecutionCommand({ stateMachineArn: made.stateMachineArn })));
});

test('strict: signatures, with AWS\'s codes and sentences', async () => {
    const wrong = clients(strict, { ...KEYS.a, secretAccessKey: 'wrong' });
    await assert.rejects(wrong.states.send(new ListStateMachinesCommand({})), { name: 'InvalidSignatureException',
        message: /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\./ });
    await assert.rejects(wrong.iam.send(new iam.ListRolesCommand({})), { name: 'SignatureDoesNotMatch' });
    const unknown = clients(strict, { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
    await assert.rejects(unknown.states.send(new ListStateMachinesCommand({})), { name: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' });
    await assert.rejects(unknown.sts.send(new GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId', message: 'The security token included in the request is invalid.' });
    const bare = await fetch(strict.endpoint, { method: 'POST', headers: { 'x-amz-target': 'AWSStepFunctions.ListStateMachines', 'content-type': 'application/x-amz-json-1.0' }, body: '{}' });
    assert.equal(bare.status, 400); // JSON services answer so; Query ones 403
    assert.match(await bare.text(), /MissingAuthenticationToken/);
    const late = new SFNClient({ ...client(strict), credentials: KEYS.a, systemClockOffset: -3600_000 });
    late.config.systemClockOffset = -3600_000;
    await assert.rejects(late.send(new ListStateMachinesCommand({})), { message: /^Signature expired: / });
    const forged = await callJson(strict.endpoint, 'AWSStepFunctions.ListStateMachines', {}, { key: KEYS.a.accessKeyId });
    assert.equal(forged.status, 400);
});

test('enforce: a session may do what its role may, no more, and is told so in AWS\'s words', async () => {
    const root = clients(strict, KEYS.a);
    await root.iam.send(new iam.CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: trusting({ AWS: '111122223333' }) }));
    await root.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p', PolicyDocument: allow(['states:List*', 'states:StartExecution']) }));
    const { Credentials: c, AssumedRoleUser } = await root.sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/reader', RoleSessionName: 'me' }));
    assert.equal(AssumedRoleUser.Arn, 'arn:aws:sts::111122223333:assumed-role/reader/me');
    const session = clients(strict, { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken });
    assert.equal((await session.sts.send(new GetCallerIdentityCommand({}))).Arn, AssumedRoleUser.Arn);
    await session.states.send(new ListStateMachinesCommand({}));
    await assert.rejects(session.iam.send(new iam.GetRoleCommand({ RoleName: 'reader' })), { name: 'AccessDenied',
        message: 'User: arn:aws:sts::111122223333:assumed-role/reader/me is not authorized to perform: iam:GetRole on resource: role reader because no identity-based policy allows the iam:GetRole action' });
    const stolen = clients(strict, { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: 'other' });
    await assert.rejects(stolen.states.send(new ListStateMachinesCommand({})), { name: 'UnrecognizedClientException' });
    const stranger = clients(strict, KEYS.b);
    await assert.rejects(stranger.sts.send(new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111122223333:role/reader', RoleSessionName: 'me' })), { name: 'AccessDenied',
        message: 'User: arn:aws:iam::222233334444:root is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/reader' });
});

test('strict: a state machine takes on another team\'s role only where that lets it in', async () => {
    const a = clients(strict, KEYS.a), b = clients(strict, KEYS.b);
    const roleOfA = 'arn:aws:iam::111122223333:role/open-to-b', roleOfB = 'arn:aws:iam::222233334444:role/reaches-out';
    await a.iam.send(new iam.CreateRoleCommand({ RoleName: 'open-to-b', AssumeRolePolicyDocument: trust }));
    await a.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'open-to-b', PolicyName: 'p', PolicyDocument: allow('*') }));
    await b.iam.send(new iam.CreateRoleCommand({ RoleName: 'reaches-out', AssumeRolePolicyDocument: trust }));
    await b.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'reaches-out', PolicyName: 'p', PolicyDocument: allow('*') }));
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iam:listRoles', Credentials: { RoleArn: roleOfA }, End: true } } });
    await assert.rejects(b.states.send(new CreateStateMachineCommand({ name: 'as-a', definition, roleArn: roleOfA })), { name: 'AccessDeniedException', message: 'Cross-account pass role is not allowed.' });
    const { stateMachineArn } = await b.states.send(new CreateStateMachineCommand({ name: 'as-a', definition, roleArn: roleOfB }));
    const outcome = async () => {
        const { executionArn } = await b.states.send(new StartExecutionCommand({ stateMachineArn }));
        return until(async () => {
            const found = await b.states.send(new DescribeExecutionCommand({ executionArn }));
            return found.status !== 'RUNNING' && found;
        });
    };
    const refused = await outcome();
    assert.equal(refused.error, 'States.TaskFailed');
    assert.equal(refused.cause, `The role ${roleOfB} is not authorized to assume the task state's role, ${roleOfA}.`);
    await a.iam.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'open-to-b', PolicyDocument: trusting({ AWS: roleOfB }) }));
    assert.equal((await outcome()).status, 'SUCCEEDED');
});

test('enforce: a machine whose role is not trusted, or may not, fails with AWS\'s sentence', async () => {
    const { iam: c, states } = clients(strict, KEYS.a);
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::aws-sdk:iam:listRoles', End: true } } });
    const alien = await c.send(new iam.CreateRoleCommand({ RoleName: 'alien', AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }) }));
    await assert.rejects(states.send(new CreateStateMachineCommand({ name: 'x', definition, roleArn: alien.Role.Arn })), { name: 'AccessDeniedException',
        message: 'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.' });
    const bare = await c.send(new iam.CreateRoleCommand({ RoleName: 'bare', AssumeRolePolicyDocument: trust }));
    const { stateMachineArn } = await states.send(new CreateStateMachineCommand({ name: 'y', definition, roleArn: bare.Role.Arn }));
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    const done = await until(async () => {
        const found = await states.send(new DescribeExecutionCommand({ executionArn }));
        return found.status === 'RUNNING' ? null : found;
    });
    assert.equal(done.status, 'FAILED');
    assert.match(done.error, /^Iam\./);
    assert.match(done.cause, /^User: arn:aws:sts::111122223333:assumed-role\/bare\/\S+ is not authorized to perform: iam:ListRoles on resource: \S+ because no identity-based policy allows the iam:ListRoles action \(Service: Iam, Status Code: 403, Request ID: /);
});

test('users, groups and their keys', async () => {
    const { iam: c } = clients(open, { accessKeyId: '101010101010', secretAccessKey: 'x' });
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    const { User } = await send('CreateUser', { UserName: 'Ann', Path: '/ops/', Tags: [{ Key: 'k', Value: 'v' }] });
    assert.equal(User.Arn, 'arn:aws:iam::101010101010:user/ops/Ann');
    assert.match(User.UserId, /^AIDA[A-Z2-7]{17}$/);
    await send('CreateUser', { UserName: 'Bob' });
    assert.deepEqual((await send('ListUsers', { PathPrefix: '/ops/' })).Users.map((u) => u.UserName), ['Ann']);
    await send('CreateGroup', { GroupName: 'Devs' });
    await send('AddUserToGroup', { GroupName: 'Devs', UserName: 'Ann' });
    await send('AddUserToGroup', { GroupName: 'Devs', UserName: 'ann' });
    assert.deepEqual((await send('GetGroup', { GroupName: 'Devs' })).Users.map((u) => u.UserName), ['Ann']);
    await send('UpdateGroup', { GroupName: 'Devs', NewGroupName: 'Crew', NewPath: '/all/' });
    assert.deepEqual((await send('ListGroupsForUser', { UserName: 'Ann' })).Groups.map((g) => g.Arn), ['arn:aws:iam::101010101010:group/all/Crew']);
    const PolicyArn = (await send('CreatePolicy', { PolicyName: 'P', PolicyDocument: allow('s3:*') })).Policy.Arn;
    await send('AttachUserPolicy', { UserName: 'Ann', PolicyArn });
    await send('AttachGroupPolicy', { GroupName: 'Crew', PolicyArn });
    assert.equal((await send('GetPolicy', { PolicyArn })).Policy.AttachmentCount, 2);
    const holders = await send('ListEntitiesForPolicy', { PolicyArn });
    assert.deepEqual([holders.PolicyUsers[0].UserName, holders.PolicyGroups[0].GroupName, holders.PolicyRoles.length], ['Ann', 'Crew', 0]);
    assert.equal((await send('ListEntitiesForPolicy', { PolicyArn, EntityFilter: 'User' })).PolicyGroups.length, 0);
    await send('PutUserPolicy', { UserName: 'Ann', PolicyName: 'own', PolicyDocument: allow('s3:*') });
    assert.deepEqual((await send('ListUserPolicies', { UserName: 'Ann' })).PolicyNames, ['own']);
    const { AccessKey } = await send('CreateAccessKey', { UserName: 'Ann' });
    const second = (await send('CreateAccessKey', { UserName: 'Ann' })).AccessKey.AccessKeyId;
    await send('DeleteAccessKey', { UserName: 'Ann', AccessKeyId: second });
    assert.equal((await send('GetAccessKeyLastUsed', { AccessKeyId: AccessKey.AccessKeyId })).UserName, 'Ann');
    await send('UpdateUser', { UserName: 'Ann', NewUserName: 'Anna', NewPath: '/' });
    assert.equal((await send('GetUser', { UserName: 'anna' })).User.Arn, 'arn:aws:iam::101010101010:user/Anna');
    const me = clients(open, { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey });
    assert.equal((await me.sts.send(new GetCallerIdentityCommand({}))).Arn, 'arn:aws:iam::101010101010:user/Anna');
    assert.equal((await me.iam.send(new iam.GetUserCommand({}))).User.UserName, 'Anna');

    const rows = [
        ['GetUser', { UserName: 'Ann' }, 'NoSuchEntityException', 'The user with name Ann cannot be found.'],
        ['GetGroup', { GroupName: 'Devs' }, 'NoSuchEntityException', 'The group with name Devs cannot be found.'],
        ['GetUserPolicy', { UserName: 'Anna', PolicyName: 'x' }, 'NoSuchEntityException', 'The user policy with name x cannot be found.'],
        ['DeleteAccessKey', { UserName: 'Anna', AccessKeyId: second }, 'NoSuchEntityException', `The Access Key with id ${second} cannot be found.`],
        ['CreateUser', { UserName: 'BOB' }, 'EntityAlreadyExistsException', 'User with name BOB already exists.'],
        ['UpdateUser', { UserName: 'Anna', NewUserName: 'bob' }, 'EntityAlreadyExistsException', 'User with name bob already exists.'],
        ['CreateAccessKey', {}, 'ValidationError', 'Must specify userName when calling with non-User credentials'],
        ['DeleteUser', { UserName: 'Anna' }, 'DeleteConflictException', 'Cannot delete entity, must delete access keys first.'],
        ['DeleteGroup', { GroupName: 'Crew' }, 'DeleteConflictException', 'Cannot delete entity, must remove users from group first.'],
        ['DeletePolicy', { PolicyArn }, 'DeleteConflictException', 'Cannot delete a policy attached to entities.'],
        ['PutUserPolicy', { UserName: 'Anna', PolicyName: 'big', PolicyDocument: allow('s3:*', 'arn:aws:s3:::' + 'x'.repeat(2048)) }, 'LimitExceededException', 'Maximum policy size of 2048 bytes exceeded for user Anna'],
    ];
    for (const [name, input, code, message] of rows)
        await assert.rejects(send(name, input), { name: code, message }, name);
    await send('CreateAccessKey', { UserName: 'Bob' });
    await send('CreateAccessKey', { UserName: 'Bob' });
    await assert.rejects(send('CreateAccessKey', { UserName: 'Bob' }), { name: 'LimitExceededException', message: 'Cannot exceed quota for AccessKeysPerUser: 2' });

    for (const [step, conflict] of [
        [['DeleteAccessKey', { UserName: 'Anna', AccessKeyId: AccessKey.AccessKeyId }], 'Cannot delete entity, must detach all policies first.'],
        [['DetachUserPolicy', { UserName: 'Anna', PolicyArn }], 'Cannot delete entity, must delete policies first.'],
        [['DeleteUserPolicy', { UserName: 'Anna', PolicyName: 'own' }], 'Cannot delete entity, must remove users from group first.']]) {
        await send(...step);
        await assert.rejects(send('DeleteUser', { UserName: 'Anna' }), { name: 'DeleteConflictException', message: conflict });
    }
    await send('RemoveUserFromGroup', { GroupName: 'Crew', UserName: 'Anna' });
    await send('DeleteUser', { UserName: 'Anna' });
    await send('DetachGroupPolicy', { GroupName: 'Crew', PolicyArn });
    await send('DeleteGroup', { GroupName: 'Crew' });
    await send('DeletePolicy', { PolicyArn });
});

test('enforce: a user\'s key works at once, may do what the user and its groups may, and stops', async () => {
    const root = clients(strict, KEYS.a);
    const send = (name, input) => root.iam.send(new iam[`${name}Command`](input));
    await send('CreateUser', { UserName: 'eve', Path: '/x/' });
    const { AccessKey: k } = await send('CreateAccessKey', { UserName: 'eve' });
    const eve = clients(strict, { accessKeyId: k.AccessKeyId, secretAccessKey: k.SecretAccessKey });
    const list = () => eve.states.send(new ListStateMachinesCommand({}));
    const user = 'arn:aws:iam::111122223333:user/x/eve';
    await assert.rejects(list(), { name: 'AccessDeniedException', message: /^User: arn:aws:iam::111122223333:user\/x\/eve is not authorized to perform: states:ListStateMachines on resource: \S+ because no identity-based policy allows the states:ListStateMachines action$/ });
    await assert.rejects(eve.iam.send(new iam.GetUserCommand({})), { name: 'AccessDenied', message: `User: ${user} is not authorized to perform: iam:GetUser on resource: ${user} because no identity-based policy allows the iam:GetUser action` });
    await send('PutUserPolicy', { UserName: 'eve', PolicyName: 'own', PolicyDocument: allow('iam:Get*', 'arn:aws:iam::111122223333:user/x/${aws:username}') });
    assert.equal((await eve.iam.send(new iam.GetUserCommand({}))).User.Arn, user);
    await send('CreateGroup', { GroupName: 'seers' });
    await send('PutGroupPolicy', { GroupName: 'seers', PolicyName: 'see', PolicyDocument: allow('states:List*') });
    await send('AddUserToGroup', { GroupName: 'seers', UserName: 'eve' });
    await list();
    await send('UpdateAccessKey', { UserName: 'eve', AccessKeyId: k.AccessKeyId, Status: 'Inactive' });
    await assert.rejects(list(), { name: 'UnrecognizedClientException' });
    await send('UpdateAccessKey', { UserName: 'eve', AccessKeyId: k.AccessKeyId, Status: 'Active' });
    await list();
    await send('DeleteAccessKey', { UserName: 'eve', AccessKeyId: k.AccessKeyId });
    await assert.rejects(list(), { name: 'UnrecognizedClientException' });
});

test('enforce: bucket policies join identity policies', async () => {
    const root = clients(strict, KEYS.a), other = clients(strict, KEYS.b);
    const Bucket = 'guarded', objects = `arn:aws:s3:::${Bucket}/*`;
    await root.s3.send(new CreateBucketCommand({ Bucket }));
    await root.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await root.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'v' }));
    await root.iam.send(new iam.CreateUserCommand({ UserName: 'sam' }));
    const { AccessKey: k } = await root.iam.send(new iam.CreateAccessKeyCommand({ UserName: 'sam' }));
    const sam = clients(strict, { accessKeyId: k.AccessKeyId, secretAccessKey: k.SecretAccessKey });
    const user = 'arn:aws:iam::111122223333:user/sam';
    const policy = (...Statement) => root.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement }) }));
    const may = (Principal, Action = 's3:GetObject', Resource = objects, more = {}) => ({ Effect: 'Allow', Principal, Action, Resource, ...more });
    const get = (who) => who.s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
    const nobody = () => fetch(`${strict.endpoint}/${Bucket}/k`).then((r) => r.status);

    await assert.rejects(get(sam), { name: 'AccessDenied', message: `User: ${user} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::guarded/k" because no identity-based policy allows the s3:GetObject action` });
    await policy(may({ AWS: user }));
    await get(sam);
    assert.equal(await nobody(), 403);
    await policy(may({ AWS: '111122223333' }));
    await assert.rejects(get(sam), { name: 'AccessDenied' }); // the account as a whole: its identity policies say who
    await policy(may('*'));
    await get(sam);
    await get(other);
    assert.equal(await nobody(), 200);
    await root.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } }));
    assert.equal(await nobody(), 403);
    await root.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    await policy(may({ AWS: user }, 's3:ListBucket', `arn:aws:s3:::${Bucket}`, { Condition: { StringLike: { 's3:prefix': 'home/*' } } }));
    const list = (Prefix) => sam.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    await list('home/sam');
    await assert.rejects(list('etc/'), { name: 'AccessDenied' });
    await root.iam.send(new iam.PutUserPolicyCommand({ UserName: 'sam', PolicyName: 'all', PolicyDocument: allow('s3:*') }));
    await get(sam);
    await policy({ ...may('*'), Effect: 'Deny' });
    for (const [who, arn] of [[sam, user], [root, 'arn:aws:iam::111122223333:root']])
        await assert.rejects(get(who), { name: 'AccessDenied', message: `User: ${arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::guarded/k" with an explicit deny in a resource-based policy` });
    await policy({ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [objects, `arn:aws:s3:::${Bucket}`] });
    await root.s3.send(new DeleteBucketPolicyCommand({ Bucket })); // a locked-out account's root gets in again
    await get(sam);
});

test('enforce: a permissions boundary holds back what the policies allow', async () => {
    const root = clients(strict, KEYS.a);
    const send = (name, input) => root.iam.send(new iam[`${name}Command`](input));
    const PolicyArn = (await send('CreatePolicy', { PolicyName: 'Fence', PolicyDocument: allow('states:*') })).Policy.Arn;
    await assert.rejects(send('CreateUser', { UserName: 'kim', PermissionsBoundary: `${PolicyArn}x` }), { name: 'NoSuchEntityException' });
    await send('CreateUser', { UserName: 'kim', PermissionsBoundary: PolicyArn });
    assert.equal((await send('GetUser', { UserName: 'kim' })).User.PermissionsBoundary.PermissionsBoundaryArn, PolicyArn);
    assert.equal((await send('GetPolicy', { PolicyArn })).Policy.PermissionsBoundaryUsageCount, 1);
    await assert.rejects(send('DeletePolicy', { PolicyArn }), { name: 'DeleteConflictException' });
    await send('AttachUserPolicy', { UserName: 'kim', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    const { AccessKey: k } = await send('CreateAccessKey', { UserName: 'kim' });
    const kim = clients(strict, { accessKeyId: k.AccessKeyId, secretAccessKey: k.SecretAccessKey });
    await kim.states.send(new ListStateMachinesCommand({}));
    const look = () => kim.iam.send(new iam.GetUserCommand({ UserName: 'kim' }));
    await assert.rejects(look(), { name: 'AccessDenied',
        message: 'User: arn:aws:iam::111122223333:user/kim is not authorized to perform: iam:GetUser on resource: user kim because no permissions boundary allows the iam:GetUser action' });
    await send('DeleteUserPermissionsBoundary', { UserName: 'kim' });
    await look();
    await send('DeletePolicy', { PolicyArn });
});

test('enforce: session policies narrow, chained sessions last an hour, tokens are their user\'s', async () => {
    const root = clients(strict, KEYS.a), RoleArn = 'arn:aws:iam::111122223333:role/wide';
    const as = (c) => clients(strict, { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken });
    const assume = async (by, more) => by.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ann', ...more }));
    await root.iam.send(new iam.CreateRoleCommand({ RoleName: 'wide', MaxSessionDuration: 7200, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole', Condition: { StringEquals: { 'sts:ExternalId': 'known' } } }] }) }));
    await root.iam.send(new iam.PutRolePolicyCommand({ RoleName: 'wide', PolicyName: 'p', PolicyDocument: allow('*') }));
    await assert.rejects(assume(root), { name: 'AccessDenied' });
    const ExternalId = 'known';
    await assert.rejects(assume(root, { ExternalId, DurationSeconds: 7201 }), { name: 'ValidationError', message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.' });
    await assert.rejects(assume(root, { ExternalId, Policy: '{' }), { name: 'MalformedPolicyDocumentException', message: 'This policy contains invalid Json' });
    const whole = await assume(root, { ExternalId, SourceIdentity: 'ann' });
    assert.equal(whole.SourceIdentity, 'ann');
    await assert.rejects(assume(as(whole.Credentials), { ExternalId, DurationSeconds: 7200 }), { name: 'ValidationError', message: /role chaining$/ });
    for (const narrowed of [{ Policy: allow('states:*') }, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AWSStepFunctionsFullAccess' }] }]) {
        const session = as((await assume(root, { ExternalId, ...narrowed })).Credentials);
        await session.states.send(new ListStateMachinesCommand({}));
        await assert.rejects(session.iam.send(new iam.ListUsersCommand({})), { name: 'AccessDenied', message: /because no session policy allows the iam:ListUsers action$/ });
    }
    const both = as((await assume(root, { ExternalId, Policy: allow('iam:*'), PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AWSStepFunctionsFullAccess' }] })).Credentials);
    await both.states.send(new ListStateMachinesCommand({}));
    await both.iam.send(new iam.ListUsersCommand({}));

    const token = (await root.sts.send(new GetSessionTokenCommand({}))).Credentials;
    assert.equal((await as(token).sts.send(new GetCallerIdentityCommand({}))).Arn, 'arn:aws:iam::111122223333:root');
    assert.ok(token.Expiration - Date.now() <= 3600_000);
    await assert.rejects(as(token).sts.send(new GetSessionTokenCommand({})), { name: 'AccessDenied', message: 'Cannot call GetSessionToken with session credentials' });
    assert.equal((await root.sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: KEYS.b.accessKeyId }))).Account, '222233334444');
    await assert.rejects(root.sts.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'x' })), { name: 'InvalidAuthorizationMessageException' });
});

test('the policy simulator decides as the road does', async () => {
    const { iam: c } = clients(open, { accessKeyId: '303030303030', secretAccessKey: 'x' });
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    const fence = allow(['s3:Get*', 's3:Put*']), deny = (Action) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action, Resource: '*' }] });
    const conditional = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:List*', Resource: '*', Condition: { StringEquals: { 's3:prefix': 'a' }, Bool: { 'aws:SecureTransport': 'false' } } }] });
    await send('CreateUser', { UserName: 'u' });
    await send('CreateGroup', { GroupName: 'g' });
    await send('PutGroupPolicy', { GroupName: 'g', PolicyName: 'p', PolicyDocument: conditional });
    await send('AddUserToGroup', { GroupName: 'g', UserName: 'u' });
    await send('PutUserPolicy', { UserName: 'u', PolicyName: 'p', PolicyDocument: allow('s3:Get*', 'arn:aws:s3:::b/*') });
    const PolicySourceArn = 'arn:aws:iam::303030303030:user/u';
    const told = ({ EvaluationResults }) => EvaluationResults.map((r) => `${r.EvalActionName} ${r.EvalResourceName} ${r.EvalDecision}`);
    assert.deepEqual(told(await send('SimulatePrincipalPolicy', { PolicySourceArn, ActionNames: ['s3:GetObject', 's3:ListBucket'], ResourceArns: ['arn:aws:s3:::b/k', 'arn:aws:s3:::c/k'],
        ContextEntries: [{ ContextKeyName: 's3:prefix', ContextKeyValues: ['a'], ContextKeyType: 'string' }] })),
    ['s3:GetObject arn:aws:s3:::b/k allowed', 's3:GetObject arn:aws:s3:::c/k implicitDeny', 's3:ListBucket arn:aws:s3:::b/k allowed', 's3:ListBucket arn:aws:s3:::c/k allowed']);
    assert.deepEqual((await send('GetContextKeysForPrincipalPolicy', { PolicySourceArn })).ContextKeyNames, ['s3:prefix', 'aws:SecureTransport']);
    assert.deepEqual(told(await send('SimulateCustomPolicy', { PolicyInputList: [allow('*'), deny('s3:PutObject')], PermissionsBoundaryPolicyInputList: [fence], ActionNames: ['s3:GetObject', 's3:PutObject', 'iam:GetRole'] })),
        ['s3:GetObject * allowed', 's3:PutObject * explicitDeny', 'iam:GetRole * implicitDeny']);
    const first = await send('SimulateCustomPolicy', { PolicyInputList: [allow('*')], ActionNames: ['a:b', 'a:c', 'a:d'], MaxItems: 2 });
    assert.deepEqual([told(first).length, first.IsTruncated], [2, true]);
    assert.deepEqual(told(await send('SimulateCustomPolicy', { PolicyInputList: [allow('*')], ActionNames: ['a:b', 'a:c', 'a:d'], Marker: first.Marker })), ['a:d * allowed']);
    await assert.rejects(send('SimulatePrincipalPolicy', { PolicySourceArn: `${PolicySourceArn}x`, ActionNames: ['s3:GetObject'] }), { name: 'NoSuchEntityException' });
    await assert.rejects(send('SimulateCustomPolicy', { PolicyInputList: ['{'], ActionNames: ['s3:GetObject'] }), { name: 'InvalidInputException' });
});

test('an account as a whole: its summary, its alias, everything in it, in pages', async () => {
    const { iam: c } = clients(open, { accessKeyId: '404040404040', secretAccessKey: 'x' });
    const send = (name, input = {}) => c.send(new iam[`${name}Command`](input));
    for (const n of [1, 2, 3]) await send('CreateUser', { UserName: `u${n}` });
    await send('CreateGroup', { GroupName: 'G' });
    await send('AddUserToGroup', { GroupName: 'G', UserName: 'u1' });
    await send('CreateRole', { RoleName: 'R', AssumeRolePolicyDocument: trust });
    await send('PutRolePolicy', { RoleName: 'R', PolicyName: 'p', PolicyDocument: allow('s3:*') });
    for (const name of ['AmazonSageMakerFullAccess', 'AmazonLexFullAccess', 'AmazonForecastFullAccess', 'ReadOnlyAccess', 'PowerUserAccess', 'AWSLambda_FullAccess'])
        await send('AttachRolePolicy', { RoleName: 'R', PolicyArn: `arn:aws:iam::aws:policy/${name}` });
    const { SummaryMap } = await send('GetAccountSummary');
    assert.deepEqual([SummaryMap.Users, SummaryMap.Groups, SummaryMap.Roles, SummaryMap.UsersQuota], [3, 1, 1, 5000]);
    const all = await send('GetAccountAuthorizationDetails');
    assert.deepEqual(all.UserDetailList.map((u) => [u.UserName, u.GroupList]), [['u1', ['G']], ['u2', []], ['u3', []]]);
    assert.equal(all.RoleDetailList[0].AttachedManagedPolicies.length, 6);
    assert.equal(decodeURIComponent(all.RoleDetailList[0].RolePolicyList[0].PolicyDocument), allow('s3:*'));
    const seen = [];
    for await (const page of iam.paginateGetAccountAuthorizationDetails({ client: c, pageSize: 2 }, {}))
        seen.push([...page.UserDetailList, ...page.GroupDetailList, ...page.RoleDetailList].map((e) => e.Arn.split(':').pop()).join());
    assert.deepEqual(seen, ['user/u1,user/u2', 'user/u3,group/G', 'role/R']);
    assert.deepEqual((await send('GetAccountAuthorizationDetails', { Filter: ['Role'] })).UserDetailList, []);
    await send('CreateAccountAlias', { AccountAlias: 'rehearsal' });
    assert.deepEqual((await send('ListAccountAliases')).AccountAliases, ['rehearsal']);
    await send('DeleteAccountAlias', { AccountAlias: 'rehearsal' });
    assert.deepEqual((await send('ListAccountAliases')).AccountAliases, []);
    // AWS's own policies are policies: what they say is evaluated
    const decided = async (...ActionNames) => (await send('SimulatePrincipalPolicy', { PolicySourceArn: 'arn:aws:iam::404040404040:role/R', ActionNames })).EvaluationResults.map((r) => r.EvalDecision);
    assert.deepEqual(await decided('sagemaker:CreateTrainingJob', 'lex:CreateBot', 'forecast:CreateDataset', 's3:DeleteBucket', 'iam:CreateUser'),
        ['allowed', 'allowed', 'allowed', 'allowed', 'implicitDeny']);
});

test('instance profiles hold one role', async () => {
    const { iam: c } = clients(open, { accessKeyId: '505050505050', secretAccessKey: 'x' });
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    const InstanceProfileName = 'Web';
    assert.equal((await send('CreateInstanceProfile', { InstanceProfileName, Path: '/p/' })).InstanceProfile.Arn, 'arn:aws:iam::505050505050:instance-profile/p/Web');
    await assert.rejects(send('CreateInstanceProfile', { InstanceProfileName: 'web' }), { name: 'EntityAlreadyExistsException', message: 'Instance Profile web already exists.' });
    for (const RoleName of ['One', 'Two']) await send('CreateRole', { RoleName, AssumeRolePolicyDocument: trust });
    await send('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'One' });
    await assert.rejects(send('AddRoleToInstanceProfile', { InstanceProfileName, RoleName: 'Two' }), { name: 'LimitExceededException', message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1' });
    assert.deepEqual((await send('GetInstanceProfile', { InstanceProfileName })).InstanceProfile.Roles.map((r) => r.RoleName), ['One']);
    assert.deepEqual((await send('ListInstanceProfilesForRole', { RoleName: 'One' })).InstanceProfiles.map((p) => p.InstanceProfileName), ['Web']);
    assert.deepEqual((await send('ListInstanceProfiles', { PathPrefix: '/q/' })).InstanceProfiles, []);
    const message = 'Cannot delete entity, must remove roles from instance profile first.';
    await assert.rejects(send('DeleteRole', { RoleName: 'One' }), { name: 'DeleteConflictException', message });
    await assert.rejects(send('DeleteInstanceProfile', { InstanceProfileName }), { name: 'DeleteConflictException', message });
    await send('TagInstanceProfile', { InstanceProfileName, Tags: [{ Key: 'k', Value: 'v' }] });
    assert.deepEqual((await send('ListInstanceProfileTags', { InstanceProfileName })).Tags, [{ Key: 'k', Value: 'v' }]);
    await send('RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName: 'One' });
    await send('DeleteRole', { RoleName: 'One' });
    await send('DeleteInstanceProfile', { InstanceProfileName });
    await assert.rejects(send('GetInstanceProfile', { InstanceProfileName }), { name: 'NoSuchEntityException', message: 'Instance Profile Web cannot be found.' });
});

test('enforce: a function\'s policy lets in whom it names', async () => {
    const root = clients(strict, KEYS.a), FunctionName = 'named';
    const { Role } = await root.iam.send(new iam.CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }) }));
    await root.lambda.send(new CreateFunctionCommand({ FunctionName, Runtime: 'python3.12', Handler: 'app.handler', Role: Role.Arn, Code: { ZipFile: zip({ 'app.py': 'def handler(e, c): return e' }) } }));
    await root.iam.send(new iam.CreateUserCommand({ UserName: 'lee' }));
    const { AccessKey: k } = await root.iam.send(new iam.CreateAccessKeyCommand({ UserName: 'lee' }));
    const lee = clients(strict, { accessKeyId: k.AccessKeyId, secretAccessKey: k.SecretAccessKey });
    const may = () => lee.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'DryRun' }));
    await assert.rejects(may(), { name: 'AccessDeniedException',
        message: 'User: arn:aws:iam::111122223333:user/lee is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:111122223333:function:named because no identity-based policy allows the lambda:InvokeFunction action' });
    await root.lambda.send(new AddPermissionCommand({ FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: 'arn:aws:iam::111122223333:user/lee' }));
    await until(async () => (await root.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).State === 'Active');
    assert.equal((await may()).StatusCode, 204);
});

test('enforce: a role is known by its ARN with its path', async () => {
    const root = clients(strict, KEYS.a), RoleName = 'a-role-with-a-name-that-is-rather-long', RoleArn = `arn:aws:iam::111122223333:role/deep/down/${RoleName}`;
    await root.iam.send(new iam.CreateRoleCommand({ RoleName, Path: '/deep/down/', AssumeRolePolicyDocument: trusting({ AWS: '111122223333' }) }));
    await root.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [
        { Effect: 'Allow', Action: 'iam:GetRole', Resource: RoleArn, Condition: { ArnEquals: { 'aws:PrincipalArn': RoleArn } } }] }) }));
    const { Credentials: c } = await root.sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'me' }));
    const session = clients(strict, { accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken });
    assert.equal((await session.iam.send(new iam.GetRoleCommand({ RoleName }))).Role.Arn, RoleArn);
    await assert.rejects(session.iam.send(new iam.GetRoleCommand({ RoleName: 'runner' })), { name: 'AccessDenied' });
});

const keysOf = (c) => ({ accessKeyId: c.AccessKeyId, secretAccessKey: c.SecretAccessKey, sessionToken: c.SessionToken });
const statement = (Action, Resource = '*', Condition = undefined) => ({ Effect: 'Allow', Action, Resource, Condition });
const document = (...Statement) => JSON.stringify({ Version: '2012-10-17', Statement });
async function userWithKey(root, UserName, policy, Tags = []) {
    await root.iam.send(new iam.CreateUserCommand({ UserName, Tags }));
    if (policy) await root.iam.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: policy }));
    const { AccessKey: k } = await root.iam.send(new iam.CreateAccessKeyCommand({ UserName }));
    return { id: k.AccessKeyId, ...clients(strict, { accessKeyId: k.AccessKeyId, secretAccessKey: k.SecretAccessKey }) };
}

test('enforce: tags of principals and of sessions count, and transitive ones go along', async () => {
    const root = clients(strict, KEYS.a), account = '111122223333';
    const own = { StringEquals: { 'aws:PrincipalTag/team': '${aws:RequestTag/team}' } };
    const blue = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
    const tagged = (RoleName, trustStatements, Tags) => root.iam.send(new iam.CreateRoleCommand({ RoleName, Tags,
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trustStatements }) }));
    const trusts = (Action, Condition) => ({ Effect: 'Allow', Principal: { AWS: account }, Action, Condition });
    await tagged('guard', [trusts('sts:AssumeRole')], [{ Key: 'team', Value: 'red' }]);
    await tagged('open', [trusts(['sts:AssumeRole', 'sts:TagSession'])], [{ Key: 'team', Value: 'red' }]);
    await tagged('picky', [trusts(['sts:AssumeRole', 'sts:TagSession'], { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'stage'], 'sts:TransitiveTagKeys': ['team'] } })]);
    await tagged('next', [trusts('sts:AssumeRole', blue), trusts('sts:TagSession')]);
    for (const RoleName of ['guard', 'open', 'picky', 'next'])
        await root.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: document(statement('states:ListStateMachines', '*', blue), statement(['sts:AssumeRole', 'sts:TagSession'])) }));
    const ann = await userWithKey(root, 'ann-tagged', document(statement('sts:AssumeRole'), statement('sts:TagSession', '*', own)), [{ Key: 'team', Value: 'blue' }]);
    const assume = (who, role, Tags, TransitiveTagKeys, more = {}) => who.sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: 'session', Tags, TransitiveTagKeys, ...more }));
    const session = async (...of) => clients(strict, keysOf((await assume(...of)).Credentials));
    const list = (who) => who.states.send(new ListStateMachinesCommand({}));
    const team = (Value) => [{ Key: 'team', Value }];

    await assert.rejects(list(await session(ann, 'guard')), { name: 'AccessDeniedException' }); // the role's own tag: red
    await assert.rejects(assume(ann, 'guard', team('blue')), { name: 'AccessDenied', message: `User: arn:aws:iam::${account}:user/ann-tagged is not authorized to perform: sts:TagSession on resource: arn:aws:iam::${account}:role/guard` });
    await assert.rejects(assume(ann, 'open', team('green')), { name: 'AccessDenied' }); // her own tag is another
    await list(await session(ann, 'open', team('blue'))); // the session's tag hides the role's
    await assert.rejects(assume(root, 'picky', [{ Key: 'cost', Value: '1' }]), { name: 'AccessDenied' });
    const first = await session(ann, 'picky', team('blue'), ['team']);
    await list(first);
    const second = await session(first, 'next'); // whose trust asks for the tag that came along
    await list(second);
    await list(await session(second, 'next')); // and again
    await assert.rejects(assume(await session(ann, 'open', team('blue')), 'next').then((made) => list(clients(strict, keysOf(made.Credentials)))), { name: 'AccessDeniedException' }); // it did not go along
    for (const [who, tags, transitive, message] of [
        [ann, [...team('blue'), { Key: 'TEAM', Value: 'red' }], [], 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'],
        [ann, team('blue'), ['stage'], 'The specified transitive tag key must be included in the requested tags.'],
        [first, team('red'), [], "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."]])
        await assert.rejects(assume(who, 'open', tags, transitive), { name: 'ValidationError', message });
    assert.equal((await assume(root, 'open', team('blue'))).PackedPolicySize, 1);
    await assert.rejects(assume(root, 'open', [], [], { Policy: document(statement('s3:*', 'arn:aws:s3:::' + 'x'.repeat(2100))) }), { name: 'PackedPolicyTooLargeException', message: /^Packed policy consumes \d{3}% of allotted space, please use smaller policy\.$/ });
});

test('enforce: a federated user may do what both its user and its policy allow', async () => {
    const root = clients(strict, KEYS.a), account = '111122223333', states = statement('states:*');
    const fed = await userWithKey(root, 'fed', document(states, statement(['sts:GetFederationToken', 'sts:TagSession']), statement('iam:*')));
    const token = (who, input) => who.sts.send(new GetFederationTokenCommand({ Name: 'Guest', ...input }));
    const list = (who) => who.states.send(new ListStateMachinesCommand({}));
    const made = await token(fed, { Policy: document(statement(['states:List*', 's3:*', 'iam:*'])), DurationSeconds: 900, Tags: [{ Key: 'team', Value: 'a' }] });
    assert.deepEqual(made.FederatedUser, { Arn: `arn:aws:sts::${account}:federated-user/Guest`, FederatedUserId: `${account}:Guest` });
    assert.ok(made.PackedPolicySize > 0);
    assert.ok(Math.abs(made.Credentials.Expiration - Date.now() - 900e3) < 60e3);
    const guest = clients(strict, keysOf(made.Credentials));
    assert.deepEqual({ ...(await guest.sts.send(new GetCallerIdentityCommand({}))), $metadata: 0 }, { $metadata: 0, UserId: `${account}:Guest`, Account: account, Arn: `arn:aws:sts::${account}:federated-user/Guest` });
    await list(guest);
    await assert.rejects(guest.s3.send(new CreateBucketCommand({ Bucket: 'guests' })), { name: 'AccessDenied' }); // its user may not
    await assert.rejects(guest.states.send(new StartExecutionCommand({ stateMachineArn: `arn:aws:states:us-east-1:${account}:stateMachine:m` })), { name: 'AccessDeniedException', message: /because no session policy allows the states:StartExecution action$/ });
    await assert.rejects(guest.iam.send(new iam.ListUsersCommand({})), { name: 'AccessDenied' });
    await assert.rejects(guest.sts.send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/open`, RoleSessionName: 'session' })), { name: 'AccessDenied' });
    await assert.rejects(token(guest), { name: 'AccessDenied', message: 'Cannot call GetFederationToken with session credentials' });

    const powerless = clients(strict, keysOf((await token(fed)).Credentials)); // no policy, no power
    await assert.rejects(list(powerless), { name: 'AccessDeniedException', message: /because no session policy allows/ });
    const ofRoot = await token(root, { PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/AWSStepFunctionsReadOnlyAccess' }] });
    assert.ok(ofRoot.Credentials.Expiration - Date.now() <= 3600e3);
    await list(clients(strict, keysOf(ofRoot.Credentials)));
    const other = await userWithKey(root, 'unfed', document(states));
    await assert.rejects(token(other), { name: 'AccessDenied', message: `User: arn:aws:iam::${account}:user/unfed is not authorized to perform: sts:GetFederationToken on resource: arn:aws:sts::${account}:federated-user/Guest because no identity-based policy allows the sts:GetFederationToken action` });
    await assert.rejects(token(root, { Name: 'x' }), { name: 'ValidationError', message: /Member must have length greater than or equal to 2/ });
    await assert.rejects(token(root, { DurationSeconds: 899 }), { name: 'ValidationError', message: /Member must have value greater than or equal to 900/ });
    await assert.rejects(token(root, { Policy: '{' }), { name: 'MalformedPolicyDocumentException' });
});

test('enforce: when a key was last used, and for what', async () => {
    const root = clients(strict, KEYS.a);
    const max = await userWithKey(root, 'max-used', document(statement('states:*')));
    const used = async () => (await root.iam.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: max.id })));
    assert.deepEqual((await used()).AccessKeyLastUsed, { ServiceName: 'N/A', Region: 'N/A' });
    await max.states.send(new ListStateMachinesCommand({}));
    const first = await used();
    assert.equal(first.UserName, 'max-used');
    assert.deepEqual([first.AccessKeyLastUsed.ServiceName, first.AccessKeyLastUsed.Region], ['states', 'us-east-1']);
    assert.ok(Math.abs(first.AccessKeyLastUsed.LastUsedDate - Date.now()) < 60e3);
    await max.sts.send(new GetCallerIdentityCommand({}));
    assert.equal((await used()).AccessKeyLastUsed.ServiceName, 'sts');
    await root.iam.send(new iam.UpdateAccessKeyCommand({ UserName: 'max-used', AccessKeyId: max.id, Status: 'Inactive' }));
    assert.equal((await used()).AccessKeyLastUsed.ServiceName, 'sts');
});

test('the policies that AWS manages', async () => {
    const { iam: c } = clients(open);
    const send = (name, input) => c.send(new iam[`${name}Command`](input));
    const { Policies } = await send('ListPolicies', { Scope: 'AWS' });
    const documents = {};
    for (const { Arn: PolicyArn, PolicyName, Path, DefaultVersionId: VersionId } of Policies) {
        assert.equal(PolicyArn, `arn:aws:iam::aws:policy${Path}${PolicyName}`);
        documents[PolicyName] = decodeURIComponent((await send('GetPolicyVersion', { PolicyArn, VersionId })).PolicyVersion.Document);
        assert.deepEqual((await send('ListPolicyVersions', { PolicyArn })).Versions.map((version) => version.VersionId), [VersionId]);
    }
    const decision = async (name, action, resource = '*', ...context) => (await send('SimulateCustomPolicy', { PolicyInputList: [documents[name]], ActionNames: [action], ResourceArns: [resource],
        ContextEntries: context.map(([ContextKeyName, value]) => ({ ContextKeyName, ContextKeyType: 'string', ContextKeyValues: [value] })) })).EvaluationResults[0].EvalDecision;
    for (const name of Object.keys(documents)) assert.equal(await decision(name, 'rehearse:None'), ['AdministratorAccess', 'PowerUserAccess'].includes(name) ? 'allowed' : 'implicitDeny', name);
    for (const [expected, ...asked] of [
        ['allowed', 'AWSLambdaBasicExecutionRole', 'logs:PutLogEvents'],
        ['implicitDeny', 'AWSLambdaBasicExecutionRole', 'logs:GetLogEvents'],
        ['allowed', 'AmazonS3ReadOnlyAccess', 's3:GetObject', 'arn:aws:s3:::b/k'],
        ['implicitDeny', 'AmazonS3ReadOnlyAccess', 's3:PutObject', 'arn:aws:s3:::b/k'],
        ['allowed', 'AmazonSageMakerFullAccess', 'sagemaker:CreateTrainingJob', 'arn:aws:sagemaker:us-east-1:111122223333:training-job/j'],
        ['implicitDeny', 'AmazonSageMakerFullAccess', 'sagemaker:CreateDomain', 'arn:aws:sagemaker:us-east-1:111122223333:domain/d'],
        ['allowed', 'AmazonSageMakerFullAccess', 's3:PutObject', 'arn:aws:s3:::my-sagemaker-bucket/k'],
        ['implicitDeny', 'AmazonSageMakerFullAccess', 's3:PutObject', 'arn:aws:s3:::shop/k'],
        ['allowed', 'AmazonSageMakerFullAccess', 's3:GetObject', 'arn:aws:s3:::shop/k', ['s3:ExistingObjectTag/SageMaker', 'TRUE']],
        ['allowed', 'AmazonSageMakerFullAccess', 'iam:PassRole', 'arn:aws:iam::111122223333:role/r', ['iam:PassedToService', 'sagemaker.amazonaws.com']],
        ['implicitDeny', 'AmazonSageMakerFullAccess', 'iam:PassRole', 'arn:aws:iam::111122223333:role/r', ['iam:PassedToService', 'lambda.amazonaws.com']],
        ['allowed', 'AmazonForecastFullAccess', 'iam:PassRole', 'arn:aws:iam::111122223333:role/r', ['iam:PassedToService', 'forecast.amazonaws.com']],
        ['allowed', 'AmazonLexFullAccess', 'lambda:AddPermission', 'arn:aws:lambda:us-east-1:111122223333:function:AmazonLexOrders', ['lambda:Principal', 'lex.amazonaws.com']],
        ['implicitDeny', 'AmazonLexFullAccess', 'lambda:AddPermission', 'arn:aws:lambda:us-east-1:111122223333:function:Orders', ['lambda:Principal', 'lex.amazonaws.com']],
        ['implicitDeny', 'AWSStepFunctionsReadOnlyAccess', 'states:StartExecution'],
        ['implicitDeny', 'PowerUserAccess', 'iam:CreateRole']])
        assert.equal(await decision(...asked), expected, asked.join(' '));
});
