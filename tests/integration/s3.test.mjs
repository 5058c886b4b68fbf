// S3 through the AWS SDK for JavaScript and the CLI: what the wire shows beside what unit tests see of the operations.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import * as s3 from '@aws-sdk/client-s3';
import * as iam from '@aws-sdk/client-iam';
import * as sfn from '@aws-sdk/client-sfn';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { client, start, trust, until } from './emulator.mjs';

const run = promisify(execFile); // other connections are looked after meanwhile
const MIB = 1024 * 1024;
const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
const folders = [];
const folder = () => { const path = mkdtempSync(join(tmpdir(), 'rehearse-s3-')); folders.push(path); return path; };

let open, strict, c;
const connect = (emulator, more = {}) => new s3.S3Client({ ...client(emulator, more), forcePathStyle: true });
const send = (name, input, by = c) => by.send(new s3[`${name}Command`]({ Bucket: 'bucket', ...input }));

before(async () => {
    const teams = join(folder(), 'teams.csv');
    writeFileSync(teams, 'name,account,access_key_id,secret_access_key\nAlpha,111122223333,AKIAAAAAAAAAAAAAAAAA,secret-of-team-a-0123456789abcdefghijklmn\n' +
        'Beta,222233334444,AKIABBBBBBBBBBBBBBBB,secret-of-team-b-0123456789abcdefghijklmn\n');
    open = await start(['sandbox', '--memory']);
    strict = await start(['sandbox', '--memory', '--auth', 'strict', '--iam', 'enforce', '--teams', teams]);
    c = connect(open);
    await send('CreateBucket', {});
});
after(async () => {
    await open.kill();
    await strict.kill();
    for (const path of folders) rmSync(path, { recursive: true, force: true });
});
const alpha = (more = {}) => connect(strict, { credentials: { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'secret-of-team-a-0123456789abcdefghijklmn' }, ...more });
const beta = () => alpha({ credentials: { accessKeyId: 'AKIABBBBBBBBBBBBBBBB', secretAccessKey: 'secret-of-team-b-0123456789abcdefghijklmn' } });

test('an object goes in and out, with what it says of itself', async () => {
    const put = await send('PutObject', { Key: 'a/b c+é.txt', Body: 'hello', ContentType: 'text/plain', CacheControl: 'max-age=5', Metadata: { who: 'me' }, Expires: new Date(1800000000000) });
    assert.equal(put.ETag, `"${md5('hello')}"`);
    assert.equal(put.ChecksumCRC32, 'NhCmhg=='); // what the SDK sends by itself
    const got = await send('GetObject', { Key: 'a/b c+é.txt', ChecksumMode: 'ENABLED' });
    assert.equal(await got.Body.transformToString(), 'hello');
    assert.deepEqual([got.ContentType, got.CacheControl, got.Metadata, got.ContentLength, got.AcceptRanges], ['text/plain', 'max-age=5', { who: 'me' }, 5, 'bytes']);
    assert.equal(got.Expires.getTime(), 1800000000000);
    assert.equal(got.ChecksumCRC32, 'NhCmhg==');
    assert.ok(Date.now() - got.LastModified.getTime() < 60000);
    const part = await send('GetObject', { Key: 'a/b c+é.txt', Range: 'bytes=1-2' });
    assert.deepEqual([part.$metadata.httpStatusCode, part.ContentRange, await part.Body.transformToString()], [206, 'bytes 1-2/5', 'el']);
    const head = await send('HeadObject', { Key: 'a/b c+é.txt' });
    assert.deepEqual([head.ContentLength, head.ETag], [5, put.ETag]);
    const listed = await send('ListObjectsV2', { Prefix: 'a/', EncodingType: 'url' });
    assert.equal(listed.Contents[0].Key, 'a/b+c%2B%C3%A9.txt');
    assert.equal((await send('ListObjectsV2', { Prefix: 'a/' })).Contents[0].Key, 'a/b c+é.txt');
});

test('keys of any kind', async () => {
    const keys = ['a//b', '/lead', '.', '..', 'x/../y', 'tail/', '%41', 'a?b#c', 'ü', '😀', 'a+b', "it's & <so>"];
    await send('CreateBucket', { Bucket: 'keys' });
    for (const Key of keys) await send('PutObject', { Bucket: 'keys', Key, Body: Key });
    for (const Key of keys) assert.equal(await (await send('GetObject', { Bucket: 'keys', Key })).Body.transformToString(), Key);
    const seen = (await send('ListObjectsV2', { Bucket: 'keys' })).Contents.map((o) => o.Key);
    assert.deepEqual(seen, [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    const { Deleted } = await send('DeleteObjects', { Bucket: 'keys', Delete: { Objects: keys.map((Key) => ({ Key })) } });
    assert.equal(Deleted.length, keys.length);
    await send('DeleteBucket', { Bucket: 'keys' });
});

test('refusals look as S3\'s do', async () => {
    const rows = [
        ['GetObject', { Key: 'none' }, 'NoSuchKey', 404, { Key: 'none' }],
        ['GetObject', { Bucket: 'no-such-bucket-here', Key: 'k' }, 'NoSuchBucket', 404, { BucketName: 'no-such-bucket-here' }],
        ['CreateBucket', { Bucket: 'Under_Score' }, 'InvalidBucketName', 400, {}],
        ['HeadObject', { Key: 'none' }, 'NotFound', 404, {}],
        ['HeadBucket', { Bucket: 'no-such-bucket-here' }, 'NotFound', 404, {}],
        ['ListObjectsV2', { ContinuationToken: 'x' }, 'InvalidArgument', 400, { ArgumentName: 'continuation-token' }],
        ['PutObject', { Key: 'k', Body: 'x', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }, 'BadDigest', 400, {}],
        ['PutObject', { Key: 'k', Body: 'x', ChecksumCRC32: 'AAAAAA==' }, 'BadDigest', 400, {}],
        ['GetBucketPolicy', {}, 'NoSuchBucketPolicy', 404, {}],
        ['PutBucketPolicy', { Policy: '{' }, 'MalformedPolicy', 400, {}],
        ['CompleteMultipartUpload', { Key: 'k', UploadId: 'x' }, 'NoSuchUpload', 404, {}],
    ];
    for (const [operation, input, name, status, members] of rows) {
        const error = await send(operation, input).then(() => assert.fail(`${operation} was done`), (e) => e);
        assert.deepEqual([operation, error.name, error.$metadata.httpStatusCode], [operation, name, status]);
        for (const [member, value] of Object.entries(members)) assert.equal(error[member], value);
        assert.match(error.$metadata.requestId, /^[0-9A-F]{16}$/);
    }
    const gone = await send('GetObject', { Key: 'none', IfNoneMatch: '*' }).catch((e) => e);
    assert.equal(gone.name, 'NoSuchKey');
    await send('PutObject', { Key: 'k', Body: 'x' });
    const same = await send('GetObject', { Key: 'k', IfNoneMatch: `"${md5('x')}"` }).catch((e) => e);
    assert.equal(same.$metadata.httpStatusCode, 304);
    const range = await send('GetObject', { Key: 'k', Range: 'bytes=9-' }).catch((e) => e);
    assert.deepEqual([range.name, range.$metadata.httpStatusCode, range.ActualObjectSize], ['InvalidRange', 416, '1']);
});

test('every checksum, in a header and behind a stream', async () => {
    const bytes = randomBytes(300000);
    for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256']) {
        const put = await send('PutObject', { Key: 'sum', Body: bytes, ChecksumAlgorithm });
        const got = await send('GetObject', { Key: 'sum', ChecksumMode: 'ENABLED' }); // verified by the SDK
        assert.equal(got[`Checksum${ChecksumAlgorithm}`], put[`Checksum${ChecksumAlgorithm}`]);
        assert.equal(md5(await got.Body.transformToByteArray()), md5(bytes));
    }
    const { ObjectSize, Checksum } = await send('GetObjectAttributes', { Key: 'sum', ObjectAttributes: ['ObjectSize', 'Checksum'] });
    assert.deepEqual([ObjectSize, Checksum.ChecksumType], [300000, 'FULL_OBJECT']);
});

test('versions', async () => {
    await send('CreateBucket', { Bucket: 'versions' });
    await send('PutBucketVersioning', { Bucket: 'versions', VersioningConfiguration: { Status: 'Enabled' } });
    const one = await send('PutObject', { Bucket: 'versions', Key: 'k', Body: '1' });
    const two = await send('PutObject', { Bucket: 'versions', Key: 'k', Body: '2' });
    assert.match(one.VersionId, /^[A-Za-z0-9._]{32}$/);
    assert.equal(await (await send('GetObject', { Bucket: 'versions', Key: 'k', VersionId: one.VersionId })).Body.transformToString(), '1');
    const { DeleteMarker, VersionId } = await send('DeleteObject', { Bucket: 'versions', Key: 'k' });
    assert.equal(DeleteMarker, true);
    const hidden = await fetch(`${open.endpoint}/versions/k`, { headers: signed() });
    assert.deepEqual([hidden.status, hidden.headers.get('x-amz-delete-marker'), hidden.headers.get('x-amz-version-id')], [404, 'true', VersionId]);
    const marker = await send('GetObject', { Bucket: 'versions', Key: 'k', VersionId }).catch((e) => e);
    assert.deepEqual([marker.name, marker.$metadata.httpStatusCode], ['MethodNotAllowed', 405]);
    const listed = await send('ListObjectVersions', { Bucket: 'versions' });
    assert.deepEqual([listed.Versions.map((v) => v.VersionId), listed.DeleteMarkers.map((m) => m.IsLatest)], [[two.VersionId, one.VersionId], [true]]);
});

/** Headers of a request that names S3; open mode takes any signature. */
function signed() {
    const day = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    return {
        'x-amz-date': day,
        authorization: `AWS4-HMAC-SHA256 Credential=test/${day.slice(0, 8)}/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    };
}

test('uploads in parts, copied and read by part', async () => {
    const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(1000)];
    const { UploadId } = await send('CreateMultipartUpload', { Key: 'big', ChecksumAlgorithm: 'CRC32', ContentType: 'x/y' });
    const sent = await Promise.all(parts.map((Body, i) => send('UploadPart', { Key: 'big', UploadId, PartNumber: i + 1, Body, ChecksumAlgorithm: 'CRC32' })));
    const Parts = sent.map(({ ETag, ChecksumCRC32 }, i) => ({ ETag, ChecksumCRC32, PartNumber: i + 1 }));
    const listed = await send('ListParts', { Key: 'big', UploadId, MaxParts: 2 });
    assert.deepEqual(listed.Parts.map((p) => p.Size), [5 * MIB, 5 * MIB]);
    const done = await send('CompleteMultipartUpload', { Key: 'big', UploadId, MultipartUpload: { Parts } });
    const expected = md5(Buffer.concat(parts.map((p) => createHash('md5').update(p).digest()))) + '-3';
    assert.equal(done.ETag, `"${expected}"`);
    assert.match(done.ChecksumCRC32, /-3$/);
    const whole = Buffer.concat(parts);
    const got = await send('GetObject', { Key: 'big' });
    assert.equal(md5(await got.Body.transformToByteArray()), md5(whole));
    const second = await send('GetObject', { Key: 'big', PartNumber: 2 });
    assert.deepEqual([second.PartsCount, second.ContentLength], [3, 5 * MIB]);
    assert.equal(md5(await second.Body.transformToByteArray()), md5(parts[1]));
    const seam = await send('GetObject', { Key: 'big', Range: `bytes=${5 * MIB - 10}-${5 * MIB + 9}` });
    assert.deepEqual(Buffer.from(await seam.Body.transformToByteArray()), whole.subarray(5 * MIB - 10, 5 * MIB + 10));
    const copy = await send('CopyObject', { Key: 'copy', CopySource: 'bucket/big' });
    assert.equal(copy.CopyObjectResult.ETag, `"${md5(whole)}"`);
    const target = await send('CreateMultipartUpload', { Key: 'again' });
    const ranged = await send('UploadPartCopy', { Key: 'again', UploadId: target.UploadId, PartNumber: 1, CopySource: 'bucket/big', CopySourceRange: `bytes=100-${6 * MIB}` });
    assert.equal(ranged.CopyPartResult.ETag, `"${md5(whole.subarray(100, 6 * MIB + 1))}"`);
    await send('AbortMultipartUpload', { Key: 'again', UploadId: target.UploadId });
});

test('presigned: one gets, one puts, a changed one gets nothing', async () => {
    const by = alpha();
    await send('CreateBucket', { Bucket: 'alpha' }, by);
    const put = await getSignedUrl(by, new s3.PutObjectCommand({ Bucket: 'alpha', Key: 'p/q', ContentType: 'text/x' }), { expiresIn: 60 });
    assert.equal((await fetch(put, { method: 'PUT', body: 'by hand', headers: { 'content-type': 'text/x' } })).status, 200);
    const get = await getSignedUrl(by, new s3.GetObjectCommand({ Bucket: 'alpha', Key: 'p/q', ResponseContentType: 'a/b' }), { expiresIn: 60 });
    const got = await fetch(get);
    assert.deepEqual([got.status, got.headers.get('content-type'), await got.text()], [200, 'a/b', 'by hand']);
    const changed = await fetch(get.replace('p/q', 'p/r'));
    assert.equal(changed.status, 403);
    assert.match(await changed.text(), /<Code>SignatureDoesNotMatch<\/Code>/);
    assert.equal((await fetch(`${strict.endpoint}/alpha/p/q`)).status, 403); // nobody's
});

test('whose bucket: another team, a policy, everybody', async () => {
    const [mine, theirs] = [alpha(), beta()];
    await send('CreateBucket', { Bucket: 'shared' }, mine);
    await send('PutObject', { Bucket: 'shared', Key: 'k', Body: 'x' }, mine);
    await assert.rejects(send('CreateBucket', { Bucket: 'shared' }, theirs), { name: 'BucketAlreadyExists' });
    await assert.rejects(send('GetObject', { Bucket: 'shared', Key: 'k' }, theirs), { name: 'AccessDenied' });
    const allow = (Principal) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource: 'arn:aws:s3:::shared/*' }] });
    await send('PutBucketPolicy', { Bucket: 'shared', Policy: allow({ AWS: 'arn:aws:iam::222233334444:root' }) }, mine);
    assert.equal(await (await send('GetObject', { Bucket: 'shared', Key: 'k' }, theirs)).Body.transformToString(), 'x');
    await assert.rejects(send('PutObject', { Bucket: 'shared', Key: 'k', Body: 'y' }, theirs), { name: 'AccessDenied' });
    await assert.rejects(send('PutBucketPolicy', { Bucket: 'shared', Policy: allow('*') }, mine), { name: 'AccessDenied' });
    await send('DeletePublicAccessBlock', { Bucket: 'shared' }, mine);
    await send('PutBucketPolicy', { Bucket: 'shared', Policy: allow('*') }, mine);
    assert.equal(await (await fetch(`${strict.endpoint}/shared/k`)).text(), 'x');
    assert.equal((await fetch(`${strict.endpoint}/shared/none`)).status, 403); // who may not list is not told what lacks
    assert.equal((await fetch(`${strict.endpoint}/`)).status, 403);
});

test('a role asks for what it may', async () => {
    const by = alpha();
    const roles = new iam.IAMClient({ ...client(strict), credentials: await by.config.credentials() });
    const machines = new sfn.SFNClient({ ...client(strict), credentials: await by.config.credentials() });
    await send('CreateBucket', { Bucket: 'roles' }, by);
    await send('PutObject', { Bucket: 'roles', Key: 'yes/1', Body: '{"a":1}' }, by);
    const { Role } = await roles.send(new iam.CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument: trust }));
    const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
    await roles.send(new iam.PutRolePolicyCommand({ RoleName: 'reader', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17',
        Statement: [allow('s3:GetObject', 'arn:aws:s3:::roles/yes/*'), allow('s3:ListBucket', 'arn:aws:s3:::roles'), allow('s3:PutObject', 'arn:aws:s3:::roles/out'), allow('s3:*', 'arn:aws:s3:::no-bucket-of-this-name*')] }) }));
    const execute = async (name, Resource, Parameters) => {
        const { stateMachineArn } = await machines.send(new sfn.CreateStateMachineCommand({ name, roleArn: Role.Arn,
            definition: JSON.stringify({ StartAt: 'T', States: { T: { Type: 'Task', Resource, Parameters, End: true } } }) }));
        const { executionArn } = await machines.send(new sfn.StartExecutionCommand({ stateMachineArn }));
        return until(async () => {
            const told = await machines.send(new sfn.DescribeExecutionCommand({ executionArn }));
            return told.status !== 'RUNNING' && told;
        }, { what: name });
    };
    const got = await execute('get', 'arn:aws:states:::aws-sdk:s3:getObject', { Bucket: 'roles', Key: 'yes/1' });
    const output = JSON.parse(got.output);
    assert.deepEqual([output.Body, output.ContentLength, output.ETag], ['{"a":1}', 7, `"${md5('{"a":1}')}"`]);
    const listed = await execute('list', 'arn:aws:states:::aws-sdk:s3:listObjectsV2', { Bucket: 'roles' });
    assert.deepEqual(JSON.parse(listed.output).Contents.map((o) => o.Key), ['yes/1']);
    const put = await execute('put', 'arn:aws:states:::aws-sdk:s3:putObject', { Bucket: 'roles', Key: 'out', Body: { b: 2 } });
    assert.equal(put.status, 'SUCCEEDED', put.cause);
    assert.equal(await (await send('GetObject', { Bucket: 'roles', Key: 'out' }, by)).Body.transformToString(), '{"b":2}');
    for (const [name, Parameters, error] of [
        ['no-key', { Bucket: 'roles', Key: 'yes/none' }, 'S3.NoSuchKeyException'],
        ['no-bucket', { Bucket: 'no-bucket-of-this-name', Key: 'yes/1' }, 'S3.NoSuchBucketException'],
        ['hidden-bucket', { Bucket: 'no-such-bucket', Key: 'yes/1' }, 'S3.S3Exception'], // denied before anybody looks
        ['denied', { Bucket: 'roles', Key: 'no/1' }, 'S3.S3Exception'],
    ])
        assert.equal((await execute(name, 'arn:aws:states:::aws-sdk:s3:getObject', Parameters)).error, error, name);
});

test('pages of other origins', async () => {
    const CORSRules = [{ AllowedMethods: ['GET', 'PUT'], AllowedOrigins: ['https://*.example.com'], AllowedHeaders: ['x-amz-*'], ExposeHeaders: ['ETag'], MaxAgeSeconds: 60 }];
    const by = alpha();
    await send('CreateBucket', { Bucket: 'pages' }, by);
    const url = `${strict.endpoint}/pages/k`;
    const ask = (headers) => fetch(url, { method: 'OPTIONS', headers });
    const page = { origin: 'https://a.example.com', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'X-Amz-Meta-a' };
    const off = await ask(page);
    assert.deepEqual([off.status, /CORS is not enabled for this bucket/.test(await off.text())], [403, true]);
    await send('PutBucketCors', { Bucket: 'pages', CORSConfiguration: { CORSRules } }, by);
    const on = await ask(page);
    assert.deepEqual([on.status, on.headers.get('access-control-allow-origin'), on.headers.get('access-control-allow-methods'), on.headers.get('access-control-max-age')],
        [200, page.origin, 'GET, PUT', '60']);
    for (const [changed, status] of [[{ origin: 'https://b.com' }, 403], [{ 'access-control-request-method': 'DELETE' }, 403], [{ 'access-control-request-headers': 'content-type' }, 403]])
        assert.equal((await ask({ ...page, ...changed })).status, status);
    assert.equal((await fetch(url, { method: 'OPTIONS' })).status, 400);
    const denied = await fetch(url, { headers: { origin: page.origin } });
    assert.deepEqual([denied.status, denied.headers.get('access-control-allow-origin'), denied.headers.get('access-control-expose-headers')], [403, page.origin, 'ETag']);
});

/** Posts a form as a browser does: { status, headers, text }. */
async function postForm(url, fields, file, { name = 'f.bin' } = {}) {
    const form = new FormData();
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    form.append('file', new Blob([file]), name);
    const answer = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

function policyFields(conditions, fields, { secret = 'secret-of-team-a-0123456789abcdefghijklmn', expires = 60000 } = {}) {
    const day = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const credential = `AKIAAAAAAAAAAAAAAAAA/${day.slice(0, 8)}/us-east-1/s3/aws4_request`;
    const known = { 'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': credential, 'x-amz-date': day };
    const policy = Buffer.from(JSON.stringify({ expiration: new Date(Date.now() + expires).toISOString(),
        conditions: [...conditions, ...Object.entries(known).map(([k, v]) => ({ [k]: v }))] })).toString('base64');
    const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
    const key = [day.slice(0, 8), 'us-east-1', 's3', 'aws4_request'].reduce(hmac, `AWS4${secret}`);
    return { ...fields, ...known, policy, 'x-amz-signature': hmac(key, policy).toString('hex') };
}

test('a form puts what its policy lets it', async () => {
    const by = alpha();
    await send('CreateBucket', { Bucket: 'forms' }, by);
    const url = `${strict.endpoint}/forms`;
    const conditions = [{ bucket: 'forms' }, ['starts-with', '$key', 'up/'], ['content-length-range', 1, 5000000], ['starts-with', '$x-amz-meta-a', ''], ['eq', '$success_action_status', '201']];
    const fields = { key: 'up/${filename}', 'x-amz-meta-a': 'b', success_action_status: '201' };
    const small = await postForm(url, policyFields(conditions, fields), 'small');
    assert.equal(small.status, 201, small.text);
    assert.match(small.text, new RegExp(`<Bucket>forms</Bucket><Key>up/f.bin</Key><ETag>&quot;${md5('small')}&quot;</ETag>`));
    const bytes = randomBytes(3 * MIB);
    assert.equal((await postForm(url, policyFields(conditions, fields), bytes, { name: 'big' })).status, 201);
    const got = await send('GetObject', { Bucket: 'forms', Key: 'up/big' }, by);
    assert.equal(got.Metadata.a, 'b');
    assert.equal(md5(await got.Body.transformToByteArray()), md5(bytes));
    const rows = [
        [policyFields(conditions, { ...fields, key: 'down/x' }), 403, 'Policy Condition failed: [&quot;starts-with&quot;, &quot;$key&quot;, &quot;up/&quot;]'],
        [policyFields(conditions, { ...fields, acl: 'private' }), 403, 'Extra input fields: acl'],
        [policyFields(conditions, fields, { expires: -1000 }), 403, 'Policy expired.'],
        [policyFields(conditions, fields, { secret: 'another' }), 403, 'SignatureDoesNotMatch'],
        [policyFields([...conditions, ['content-length-range', 100, 200]], fields), 400, 'EntityTooSmall'],
        [{ ...policyFields(conditions, fields), policy: 'AAAA' }, 403, 'SignatureDoesNotMatch'],
        [{ key: 'up/nobody' }, 403, 'AccessDenied'],
    ];
    for (const [posted, status, said] of rows) {
        const answer = await postForm(url, posted, 'small');
        assert.deepEqual([answer.status, answer.text.includes(said)], [status, true], answer.text);
    }
});

test('aws s3 sync of 1,000 files, there and back; 100 MiB', { skip: spawnSync('aws', ['--version']).error && 'there is no aws' }, async () => {
    const [from, to] = [folder(), folder()];
    const env = { ...process.env, ...open.exports, AWS_EC2_METADATA_DISABLED: 'true' };
    const aws = (...args) => run('aws', ['s3', ...args, '--quiet'], { env });
    await send('CreateBucket', { Bucket: 'synced' }); // before this process is long busy: its idle connections end meanwhile
    for (let i = 0; i < 1000; i++) {
        const path = join(from, `d ${i % 13}`, `é${i % 7}`);
        mkdirSync(path, { recursive: true });
        writeFileSync(join(path, `f ${i}+&.bin`), randomBytes([0, 10, 3000, 80000][i % 4]));
    }
    writeFileSync(join(from, 'large'), randomBytes(100 * MIB));
    await aws('sync', from, 's3://synced/tree');
    await aws('sync', 's3://synced/tree', to);
    await run('diff', ['-r', from, to]);
    await aws('rm', 's3://synced', '--recursive');
    await send('DeleteBucket', { Bucket: 'synced' });
});

test('kill -9 among uploads in parts loses no part that was acknowledged', async () => {
    const data = folder();
    let emulator = await start(['sandbox', '--data', data]);
    let by = connect(emulator);
    await send('CreateBucket', {}, by);
    const { UploadId } = await send('CreateMultipartUpload', { Key: 'k' }, by);
    const acknowledged = new Map();
    for (let round = 0; round < 3; round++) {
        let next = round * 100 + 1, going = true;
        const workers = [1, 2, 3, 4].map(async () => {
            while (going) {
                const PartNumber = next++, Body = randomBytes(PartNumber % 3 ? 300000 : 2000);
                try {
                    acknowledged.set(PartNumber, { ETag: (await send('UploadPart', { Key: 'k', UploadId, PartNumber, Body }, by)).ETag, md5: md5(Body) });
                } catch { return; }
            }
        });
        await until(() => acknowledged.size > round * 10 + 10, { what: 'parts' });
        await emulator.kill('SIGKILL');
        going = false;
        await Promise.all(workers);
        emulator = await start(['sandbox', '--data', data]);
        by = connect(emulator);
        const { Parts } = await send('ListParts', { Key: 'k', UploadId }, by);
        const kept = new Map(Parts.map((p) => [p.PartNumber, p.ETag]));
        for (const [number, { ETag }] of acknowledged) assert.equal(kept.get(number), ETag, `part ${number}`);
    }
    // Their bytes too: one of them is made an object.
    const [number, { ETag, md5: sum }] = [...acknowledged].find(([n]) => n % 3);
    await send('CompleteMultipartUpload', { Key: 'k', UploadId, MultipartUpload: { Parts: [{ PartNumber: number, ETag }] } }, by);
    assert.equal(md5(await (await send('GetObject', { Key: 'k' }, by)).Body.transformToByteArray()), sum);
    await emulator.kill();
});
