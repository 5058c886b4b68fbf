// Feature groups: records in and out by event time, their end by time to live, and the offline store, whose Parquet is read here by the format's own rules.
// Experiments, trials and components with metrics.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as sm from '@aws-sdk/client-sagemaker';
import * as fs from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { client, start, until } from './emulator.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
let emulator, s3, sagemaker, features;
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    sagemaker = new sm.SageMakerClient(client(emulator));
    features = new fs.SageMakerFeatureStoreRuntimeClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'store' }));
});
after(() => emulator.kill());

const group = (FeatureGroupName, more = {}) => ({
    FeatureGroupName, RecordIdentifierFeatureName: 'rider', EventTimeFeatureName: 'at', RoleArn: ROLE,
    FeatureDefinitions: [['rider', 'String'], ['at', 'String'], ['rides', 'Integral'], ['spent', 'Fractional']].map(([FeatureName, FeatureType]) => ({ FeatureName, FeatureType })),
    OnlineStoreConfig: { EnableOnlineStore: true }, OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://store/features' } }, ...more,
});
async function create(input) {
    const { FeatureGroupArn } = await sagemaker.send(new sm.CreateFeatureGroupCommand(input));
    await until(async () => (await sagemaker.send(new sm.DescribeFeatureGroupCommand({ FeatureGroupName: input.FeatureGroupName }))).FeatureGroupStatus === 'Created', { what: 'a feature group' });
    return FeatureGroupArn;
}
const record = (values) => Object.entries(values).map(([FeatureName, value]) => ({ FeatureName, ValueAsString: String(value) }));
const put = (FeatureGroupName, values, more = {}) => features.send(new fs.PutRecordCommand({ FeatureGroupName, Record: record(values), ...more }));
const get = async (FeatureGroupName, id, more = {}) => {
    const { Record } = await features.send(new fs.GetRecordCommand({ FeatureGroupName, RecordIdentifierValueAsString: id, ...more }));
    return Record && Object.fromEntries(Record.map((one) => [one.FeatureName, one.ValueAsString]));
};

// ---- Parquet, as its specification says; Thrift's compact protocol ----
function thrift(bytes, at) {
    const varint = () => { let value = 0n, shift = 0n; for (;;) { const byte = bytes[at++]; value |= BigInt(byte & 127) << shift; if (byte < 128) return value; shift += 7n; } };
    const zigzag = () => { const value = varint(); return Number((value >> 1n) ^ -(value & 1n)); };
    const read = (type) => {
        if (type === 1 || type === 2) return type === 1;
        if (type === 5 || type === 6) return zigzag();
        if (type === 8) { const length = Number(varint()); at += length; return bytes.subarray(at - length, at).toString(); }
        if (type === 9) { const head = bytes[at++], count = head >> 4 === 15 ? Number(varint()) : head >> 4; return Array.from({ length: count }, () => read(head & 15)); }
        assert.equal(type, 12);
        const fields = {};
        for (let id = 0, head; (head = bytes[at++]);) { id += head >> 4; fields[id] = read(head & 15); }
        return fields;
    };
    return { value: read(12), end: () => at };
}
function parquet(bytes) {
    assert.equal(bytes.subarray(0, 4).toString() + bytes.subarray(-4).toString(), 'PAR1PAR1');
    const footer = thrift(bytes, bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8)).value, [group] = footer[4], rows = Array.from({ length: footer[3] }, () => ({}));
    group[1].forEach((chunk, index) => {
        const schema = footer[2][index + 1], page = thrift(bytes, chunk[3][9]), values = bytes.subarray(page.end(), page.end() + page.value[3]);
        assert.deepEqual([page.value[1], page.value[5][1], page.value[5][2], chunk[3][3][0], chunk[3][1]], [0, rows.length, 0, schema[4], schema[1]]);
        const levels = values.readUInt32LE(0), present = rows.map((_, i) => (values[5 + (i >> 3)] >> (i & 7)) & 1);
        assert.equal(values[4], (Math.ceil(rows.length / 8) << 1) | 1);
        let at = 4 + levels, bit = 0;
        rows.forEach((row, i) => {
            if (!present[i]) return;
            if (schema[1] === 0) row[schema[4]] = Boolean((values[at + (bit >> 3)] >> (bit++ & 7)) & 1);
            else if (schema[1] === 2) { row[schema[4]] = Number(values.readBigInt64LE(at)); at += 8; }
            else if (schema[1] === 5) { row[schema[4]] = values.readDoubleLE(at); at += 8; }
            else { const length = values.readUInt32LE(at); row[schema[4]] = values.subarray(at + 4, at + 4 + length).toString(); at += 4 + length; }
        });
        assert.equal(schema[1] === 0 ? at + Math.ceil(bit / 8) : at, values.length);
    });
    return rows;
}

test('records: the latest by event time, names, types, deletions, batches', async () => {
    const arn = await create(group('riders'));
    assert.equal(arn, 'arn:aws:sagemaker:us-east-1:000000000000:feature-group/riders');
    await put('riders', { rider: 'ann', at: '2026-11-22T09:15:00Z', rides: 3, spent: 12.5 });
    await put('riders', { rider: 'ann', at: '2026-11-22T08:00:00Z', rides: 1, spent: 2 }); // late
    await put(arn, { rider: 'bob', at: '2026-11-22T09:20:00Z', rides: 7 });
    assert.deepEqual(await get('riders', 'ann'), { rider: 'ann', at: '2026-11-22T09:15:00Z', rides: '3', spent: '12.5' });
    assert.deepEqual(await get('riders', 'ann', { FeatureNames: ['rides'] }), { rides: '3' });
    assert.equal(await get('riders', 'nobody'), undefined);
    for (const [values, wanted] of [
        [{ rider: 'x', at: 'yesterday' }, /EventTime/], [{ rider: 'x' }, /event time feature \[at\]/], [{ at: '2026-11-22T09:20:00Z' }, /record identifier feature \[rider\]/],
        [{ rider: 'x', at: '2026-11-22T09:20:00Z', rides: '1.5' }, /rides.*Integral/], [{ rider: 'x', at: '2026-11-22T09:20:00Z', hat: 'red' }, /FeatureName \[hat\]/],
    ])
        await assert.rejects(put('riders', values), { name: 'ValidationError', message: wanted });
    await assert.rejects(put('nobody', { rider: 'x' }), { name: 'ValidationError', message: /can't find a FeatureGroup with name nobody/ });
    await assert.rejects(get('nobody', 'x'), { name: 'ResourceNotFound' });
    const batch = await features.send(new fs.BatchGetRecordCommand({ Identifiers: [{ FeatureGroupName: 'riders', RecordIdentifiersValueAsString: ['ann', 'bob', 'eve'], FeatureNames: ['rides'] }, { FeatureGroupName: 'nobody', RecordIdentifiersValueAsString: ['x'] }] }));
    assert.deepEqual(batch.Records.map((one) => [one.RecordIdentifierValueAsString, one.Record[0].ValueAsString]), [['ann', '3'], ['bob', '7']]);
    assert.deepEqual(batch.Errors.map((one) => one.ErrorCode), ['ResourceNotFound']);
    await features.send(new fs.DeleteRecordCommand({ FeatureGroupName: 'riders', RecordIdentifierValueAsString: 'ann', EventTime: '2026-11-22T10:00:00Z' }));
    assert.equal(await get('riders', 'ann'), undefined);
    await put('riders', { rider: 'ann', at: '2026-11-22T09:59:00Z', rides: 4 }); // older than the deletion
    assert.equal(await get('riders', 'ann'), undefined);
    await put('riders', { rider: 'ann', at: '2026-11-22T10:01:00Z', rides: 5 });
    assert.equal((await get('riders', 'ann')).rides, '5');
});

test('the offline store: partitions by event time, Parquet with the documented columns', async () => {
    const { OfflineStoreConfig, OfflineStoreStatus } = await sagemaker.send(new sm.DescribeFeatureGroupCommand({ FeatureGroupName: 'riders' }));
    const url = OfflineStoreConfig.S3StorageConfig.ResolvedOutputS3Uri;
    assert.match(url, /^s3:\/\/store\/features\/000000000000\/sagemaker\/us-east-1\/offline-store\/riders-\d+\/data$/);
    assert.equal(OfflineStoreStatus.Status, 'Active');
    assert.equal(OfflineStoreConfig.DataCatalogConfig.Database, 'sagemaker_featurestore');
    const keys = await until(async () => {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'store', Prefix: url.slice('s3://store/'.length) }));
        return Contents.length >= 3 && Contents.map((one) => one.Key);
    }, { what: 'the offline store' });
    const nine = keys.find((key) => key.includes('/year=2026/month=11/day=22/hour=09/'));
    assert.match(nine, /\/hour=09\/20261122T095900Z_[A-Za-z0-9]{16}\.parquet$/);
    const read = async (Key) => parquet(Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket: 'store', Key }))).Body.transformToByteArray()));
    const rows = await read(nine);
    assert.deepEqual(rows.map(({ rider, at, rides, spent, is_deleted }) => ({ rider, at, rides, spent, is_deleted })), [
        { rider: 'ann', at: '2026-11-22T09:15:00Z', rides: 3, spent: 12.5, is_deleted: false },
        { rider: 'bob', at: '2026-11-22T09:20:00Z', rides: 7, spent: undefined, is_deleted: false },
        { rider: 'ann', at: '2026-11-22T09:59:00Z', rides: 4, spent: undefined, is_deleted: false },
    ]);
    assert.ok(rows.every((row) => row.write_time >= row.api_invocation_time && row.api_invocation_time > 0));
    const ten = await read(keys.find((key) => key.includes('/hour=10/')));
    assert.deepEqual(ten.map((row) => row.is_deleted), [true, false]);
});

test('groups: time to live, additions, metadata, lists, what is refused, their end', async () => {
    await create(group('short', { OfflineStoreConfig: undefined, OnlineStoreConfig: { EnableOnlineStore: true, TtlDuration: { Unit: 'Minutes', Value: 5 } } }));
    const ago = (s) => new Date(Date.now() - s * 1000).toISOString().replace(/\.\d+/, '');
    const now = ago(1);
    await put('short', { rider: 'ann', at: now, rides: 1 });
    const { ExpiresAt } = await features.send(new fs.GetRecordCommand({ FeatureGroupName: 'short', RecordIdentifierValueAsString: 'ann', ExpirationTimeResponse: 'Enabled' }));
    assert.equal(ExpiresAt, new Date(Date.parse(now) + 300e3).toISOString().replace(/\.\d+/, ''));
    await put('short', { rider: 'bob', at: ago(298), rides: 1 });
    await until(async () => (await get('short', 'bob')) === undefined, { what: 'the end of a record' });
    assert.ok(await get('short', 'ann'));
    await assert.rejects(put('short', { rider: 'ann', at: now }, { TargetStores: ['OfflineStore'] }), { name: 'ValidationError' });
    await sagemaker.send(new sm.UpdateFeatureGroupCommand({ FeatureGroupName: 'short', FeatureAdditions: [{ FeatureName: 'hat', FeatureType: 'String' }] }));
    await put('short', { rider: 'eve', at: new Date(Date.now() + 60000).toISOString().replace(/\.\d+/, ''), hat: 'red' });
    assert.equal((await get('short', 'eve')).hat, 'red');
    await sagemaker.send(new sm.UpdateFeatureMetadataCommand({ FeatureGroupName: 'short', FeatureName: 'hat', Description: 'its colour', ParameterAdditions: [{ Key: 'team', Value: 'red' }] }));
    const metadata = await sagemaker.send(new sm.DescribeFeatureMetadataCommand({ FeatureGroupName: 'short', FeatureName: 'hat' }));
    assert.deepEqual([metadata.FeatureType, metadata.Description, metadata.Parameters], ['String', 'its colour', [{ Key: 'team', Value: 'red' }]]);
    for (const [input, wanted] of [
        [group('bad', { RecordIdentifierFeatureName: 'nobody' }), /RecordIdentifierFeatureName/], [group('bad', { EventTimeFeatureName: 'rides' }), /EventTime/],
        [group('bad', { OnlineStoreConfig: undefined, OfflineStoreConfig: undefined }), /at least one/], [group('bad', { OfflineStoreConfig: { S3StorageConfig: { S3Uri: 's3://store/f' }, TableFormat: 'Iceberg' } }), /Glue alone/],
    ])
        await assert.rejects(sagemaker.send(new sm.CreateFeatureGroupCommand(input)), wanted);
    await assert.rejects(sagemaker.send(new sm.CreateFeatureGroupCommand(group('short'))), { name: 'ResourceInUse' });
    const { FeatureGroupSummaries } = await sagemaker.send(new sm.ListFeatureGroupsCommand({ SortBy: 'Name', SortOrder: 'Descending', FeatureGroupStatusEquals: 'Created' }));
    assert.deepEqual(FeatureGroupSummaries.map((one) => one.FeatureGroupName), ['short', 'riders']);
    await sagemaker.send(new sm.DeleteFeatureGroupCommand({ FeatureGroupName: 'short' }));
    await until(async () => sagemaker.send(new sm.DescribeFeatureGroupCommand({ FeatureGroupName: 'short' })).then(() => false, (error) => error.name === 'ResourceNotFound'), { what: 'the end of a group' });
});

test('experiments: trials, components, their links and metrics', async () => {
    await sagemaker.send(new sm.CreateExperimentCommand({ ExperimentName: 'rides', Description: 'which model' }));
    await assert.rejects(sagemaker.send(new sm.CreateTrialCommand({ TrialName: 'first', ExperimentName: 'nothing' })), { name: 'ResourceNotFound' });
    const { TrialArn } = await sagemaker.send(new sm.CreateTrialCommand({ TrialName: 'first', ExperimentName: 'rides' }));
    assert.equal(TrialArn, 'arn:aws:sagemaker:us-east-1:000000000000:experiment-trial/first');
    for (const TrialComponentName of ['train', 'other'])
        await sagemaker.send(new sm.CreateTrialComponentCommand({ TrialComponentName, DisplayName: 'a-part' }));
    await sagemaker.send(new sm.AssociateTrialComponentCommand({ TrialName: 'first', TrialComponentName: 'train' }));
    const names = async (more) => (await sagemaker.send(new sm.ListTrialComponentsCommand(more))).TrialComponentSummaries.map((one) => one.TrialComponentName).sort();
    assert.deepEqual([await names({}), await names({ TrialName: 'first' }), await names({ ExperimentName: 'rides' })], [['other', 'train'], ['train'], ['train']]);
    const { TrialSummaries } = await sagemaker.send(new sm.ListTrialsCommand({ ExperimentName: 'rides', TrialComponentName: 'train' }));
    assert.deepEqual(TrialSummaries.map((one) => one.TrialName), ['first']);
    const metrics = (method, path, body) => fetch(`${emulator.endpoint}${path}`, { method, headers: { 'content-type': 'application/json', authorization: 'AWS4-HMAC-SHA256 Credential=test/20261122/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0' }, body: JSON.stringify(body) });
    const sent = await metrics('PUT', '/BatchPutMetrics', { TrialComponentName: 'train', MetricData: [0, 1, 2, 3].map((Step) => ({ MetricName: 'loss', Timestamp: 1795330000 + 60 * Step, Step, Value: 1 / (Step + 1) })) });
    assert.equal(sent.status, 200, await sent.text());
    const refused = await (await metrics('PUT', '/BatchPutMetrics', { TrialComponentName: 'nobody', MetricData: [{ MetricName: 'loss', Timestamp: 1, Value: 1 }] })).json();
    assert.deepEqual(refused.Errors, [{ Code: 'VALIDATION_ERROR', MetricIndex: 0 }]);
    const component = await sagemaker.send(new sm.DescribeTrialComponentCommand({ TrialComponentName: 'train' }));
    const [loss] = component.Metrics;
    assert.deepEqual([loss.MetricName, loss.Count, loss.Max, loss.Min, loss.Last], ['loss', 4, 1, 0.25, 0.25]);
    const got = await (await metrics('POST', '/BatchGetMetrics', { MetricQueries: [{ MetricName: 'loss', ResourceArn: component.TrialComponentArn, MetricStat: 'Min', Period: 'IterationNumber', XAxisType: 'IterationNumber' }] })).json();
    assert.deepEqual(got.MetricQueryResults, [{ Status: 'Complete', XAxisValues: [0, 1, 2, 3], MetricValues: [1, 0.5, 1 / 3, 0.25] }]);
    // a job of the trial leaves its own component, however it ends
    await s3.send(new PutObjectCommand({ Bucket: 'store', Key: 'train/train.csv', Body: '1,2\n0,1\n1,3\n0,0\n'.repeat(20) }));
    await sagemaker.send(new sm.CreateTrainingJobCommand({
        TrainingJobName: 'Of-the-trial', RoleArn: ROLE, AlgorithmSpecification: { TrainingImage: '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1', TrainingInputMode: 'File' }, OutputDataConfig: { S3OutputPath: 's3://store/models' },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 }, ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 10 }, HyperParameters: { objective: 'binary:logistic', num_round: '3' },
        InputDataConfig: [{ ChannelName: 'train', ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://store/train' } } }], ExperimentConfig: { ExperimentName: 'rides', TrialName: 'first', TrialComponentDisplayName: 'Training' },
    }));
    const trained = await until(async () => { const now = await sagemaker.send(new sm.DescribeTrialComponentCommand({ TrialComponentName: 'Of-the-trial-aws-training-job' })); return now.Status.PrimaryStatus === 'Completed' && now; }, { what: 'a training' });
    assert.deepEqual([trained.DisplayName, trained.Source.SourceType, trained.Parameters.num_round.StringValue, trained.Metrics[0].MetricName], ['Training', 'SageMakerTrainingJob', '3', 'train:logloss']);
    assert.deepEqual(await names({ TrialName: 'first' }), ['Of-the-trial-aws-training-job', 'train']);
    await sagemaker.send(new sm.DisassociateTrialComponentCommand({ TrialName: 'first', TrialComponentName: 'Of-the-trial-aws-training-job' }));
    await assert.rejects(sagemaker.send(new sm.DeleteExperimentCommand({ ExperimentName: 'rides' })), /trials must be deleted/);
    await assert.rejects(sagemaker.send(new sm.DeleteTrialCommand({ TrialName: 'first' })), /disassociated/);
    await assert.rejects(sagemaker.send(new sm.DeleteTrialComponentCommand({ TrialComponentName: 'train' })), /disassociated/);
    await sagemaker.send(new sm.DisassociateTrialComponentCommand({ TrialName: 'first', TrialComponentName: 'train' }));
    await sagemaker.send(new sm.UpdateExperimentCommand({ ExperimentName: 'rides', DisplayName: 'all-rides' }));
    assert.equal((await sagemaker.send(new sm.DescribeExperimentCommand({ ExperimentName: 'rides' }))).DisplayName, 'all-rides');
    await sagemaker.send(new sm.DeleteTrialComponentCommand({ TrialComponentName: 'train' }));
    await sagemaker.send(new sm.DeleteTrialCommand({ TrialName: 'first' }));
    await sagemaker.send(new sm.DeleteExperimentCommand({ ExperimentName: 'rides' }));
    const { LineageGroupSummaries } = await sagemaker.send(new sm.ListLineageGroupsCommand({}));
    assert.equal(LineageGroupSummaries[0].LineageGroupName, 'sagemaker-default-lineage-group');
});
