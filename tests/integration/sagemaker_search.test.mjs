// Search over SageMaker's resources: what an expression finds, in which order, page by page; what it refuses; suggestions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as sdk from '@aws-sdk/client-sagemaker';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { client, start, until } from './emulator.mjs';

let emulator, sagemaker;
const ROLE = 'arn:aws:iam::000000000000:role/SageMaker';
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const send = (operation, input = {}) => sagemaker.send(new sdk[`${operation}Command`](input));
const search = (Resource, Filters, more = {}) => send('Search', { Resource, SearchExpression: Filters && { Filters }, ...more });
const is = (Name, Value, Operator = 'Equals') => ({ Name, Operator, Value });

before(async () => {
    emulator = await start();
    sagemaker = new sdk.SageMakerClient(client(emulator));
    const s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'search' }));
    for (const key of ['train/a.csv', 'other/a.csv']) await s3.send(new PutObjectCommand({ Bucket: 'search', Key: key, Body: '1,2\n2,3\n3,4\n4,5\n' }));
    const channel = (ChannelName, prefix) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://search/${prefix}` } } });
    for (const [name, eta, team, channels] of [['churn-1', '0.1', 'red', [channel('train', 'train'), channel('validation', 'other')]], ['churn-2', '0.35', 'blue', [channel('train', 'other'), channel('validation', 'train')]], ['price-1', '0.6', 'red', [channel('train', 'train')]]])
        await send('CreateTrainingJob', {
            TrainingJobName: name, RoleArn: ROLE, AlgorithmSpecification: { TrainingImage: IMAGE, TrainingInputMode: 'File' }, HyperParameters: { num_round: '2', eta }, InputDataConfig: channels,
            OutputDataConfig: { S3OutputPath: 's3://search/out' }, ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 }, StoppingCondition: { MaxRuntimeInSeconds: 600 }, Tags: [{ Key: 'team', Value: team }],
        });
    for (const name of ['churn-1', 'churn-2', 'price-1'])
        await until(async () => (await send('DescribeTrainingJob', { TrainingJobName: name })).TrainingJobStatus === 'Completed', { what: name });
});
after(() => emulator?.kill());

const jobs = (result) => result.Results.map((one) => one.TrainingJob.TrainingJobName);

test('training jobs by name, hyperparameter, tag, metric, instant and channel', async () => {
    const rows = [
        [[is('TrainingJobName', 'churn', 'Contains')], ['churn-1', 'churn-2']],
        [[is('HyperParameters.eta', '0.3', 'GreaterThan')], ['churn-2', 'price-1']],
        [[is('Tags.team', 'red'), is('TrainingJobName', 'churn-1, churn-2', 'In')], ['churn-1']],
        [[is('Metrics.train:rmse', '1000', 'LessThan')], ['churn-1', 'churn-2', 'price-1']],
        [[is('CreationTime', new Date(Date.now() + 3600e3).toISOString(), 'GreaterThan')], []],
        [[is('FailureReason', undefined, 'NotExists'), is('TrainingJobStatus', 'Completed')], ['churn-1', 'churn-2', 'price-1']],
    ];
    for (const [filters, names] of rows)
        assert.deepEqual(jobs(await search('TrainingJob', filters, { SortBy: 'TrainingJobName', SortOrder: 'Ascending' })), names, JSON.stringify(filters));
    const nested = await send('Search', { Resource: 'TrainingJob', SearchExpression: { NestedFilters: [{ NestedPropertyName: 'InputDataConfig', Filters: [
        is('InputDataConfig.ChannelName', 'train'), is('InputDataConfig.DataSource.S3DataSource.S3Uri', 'search/other', 'Contains')] }] } });
    assert.deepEqual(jobs(nested), ['churn-2']);
    const either = await send('Search', { Resource: 'TrainingJob', SortBy: 'CreationTime', SearchExpression: { Operator: 'Or', Filters: [is('TrainingJobName', 'price-1')], SubExpressions: [{ Filters: [is('Tags.team', 'blue')] }] } });
    assert.deepEqual(jobs(either), ['price-1', 'churn-2']); // the last first, unless said
});

test('pages in order, with the number of all; a token of another search is refused', async () => {
    const page = await search('TrainingJob', undefined, { MaxResults: 2, SortBy: 'HyperParameters.eta', SortOrder: 'Ascending' });
    assert.deepEqual([jobs(page), page.TotalHits.Value], [['churn-1', 'churn-2'], 3]);
    const rest = await search('TrainingJob', undefined, { MaxResults: 2, SortBy: 'HyperParameters.eta', SortOrder: 'Ascending', NextToken: page.NextToken });
    assert.deepEqual([jobs(rest), rest.NextToken], [['price-1'], undefined]);
    await assert.rejects(search('TrainingJob', [is('Tags.team', 'red')], { NextToken: page.NextToken }), { name: 'ValidationException' });
    await assert.rejects(search('TrainingJob', [is('Colour', 'red')]), { name: 'ValidationException', message: 'Unknown property: Colour of TrainingJob.' });
    await assert.rejects(search('TrainingJob', undefined, { SortBy: 'Colour' }), { name: 'ValidationException' });
    await assert.rejects(search('Nothing'), { name: 'ValidationException' });
});

test('every type of resource is found as its record tells it', async () => {
    await send('CreateModel', { ModelName: 'm', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: IMAGE }, Tags: [{ Key: 'team', Value: 'red' }] });
    await send('CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants: [{ VariantName: 'all', ModelName: 'm', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 }] });
    await send('CreateEndpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
    await send('CreateModelPackageGroup', { ModelPackageGroupName: 'g' });
    await send('CreateModelPackage', { ModelPackageGroupName: 'g', InferenceSpecification: { Containers: [{ Image: IMAGE, ModelDataUrl: 's3://search/m.tar.gz' }], SupportedContentTypes: ['text/csv'], SupportedResponseMIMETypes: ['text/csv'] } });
    await send('CreatePipeline', { PipelineName: 'p', RoleArn: ROLE, ClientRequestToken: 'a-token-of-at-least-thirty-two-characters', PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Parameters: [{ Name: 'Depth', Type: 'Integer', DefaultValue: 1 }], Steps: [{ Name: 'Stop', Type: 'Fail', Arguments: { ErrorMessage: 'x' } }] }) });
    await send('StartPipelineExecution', { PipelineName: 'p', PipelineParameters: [{ Name: 'Depth', Value: '7' }], ClientRequestToken: 'another-token-of-at-least-thirty-two-characters' });
    await send('CreateTrialComponent', { TrialComponentName: 't', Parameters: { depth: { NumberValue: 7 } } });
    await send('CreateModelCard', { ModelCardName: 'card', Content: '{}', ModelCardStatus: 'Draft', Tags: [{ Key: 'team', Value: 'red' }] });
    await send('CreateProject', { ProjectName: 'pr', ServiceCatalogProvisioningDetails: { ProductId: 'prod-1' } });
    await send('CreateImage', { ImageName: 'i', RoleArn: ROLE });
    await send('CreateExperiment', { ExperimentName: 'ex' });
    await send('CreateTrial', { ExperimentName: 'ex', TrialName: 'tr' });
    await send('CreateFeatureGroup', { FeatureGroupName: 'fg', RecordIdentifierFeatureName: 'id', EventTimeFeatureName: 'at', OnlineStoreConfig: { EnableOnlineStore: true }, FeatureDefinitions: [{ FeatureName: 'id', FeatureType: 'String' }, { FeatureName: 'at', FeatureType: 'String' }] });
    await until(async () => (await send('DescribeFeatureGroup', { FeatureGroupName: 'fg' })).FeatureGroupStatus === 'Created', { what: 'a feature group' });
    await send('UpdateFeatureMetadata', { FeatureGroupName: 'fg', FeatureName: 'at', ParameterAdditions: [{ Key: 'unit', Value: 'second' }] });
    const rows = [
        ['Model', is('Tags.team', 'red'), (one) => one.Model.Model.ModelName === 'm'],
        ['Endpoint', is('EndpointConfigName', 'c'), (one) => one.Endpoint.EndpointName === 'e'],
        ['ModelPackageGroup', is('ModelPackageGroupName', 'g'), (one) => one.ModelPackageGroup.ModelPackageGroupArn],
        ['ModelPackage', is('ModelPackageVersion', '1'), (one) => one.ModelPackage.ModelPackageGroupName === 'g'],
        ['Pipeline', is('PipelineName', 'p'), (one) => one.Pipeline.RoleArn === ROLE && !one.Pipeline.PipelineDefinition],
        ['PipelineExecution', is('PipelineParameters.Value', '7'), (one) => one.PipelineExecution.PipelineArn],
        ['PipelineVersion', is('PipelineVersionId', '1'), (one) => one.PipelineVersion.PipelineArn.endsWith('/p')],
        ['ExperimentTrialComponent', is('Parameters.depth.NumberValue', '5', 'GreaterThan'), (one) => one.TrialComponent.TrialComponentName === 't'],
        ['ModelCard', is('ModelCardStatus', 'Draft'), (one) => one.ModelCard.Tags[0].Value === 'red'],
        ['Project', is('ProjectName', 'pr'), (one) => one.Project.ProjectId],
        ['Experiment', is('ExperimentName', 'ex'), (one) => one.Experiment.ExperimentArn],
        ['ExperimentTrial', is('ExperimentName', 'ex'), (one) => one.Trial.TrialName === 'tr'],
        ['FeatureGroup', is('FeatureDefinitions.FeatureName', 'at'), (one) => one.FeatureGroup.FeatureGroupName === 'fg'],
        ['FeatureMetadata', is('Parameters.unit', 'second'), (one) => one.FeatureMetadata.FeatureName === 'at'],
        ['Image', is('ImageName', 'i'), (one) => one],
    ];
    for (const [resource, filter, good] of rows) {
        const { Results } = await search(resource, [filter]);
        assert.equal(Results.length, 1, resource);
        assert.ok(good(Results[0]), `${resource}: ${JSON.stringify(Results[0])}`);
    }
    assert.equal((await search('Model', undefined, { CrossAccountFilterOption: 'CrossAccount' })).Results.length, 0);
});

test('suggestions begin with the hint, however deep, and know what rows have', async () => {
    const suggest = async (PropertyNameHint) => (await send('GetSearchSuggestions', { Resource: 'TrainingJob', SuggestionQuery: { PropertyNameQuery: { PropertyNameHint } } })).PropertyNameSuggestions.map((one) => one.PropertyName);
    assert.deepEqual((await suggest('TrainingJobN')), ['TrainingJobName']);
    assert.deepEqual((await suggest('hyperparameters.e')), ['HyperParameters.eta']);
    assert.ok((await suggest('InputDataConfig.Data')).includes('InputDataConfig.DataSource.S3DataSource.S3Uri'));
    assert.deepEqual(await suggest('Tags.t'), ['Tags.team']);
});
