// AWS Lambda through the SDK: functions made, changed, published and taken away, as Terraform's provider does it.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import {
    AddPermissionCommand, CreateAliasCommand, CreateFunctionCommand, DeleteAliasCommand, DeleteFunctionCommand,
    GetFunctionCodeSigningConfigCommand, GetFunctionCommand, GetFunctionConcurrencyCommand, GetPolicyCommand, InvokeCommand,
    LambdaClient, ListTagsCommand, ListVersionsByFunctionCommand, paginateListFunctions, PublishLayerVersionCommand,
    PublishVersionCommand, PutFunctionConcurrencyCommand, RemovePermissionCommand, TagResourceCommand, UntagResourceCommand,
    UpdateAliasCommand, UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand, waitUntilFunctionActiveV2,
    waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { client, start, waiting } from './emulator.mjs';
import { zip } from './zip.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/runner';
let emulator, lambda;
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    lambda = new LambdaClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
});
after(() => emulator.kill());

const code = (text) => zip({ 'app.py': text });
const refusal = (command) => lambda.send(command).then(() => assert.fail('it was not refused'), (error) => error);

async function make(name, more = {}) {
    const made = await lambda.send(new CreateFunctionCommand({
        FunctionName: name, Runtime: 'python3.12', Handler: 'app.handler', Role: ROLE,
        Code: { ZipFile: code('def handler(event, context):\n    return event\n') }, ...more,
    }));
    await waitUntilFunctionActiveV2(waiting(lambda), { FunctionName: name });
    return made;
}

test('a function is made, read, changed, published and deleted', async () => {
    const made = await make('life', { Tags: { team: 'unicorns' }, Environment: { Variables: { COLOUR: 'red' } }, Timeout: 10 });
    assert.equal(made.$metadata.httpStatusCode, 201);
    assert.equal(made.State, 'Pending');
    const got = await lambda.send(new GetFunctionCommand({ FunctionName: 'life' }));
    assert.equal(got.Configuration.State, 'Active');
    assert.deepEqual(got.Tags, { team: 'unicorns' });
    assert.deepEqual(got.Configuration.Environment, { Variables: { COLOUR: 'red' } });

    const changed = await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'life', MemorySize: 256, Environment: { Variables: {} } }));
    assert.equal(changed.LastUpdateStatus, 'InProgress');
    assert.equal(changed.MemorySize, 256);
    assert.equal(changed.Timeout, 10);
    assert.equal(changed.Environment, undefined);
    await waitUntilFunctionUpdatedV2(waiting(lambda), { FunctionName: 'life' });
    const updated = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'life', ZipFile: code('handler = print\n') }));
    assert.notEqual(updated.CodeSha256, made.CodeSha256);
    await waitUntilFunctionUpdatedV2(waiting(lambda), { FunctionName: 'life' });

    const first = await lambda.send(new PublishVersionCommand({ FunctionName: 'life' }));
    assert.equal(first.Version, '1');
    assert.equal(first.FunctionArn, `${made.FunctionArn}:1`);
    const versions = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName: made.FunctionArn }));
    assert.deepEqual(versions.Versions.map((v) => v.Version), ['$LATEST', '1']);
    const alias = await lambda.send(new CreateAliasCommand({ FunctionName: 'life', Name: 'live', FunctionVersion: '1' }));
    assert.equal(alias.AliasArn, `${made.FunctionArn}:live`);
    await lambda.send(new UpdateAliasCommand({ FunctionName: 'life', Name: 'live', FunctionVersion: '$LATEST', Description: 'new' }));
    await lambda.send(new DeleteAliasCommand({ FunctionName: 'life', Name: 'live' }));

    await lambda.send(new TagResourceCommand({ Resource: made.FunctionArn, Tags: { b: '2' } }));
    await lambda.send(new UntagResourceCommand({ Resource: made.FunctionArn, TagKeys: ['team'] }));
    assert.deepEqual((await lambda.send(new ListTagsCommand({ Resource: made.FunctionArn }))).Tags, { b: '2' });
    await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'life', ReservedConcurrentExecutions: 3 }));
    assert.equal((await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: 'life' }))).ReservedConcurrentExecutions, 3);
    assert.equal((await lambda.send(new GetFunctionCodeSigningConfigCommand({ FunctionName: 'life' }))).CodeSigningConfigArn, undefined);

    const gone = await lambda.send(new DeleteFunctionCommand({ FunctionName: 'life' }));
    assert.equal(gone.$metadata.httpStatusCode, 204);
    const error = await refusal(new GetFunctionCommand({ FunctionName: 'life' }));
    assert.equal(error.name, 'ResourceNotFoundException');
    assert.equal(error.message, `Function not found: ${made.FunctionArn}`);
    assert.equal(error.Type, 'User');
    assert.equal(error.$metadata.httpStatusCode, 404);
});

test('permissions on a function are a policy', async () => {
    await make('shared');
    const added = await lambda.send(new AddPermissionCommand({
        FunctionName: 'shared', StatementId: 's3', Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', SourceArn: 'arn:aws:s3:::bucket',
    }));
    assert.equal(JSON.parse(added.Statement).Condition.ArnLike['AWS:SourceArn'], 'arn:aws:s3:::bucket');
    const policy = JSON.parse((await lambda.send(new GetPolicyCommand({ FunctionName: 'shared' }))).Policy);
    assert.deepEqual(policy.Statement, [JSON.parse(added.Statement)]);
    const again = await refusal(new AddPermissionCommand({ FunctionName: 'shared', StatementId: 's3', Action: 'lambda:InvokeFunction', Principal: '*' }));
    assert.equal(again.name, 'ResourceConflictException');
    await lambda.send(new RemovePermissionCommand({ FunctionName: 'shared', StatementId: 's3' }));
    assert.equal((await refusal(new GetPolicyCommand({ FunctionName: 'shared' }))).name, 'ResourceNotFoundException');
});

test('functions are listed in pages', async () => {
    for (let i = 0; i < 55; i++)
        await lambda.send(new CreateFunctionCommand({ FunctionName: `many-${i}`, Runtime: 'nodejs22.x', Handler: 'i.h', Role: ROLE, Code: { ZipFile: code('') } }));
    const names = [];
    let pages = 0;
    for await (const page of paginateListFunctions({ client: lambda }, {})) {
        names.push(...page.Functions.map((f) => f.FunctionName));
        pages++;
    }
    assert.ok(pages >= 2);
    assert.equal(new Set(names.filter((n) => n.startsWith('many-'))).size, 55);
});

test('code comes from S3 too, and large code is kept apart from rows', async () => {
    const s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
    const noise = Buffer.alloc(300000, 'unicorn');
    const large = zip({ 'app.py': 'def handler(e, c): return 1\n', 'noise.bin': noise });
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'app.zip', Body: large }));
    const made = await make('from-s3', { Code: { S3Bucket: 'code', S3Key: 'app.zip' } });
    assert.equal(made.CodeSize, large.length);
    const same = await make('inline', { Code: { ZipFile: large } });
    assert.equal(same.CodeSha256, made.CodeSha256);
    const none = await refusal(new CreateFunctionCommand({ FunctionName: 'none', Runtime: 'python3.12', Handler: 'a.b', Role: ROLE, Code: { S3Bucket: 'code', S3Key: 'none.zip' } }));
    assert.equal(none.name, 'InvalidParameterValueException');
    assert.equal(none.message, 'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.');
});

test('GetFunction tells where the code can be fetched, for ten minutes', async () => {
    await make('fetched');
    const large = zip({ 'app.py': 'x = 1\n', 'data.bin': Buffer.alloc(200000, 7) });
    await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'fetched', ZipFile: large, Publish: true }));
    for (const [Qualifier, bytes] of [[undefined, large], ['$LATEST', large], ['1', large]]) {
        const { Code } = await lambda.send(new GetFunctionCommand({ FunctionName: 'fetched', Qualifier }));
        const url = new URL(Code.Location);
        assert.equal(url.searchParams.get('X-Amz-Expires'), '600');
        const answer = await fetch(url);
        assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, 'application/zip']);
        assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
        url.searchParams.set('X-Amz-Date', '20200101T000000Z');
        const late = await fetch(url);
        assert.equal(late.status, 403);
        assert.match(await late.text(), /Signature expired: 20200101T000000Z is now earlier than/);
    }
});

test('what is wrong is refused in AWS\'s words, and nothing changed', async () => {
    const base = { FunctionName: 'bad', Runtime: 'python3.12', Handler: 'app.handler', Role: ROLE, Code: { ZipFile: code('') } };
    const rows = [
        [{ ...base, Runtime: 'python9.9' }, 'InvalidParameterValueException', /^Value python9\.9 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*\] or be a valid ARN$/],
        [{ ...base, Code: { ZipFile: Buffer.from('no zip') } }, 'InvalidParameterValueException', /^Could not unzip uploaded file\. Please check your file, then try to upload again\.$/],
        [{ ...base, MemorySize: 20000 }, 'ValidationException', /Value '20000' at 'memorySize' failed to satisfy constraint: Member must have value less than or equal to 10240/],
        [{ ...base, Role: 'nobody' }, 'ValidationException', /Value 'nobody' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern/],
        [{ ...base, FunctionName: 'a b' }, 'ValidationException', /Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern/],
        [{ ...base, FunctionName: 'x'.repeat(65) }, 'ValidationException', /Member must have length less than or equal to 64/],
        [{ ...base, PackageType: 'Image', Code: { ImageUri: 'i' } }, 'NotImplemented', /images/],
    ];
    for (const [input, name, message] of rows) {
        const error = await refusal(new CreateFunctionCommand(input));
        assert.equal(error.name, name, error.message);
        assert.match(error.message, message);
    }
    assert.equal((await refusal(new PublishLayerVersionCommand({ LayerName: 'l', Content: {} }))).name, 'NotImplemented');
    assert.equal((await refusal(new GetFunctionCommand({ FunctionName: 'bad' }))).name, 'ResourceNotFoundException');
    await make('asked');
    const json = await refusal(new InvokeCommand({ FunctionName: 'asked', Payload: 'not json' }));
    assert.equal(json.name, 'InvalidRequestContentException');
    assert.match(json.message, /^Could not parse request body into json: Could not parse payload into json: Unrecognized token 'not'/);
    const large = await refusal(new InvokeCommand({ FunctionName: 'asked', Payload: JSON.stringify('x'.repeat(6291456)) }));
    assert.match(large.name, /^RequestTooLargeException|RequestEntityTooLarge/);
    const none = await refusal(new InvokeCommand({ FunctionName: 'none' }));
    assert.equal(none.message, 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none:$LATEST');
});
