// What was trained answers: models, endpoints, requests, capture, and the model registry.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as sm from '@aws-sdk/client-sagemaker';
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand, InvokeEndpointWithResponseStreamCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { client, start, until } from './emulator.mjs';
import { abalone } from './sagemaker_data.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const DATA = 's3://data/models/abalone/output/model.tar.gz';

let emulator, s3, sagemaker, runtime;
const send = (Command, input) => sagemaker.send(new Command(input));
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
const channel = (ChannelName, S3Uri) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri } } });
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    sagemaker = new sm.SageMakerClient(client(emulator));
    runtime = new SageMakerRuntimeClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('train/train.csv', abalone(600, 1));
    await send(sm.CreateTrainingJobCommand, {
        TrainingJobName: 'abalone', RoleArn: ROLE, AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
        InputDataConfig: [channel('train', 's3://data/train')], OutputDataConfig: { S3OutputPath: 's3://data/models' },
        ResourceConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 }, StoppingCondition: { MaxRuntimeInSeconds: 3600 },
        HyperParameters: { objective: 'reg:squarederror', num_round: '40', max_depth: '4' },
    });
    await until(async () => (await send(sm.DescribeTrainingJobCommand, { TrainingJobName: 'abalone' })).TrainingJobStatus === 'Completed', { what: 'training' });
});
after(() => emulator.kill());

const model = (ModelName, more = {}) => send(sm.CreateModelCommand, { ModelName, ExecutionRoleArn: ROLE, PrimaryContainer: { Image: XGBOOST, ModelDataUrl: DATA, ...more } });
const variant = (ModelName, VariantName = 'AllTraffic', more = {}) => ({ VariantName, ModelName, InstanceType: 'ml.m5.large', InitialInstanceCount: 1, InitialVariantWeight: 1, ...more });
const config = (EndpointConfigName, ...ProductionVariants) => send(sm.CreateEndpointConfigCommand, { EndpointConfigName, ProductionVariants });
const endpoint = (EndpointName, EndpointConfigName) => send(sm.CreateEndpointCommand, { EndpointName, EndpointConfigName });
const describe = (EndpointName) => send(sm.DescribeEndpointCommand, { EndpointName });
const settled = (EndpointName) => until(async () => {
    const now = await describe(EndpointName);
    return ['InService', 'Failed'].includes(now.EndpointStatus) && now;
}, { what: 'an endpoint' });
const ask = async (EndpointName, Body, more = {}) => {
    const answer = await runtime.send(new InvokeEndpointCommand({ EndpointName, ContentType: 'text/csv', Body, ...more }));
    return { ...answer, text: Buffer.from(answer.Body).toString() };
};
const rows = abalone(50, 9).trim().split('\n').map((line) => line.split(','));
const features = rows.map((row) => row.slice(1).join(','));

test('an endpoint answers by the trained model', async () => {
    const made = await model('abalone');
    assert.equal(made.ModelArn, 'arn:aws:sagemaker:us-east-1:000000000000:model/abalone');
    await config('abalone', variant('abalone'));
    await endpoint('Abalone', 'abalone');
    assert.equal((await describe('Abalone')).EndpointStatus, 'Creating');
    await assert.rejects(ask('Abalone', features[0]), { name: 'ValidationError', message: 'Endpoint Abalone of account 000000000000 not found.' });
    const ready = await settled('Abalone');
    assert.equal(ready.EndpointStatus, 'InService', ready.FailureReason);
    assert.equal(ready.ProductionVariants[0].CurrentInstanceCount, 1);
    assert.equal(ready.ProductionVariants[0].DeployedImages[0].SpecifiedImage, XGBOOST);
    const answer = await ask('Abalone', features.join('\n'));
    assert.equal(answer.InvokedProductionVariant, 'AllTraffic');
    assert.match(answer.ContentType, /^text\/csv/);
    const scores = answer.text.split(',').map(Number);
    const rmse = Math.sqrt(scores.reduce((sum, score, i) => sum + (score - rows[i][0]) ** 2, 0) / scores.length);
    assert.equal(scores.length, rows.length);
    assert.ok(rmse < 2.5, `${rmse}`);
    const one = await ask('Abalone', features[0]);
    assert.equal(Number(one.text), scores[0]);
    const libsvm = await ask('Abalone', features[0].split(',').map((v, i) => `${i}:${v}`).join(' '), { ContentType: 'text/libsvm' });
    assert.equal(Number(libsvm.text), scores[0]);
    const json = await ask('Abalone', features[0], { Accept: 'application/json' });
    assert.deepEqual(JSON.parse(json.text), { predictions: [{ score: scores[0] }] });
});

test('what a model refuses is a ModelError', async () => {
    const refused = (Body, more, status, message) => assert.rejects(ask('Abalone', Body, more), (error) => {
        assert.equal(error.name, 'ModelError');
        assert.equal(error.$metadata.httpStatusCode, 424);
        assert.equal(error.OriginalStatusCode, status);
        assert.match(error.message, message);
        assert.match(error.LogStreamArn, /^arn:aws:logs:us-east-1:000000000000:log-group:\/aws\/sagemaker\/Endpoints\/Abalone$/);
        return true;
    });
    await refused('1,2,3', {}, 400, /^Received client error \(400\) from primary with message "Unable to evaluate payload provided: Feature size of csv inference data 3 is not consistent with feature size of trained model 9\."\. See https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=us-east-1#logEventViewer:group=\/aws\/sagemaker\/Endpoints\/Abalone in account 000000000000 for more information\.$/);
    await refused('1,2,three', {}, 400, /is not 'CSV' format/);
    await refused('{}', { ContentType: 'application/xml' }, 415, /^Received client error \(415\) from primary/);
    await assert.rejects(ask('never', 'x'), { name: 'ValidationError', message: 'Endpoint never of account 000000000000 not found.' });
    await assert.rejects(ask('Abalone', features[0], { TargetVariant: 'Other' }), { name: 'ValidationError' });
});

test('names taken and gone', async () => {
    await assert.rejects(model('abalone'), { name: 'ValidationException', message: 'Cannot create already existing model "arn:aws:sagemaker:us-east-1:000000000000:model/abalone".' });
    await assert.rejects(config('abalone', variant('abalone')), { message: 'Cannot create already existing endpoint configuration "arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/abalone".' });
    await assert.rejects(endpoint('abalone', 'abalone'), { message: 'Cannot create already existing endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/abalone".' });
    await assert.rejects(endpoint('x', 'gone'), { message: 'Could not find endpoint configuration "arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/gone".' });
    await assert.rejects(describe('gone'), { message: 'Could not find endpoint "arn:aws:sagemaker:us-east-1:000000000000:endpoint/gone".' });
    await assert.rejects(config('x', variant('gone')), { message: 'Could not find model "arn:aws:sagemaker:us-east-1:000000000000:model/gone".' });
    await assert.rejects(model('nodata', { ModelDataUrl: 's3://data/none.tar.gz' }), { message: 'Could not find model data at s3://data/none.tar.gz.' });
    await assert.rejects(config('big', variant('abalone', 'A', { InstanceType: 'ml.p3.2xlarge' })).then(() => endpoint('big', 'big')), { name: 'ResourceLimitExceeded', message: /^The account-level service limit 'ml\.p3\.2xlarge for endpoint usage' is 0 Instances/ });
});

test('endpoints fail, roll back, scale and go', async () => {
    await put('bad/model.tar.gz', gzipSync('no archive'));
    await model('bad', { ModelDataUrl: 's3://data/bad/model.tar.gz' });
    await model('strange', { Image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/mine:1' });
    await config('bad', variant('bad'));
    await config('strange', variant('strange'));
    await endpoint('bad', 'bad');
    assert.equal((await settled('bad')).FailureReason, 'The primary container for production variant AllTraffic did not pass the ping health check. Please check CloudWatch logs for this endpoint.');
    await endpoint('strange', 'strange');
    assert.match((await settled('strange')).FailureReason, /^Please make sure all images included in the model for the production variant AllTraffic exist/);
    await send(sm.UpdateEndpointCommand, { EndpointName: 'Abalone', EndpointConfigName: 'bad' });
    await assert.rejects(send(sm.UpdateEndpointCommand, { EndpointName: 'Abalone', EndpointConfigName: 'bad' }), { message: /^Cannot update in-progress endpoint/ });
    assert.ok(await ask('Abalone', features[0]));
    const back = await settled('Abalone');
    assert.equal(back.EndpointStatus, 'InService');
    assert.equal(back.EndpointConfigName, 'abalone');
    assert.match(back.FailureReason, /did not pass the ping health check/);
    await send(sm.UpdateEndpointWeightsAndCapacitiesCommand, { EndpointName: 'Abalone', DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 2 }] });
    assert.equal((await describe('Abalone')).ProductionVariants[0].DesiredInstanceCount, 2);
    assert.equal((await settled('Abalone')).ProductionVariants[0].CurrentInstanceCount, 2);
    await send(sm.DeleteEndpointCommand, { EndpointName: 'bad' });
    await until(() => describe('bad').then(() => false, (error) => /Could not find endpoint/.test(error.message)));
});

test('weights share the traffic, and what passes is captured', async () => {
    await send(sm.CreateEndpointConfigCommand, {
        EndpointConfigName: 'two', ProductionVariants: [variant('abalone', 'One', { InitialVariantWeight: 1 }), variant('abalone', 'Two', { InitialVariantWeight: 3 })],
        DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: 's3://data/captured', CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }] },
    });
    await endpoint('two', 'two');
    assert.equal((await settled('two')).DataCaptureConfig.CaptureStatus, 'Started');
    const counts = { One: 0, Two: 0 };
    for (let i = 0; i < 60; i++) counts[(await ask('two', features[i % 50])).InvokedProductionVariant]++;
    assert.ok(counts.One > 3 && counts.Two > counts.One, JSON.stringify(counts));
    assert.equal((await ask('two', features[0], { TargetVariant: 'One' })).InvokedProductionVariant, 'One');
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'data', Prefix: 'captured/two/One/' }));
    const line = JSON.parse(await (await s3.send(new GetObjectCommand({ Bucket: 'data', Key: Contents[0].Key }))).Body.transformToString());
    assert.equal(line.captureData.endpointInput.encoding, 'CSV');
    assert.equal(line.captureData.endpointOutput.mode, 'OUTPUT');
});

test('inference components bring models to an endpoint that has none', async () => {
    await assert.rejects(config('parts', variant(undefined)), { name: 'ValidationException', message: /ExecutionRoleArn is required/ });
    await send(sm.CreateEndpointConfigCommand, { EndpointConfigName: 'parts', ExecutionRoleArn: ROLE, ProductionVariants: [variant(undefined)] });
    const component = (name, EndpointName = 'parts', ModelName = 'abalone') => send(sm.CreateInferenceComponentCommand, {
        InferenceComponentName: name, EndpointName, VariantName: 'AllTraffic', Specification: { ModelName, ComputeResourceRequirements: { MinMemoryRequiredInMb: 256 } }, RuntimeConfig: { CopyCount: 2 },
    });
    await assert.rejects(component('one'), { message: /^Could not find endpoint/ });
    await endpoint('parts', 'parts');
    await settled('parts');
    await assert.rejects(component('one', 'parts', 'none'), { message: /^Could not find model/ });
    await component('one');
    await assert.rejects(ask('parts', features[0], { InferenceComponentName: 'one' }), { name: 'ValidationError', message: /not InService/ });
    const told = await until(async () => {
        const now = await send(sm.DescribeInferenceComponentCommand, { InferenceComponentName: 'one' });
        return now.InferenceComponentStatus === 'InService' && now;
    }, { what: 'a component' });
    assert.deepEqual([told.RuntimeConfig, told.Specification.ModelName, told.EndpointName], [{ DesiredCopyCount: 2, CurrentCopyCount: 2 }, 'abalone', 'parts']);
    assert.equal((await ask('parts', features[0], { InferenceComponentName: 'one' })).text, (await ask('Abalone', features[0])).text);
    await assert.rejects(ask('parts', features[0]), { name: 'ValidationError', message: /^Inference Component Name header is required/ });
    await assert.rejects(ask('Abalone', features[0], { InferenceComponentName: 'one' }), { name: 'ValidationError', message: /^Inference Component Name header is not allowed/ });
    await send(sm.UpdateInferenceComponentRuntimeConfigCommand, { InferenceComponentName: 'one', DesiredRuntimeConfig: { CopyCount: 1 } });
    await assert.rejects(send(sm.DeleteInferenceComponentCommand, { InferenceComponentName: 'one' }), { message: /^Cannot update in-progress inference component/ });
});

test('the registry: groups, versions, approval, and a model made of a package', async () => {
    const group = await send(sm.CreateModelPackageGroupCommand, { ModelPackageGroupName: 'Abalones', ModelPackageGroupDescription: 'shells' });
    assert.equal(group.ModelPackageGroupArn, 'arn:aws:sagemaker:us-east-1:000000000000:model-package-group/abalones');
    const register = () => send(sm.CreateModelPackageCommand, {
        ModelPackageGroupName: 'Abalones', InferenceSpecification: { Containers: [{ Image: XGBOOST, ModelDataUrl: DATA }], SupportedContentTypes: ['text/csv'], SupportedResponseMIMETypes: ['text/csv'] },
        ModelMetrics: { ModelQuality: { Statistics: { ContentType: 'application/json', S3Uri: 's3://data/evaluation.json' } } },
    });
    const [first, second] = [await register(), await register()];
    assert.equal(second.ModelPackageArn, 'arn:aws:sagemaker:us-east-1:000000000000:model-package/abalones/2');
    const described = await send(sm.DescribeModelPackageCommand, { ModelPackageName: first.ModelPackageArn });
    assert.equal(described.ModelPackageVersion, 1);
    assert.equal(described.ModelApprovalStatus, 'PendingManualApproval');
    const absent = first.ModelPackageArn.replace('/1', '/77'), batch = await send(sm.BatchDescribeModelPackageCommand, { ModelPackageArnList: [first.ModelPackageArn, absent] });
    assert.deepEqual([Object.keys(batch.ModelPackageSummaries), Object.keys(batch.BatchDescribeModelPackageErrorMap)], [[first.ModelPackageArn], [absent]]);
    assert.equal(batch.ModelPackageSummaries[first.ModelPackageArn].ModelPackageVersion, 1);
    assert.equal(described.ModelMetrics.ModelQuality.Statistics.S3Uri, 's3://data/evaluation.json');
    await send(sm.UpdateModelPackageCommand, { ModelPackageArn: first.ModelPackageArn, ModelApprovalStatus: 'Approved', ApprovalDescription: 'looked at' });
    const approved = await send(sm.ListModelPackagesCommand, { ModelPackageGroupName: 'Abalones', ModelApprovalStatus: 'Approved' });
    assert.deepEqual(approved.ModelPackageSummaryList.map((p) => p.ModelPackageVersion), [1]);
    await assert.rejects(send(sm.DeleteModelPackageGroupCommand, { ModelPackageGroupName: 'Abalones' }), { message: /still contains Model Packages/ });
    await assert.rejects(send(sm.CreateModelPackageCommand, { ModelPackageGroupName: 'None', SourceUri: 's3://x/y' }), { name: 'ValidationException' });
    await send(sm.CreateModelCommand, { ModelName: 'packed', ExecutionRoleArn: ROLE, PrimaryContainer: { ModelPackageName: first.ModelPackageArn } });
    await config('packed', variant('packed'));
    await endpoint('packed', 'packed');
    assert.equal((await settled('packed')).EndpointStatus, 'InService');
    assert.ok(Number((await ask('packed', features[0])).text) > 0);
});

async function transform(more = {}) {
    const { TransformInput, ...rest } = more;
    const TransformJobName = `transform-${Math.random().toString(36).slice(2)}`;
    await send(sm.CreateTransformJobCommand, {
        TransformJobName, ModelName: 'abalone', TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
        TransformInput: { DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/batch' } }, ContentType: 'text/csv', SplitType: 'Line', ...TransformInput },
        TransformOutput: { S3OutputPath: 's3://data/scored', AssembleWith: 'Line' }, ...rest,
    });
    return until(async () => {
        const now = await send(sm.DescribeTransformJobCommand, { TransformJobName });
        return now.TransformJobStatus !== 'InProgress' && now;
    }, { what: 'a transform job' });
}
const text = async (Key) => (await s3.send(new GetObjectCommand({ Bucket: 'data', Key }))).Body.transformToString();

test('a transform job scores objects line by line, joins and filters', async () => {
    await put('batch/part/one.csv', features.join('\n') + '\n');
    const done = await transform();
    assert.equal(done.TransformJobStatus, 'Completed', done.FailureReason);
    const scores = (await text('scored/part/one.csv.out')).trim().split('\n');
    assert.deepEqual(scores.map(Number), (await ask('Abalone', features.join('\n'))).text.split(',').map(Number));
    await put('batch/part/one.csv', features.map((row, i) => `id${i},${row}`).join('\n') + '\n');
    const joined = await transform({ DataProcessing: { InputFilter: '$[1:]', JoinSource: 'Input', OutputFilter: '$[0,-1]' }, BatchStrategy: 'SingleRecord' });
    assert.equal(joined.TransformJobStatus, 'Completed', joined.FailureReason);
    assert.equal((await text('scored/part/one.csv.out')).split('\n')[7], `id7,${scores[7]}`);
    const failed = await transform();
    assert.equal(failed.FailureReason, 'ClientError: See job logs for more information');
    await put('batch/listed/one.csv', features[0] + '\n');
    await put('batch/listed/two.csv', features[1] + '\n');
    await put('lists/some.manifest', JSON.stringify([{ prefix: 's3://data/batch/listed/' }, 'two.csv']));
    const listed = await transform({ TransformInput: { DataSource: { S3DataSource: { S3DataType: 'ManifestFile', S3Uri: 's3://data/lists/some.manifest' } }, ContentType: 'text/csv', SplitType: 'Line' }, TransformOutput: { S3OutputPath: 's3://data/listed' } });
    assert.equal(listed.TransformJobStatus, 'Completed', listed.FailureReason);
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: 'data', Prefix: 'listed/' }));
    assert.deepEqual(Contents.map((one) => one.Key), ['listed/two.csv.out']);
    await assert.rejects(transform({ MaxConcurrentTransforms: 20, MaxPayloadInMB: 6 }), { name: 'ValidationException', message: /must not exceed 100 MB/ });
    await assert.rejects(transform({ ModelName: 'gone' }), { message: /^Could not find model "arn:/ });
});

test('models of several containers: a chain, or one that is named', async () => {
    const one = (ContainerHostname) => ({ Image: XGBOOST, ModelDataUrl: DATA, ContainerHostname });
    await send(sm.CreateModelCommand, { ModelName: 'direct', ExecutionRoleArn: ROLE, Containers: [one('first'), one('second')], InferenceExecutionConfig: { Mode: 'Direct' } });
    await send(sm.CreateModelCommand, { ModelName: 'chain', ExecutionRoleArn: ROLE, Containers: [one('first'), one('second')] });
    await assert.rejects(send(sm.CreateModelCommand, { ModelName: 'same', ExecutionRoleArn: ROLE, Containers: [one('first'), one('first')] }), { name: 'ValidationException' });
    await send(sm.CreateEndpointConfigCommand, { EndpointConfigName: 'several', ProductionVariants: [variant('direct', 'Direct', { InitialVariantWeight: 0 }), variant('chain', 'Chain')] });
    await endpoint('several', 'several');
    assert.equal((await settled('several')).EndpointStatus, 'InService');
    const direct = await ask('several', features[0], { TargetVariant: 'Direct', TargetContainerHostname: 'second' });
    assert.equal(direct.text, (await ask('Abalone', features[0])).text);
    await assert.rejects(ask('several', features[0], { TargetVariant: 'Direct' }), { name: 'ValidationError' });
    await assert.rejects(ask('several', features[0], { TargetVariant: 'Direct', TargetContainerHostname: 'third' }), { name: 'ValidationError' });
    // the second of the chain gets the first one's reply, a single number, and says so
    await assert.rejects(ask('several', features[0]), (error) => error.name === 'ModelError' && /from second with message .*Feature size of csv inference data 1 /.test(error.message));
});

test('an asynchronous endpoint reads its request from S3 and leaves its reply there, or what went wrong', async () => {
    await send(sm.CreateEndpointConfigCommand, {
        EndpointConfigName: 'patient', ProductionVariants: [variant('abalone', 'One')], AsyncInferenceConfig: { OutputConfig: { S3OutputPath: 's3://data/replies/', S3FailurePath: 's3://data/failures' }, ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 } },
    });
    await endpoint('patient', 'patient');
    assert.equal((await settled('patient')).AsyncInferenceConfig.OutputConfig.S3OutputPath, 's3://data/replies/');
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'asked/good.csv', Body: features.slice(0, 3).join('\n') }));
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'asked/bad.csv', Body: '1,2' }));
    const later = (InputLocation, more = {}) => runtime.send(new InvokeEndpointAsyncCommand({ EndpointName: 'patient', InputLocation, ContentType: 'text/csv', ...more }));
    const read = (url) => until(async () => s3.send(new GetObjectCommand({ Bucket: 'data', Key: url.slice('s3://data/'.length) })).then((found) => found.Body.transformToString(), () => false), { what: url });
    const good = await later('s3://data/asked/good.csv', { InferenceId: 'mine' });
    assert.equal(good.InferenceId, 'mine');
    assert.match(good.OutputLocation, /^s3:\/\/data\/replies\/[0-9a-f-]{36}\.out$/);
    assert.match(good.FailureLocation, /^s3:\/\/data\/failures\/[0-9a-f-]{36}-error\.out$/);
    assert.equal((await read(good.OutputLocation)).trim().split(/[\n,]/).length, 3);
    assert.match(await read((await later('s3://data/asked/bad.csv')).FailureLocation), /^Received (client|server) error \(4\d\d\) from primary/);
    assert.match(await read((await later('s3://data/asked/nothing.csv')).FailureLocation), /NoSuchKey/);
    const many = await Promise.all(Array.from({ length: 15 }, () => later('s3://data/asked/good.csv')));
    for (const { OutputLocation } of many)
        assert.equal((await read(OutputLocation)).trim().split(/[\n,]/).length, 3);
    await assert.rejects(later('https://data/asked/good.csv'), { name: 'ValidationError', message: /InputLocation/ });
    await assert.rejects(later('s3://data/asked/good.csv', { EndpointName: 'two' }), { name: 'ValidationError', message: /not an asynchronous endpoint/ });
    await assert.rejects(ask('patient', features[0]), { name: 'ValidationError', message: /InvokeEndpointAsync/ });
    await assert.rejects(runtime.send(new InvokeEndpointWithResponseStreamCommand({ EndpointName: 'two', Body: '1' })), { name: 'NotImplemented', message: /InvokeEndpointWithResponseStream/ });
});
