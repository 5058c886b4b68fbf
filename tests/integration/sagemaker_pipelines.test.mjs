// Pipelines as the public guides shape them, from start to model package and endpoint: data in S3, XGBoost that really learns, a condition on its
// metric; state machines that start and await them; kill -9 in the middle.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SageMakerRuntimeClient, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import * as sm from '@aws-sdk/client-sagemaker';
import { client, start, until } from './emulator.mjs';
import { abalone, churn } from './sagemaker_data.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';

let emulator, s3, sagemaker, runtime, states;
function connect() {
    sagemaker = new sm.SageMakerClient(client(emulator));
    runtime = new SageMakerRuntimeClient(client(emulator));
    states = new SFNClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
}
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
async function fill() {
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('abalone/train/train.csv', abalone(600, 1));
    await put('abalone/validation/validation.csv', abalone(200, 2));
    await put('spoiled/train/train.csv', abalone(600, 1, true));
    await put('spoiled/validation/validation.csv', abalone(200, 2, true));
    await put('churn/train/train.csv', churn(600, 1));
    await put('churn/validation/validation.csv', churn(300, 2));
}
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    connect();
    await fill();
});
after(() => emulator.kill());

const get = (name) => ({ Get: name });
const join_ = (...Values) => ({ 'Std:Join': { On: '/', Values } });
const channel = (ChannelName) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: join_(get('Parameters.InputData'), ChannelName), S3DataDistributionType: 'FullyReplicated' } } });
const training = (more) => ({
    Name: 'Train', Type: 'Training',
    Arguments: {
        AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
        OutputDataConfig: { S3OutputPath: 's3://data/models' },
        StoppingCondition: { MaxRuntimeInSeconds: 86400 },
        ResourceConfig: { InstanceCount: 1, InstanceType: get('Parameters.TrainingInstanceType'), VolumeSizeInGB: 30 },
        RoleArn: ROLE, InputDataConfig: [channel('train'), channel('validation')],
        ...more,
    },
});
const registration = {
    Name: 'Register', Type: 'RegisterModel',
    Arguments: {
        ModelPackageGroupName: 'AbaloneModelPackageGroup', ModelApprovalStatus: get('Parameters.ModelApprovalStatus'),
        InferenceSpecification: {
            Containers: [{ Image: XGBOOST, ModelDataUrl: get('Steps.Train.ModelArtifacts.S3ModelArtifacts') }],
            SupportedContentTypes: ['text/csv'], SupportedResponseMIMETypes: ['text/csv'], SupportedRealtimeInferenceInstanceTypes: ['ml.m5.large'], SupportedTransformInstanceTypes: ['ml.m5.large'],
        },
    },
};
const definition = ({ hyperparameters, metric, operator, limit }) => ({
    Version: '2020-12-01', Metadata: {},
    Parameters: [
        { Name: 'TrainingInstanceType', Type: 'String', DefaultValue: 'ml.m5.xlarge' },
        { Name: 'ModelApprovalStatus', Type: 'String', DefaultValue: 'Approved', EnumValues: ['Approved', 'PendingManualApproval'] },
        { Name: 'InputData', Type: 'String', DefaultValue: 's3://data/abalone' },
        { Name: 'Limit', Type: 'Float', DefaultValue: limit },
    ],
    PipelineExperimentConfig: { ExperimentName: get('Execution.PipelineName'), TrialName: get('Execution.PipelineExecutionId') },
    Steps: [
        training({ HyperParameters: hyperparameters }),
        {
            Name: 'GoodEnough', Type: 'Condition',
            Arguments: {
                Conditions: [{ Type: operator, LeftValue: get(`Steps.Train.FinalMetricDataList['${metric}'].Value`), RightValue: get('Parameters.Limit') }],
                IfSteps: [
                    registration,
                    { Name: 'Model', Type: 'Model', Arguments: { ExecutionRoleArn: ROLE, PrimaryContainer: { Image: XGBOOST, ModelDataUrl: get('Steps.Train.ModelArtifacts.S3ModelArtifacts'), Environment: {} } } },
                ],
                ElseSteps: [{ Name: 'TooBad', Type: 'Fail', Arguments: { ErrorMessage: { 'Std:Join': { On: ' ', Values: ['Execution failed due to', metric, 'limit', get('Parameters.Limit')] } } } }],
            },
        },
    ],
});
const rmse = definition({ hyperparameters: { objective: 'reg:squarederror', num_round: '30', max_depth: '4', eta: '0.3' }, metric: 'validation:rmse', operator: 'LessThanOrEqualTo', limit: 3 });
const auc = definition({ hyperparameters: { objective: 'binary:logistic', eval_metric: 'auc', num_round: '30', max_depth: '4' }, metric: 'validation:auc', operator: 'GreaterThan', limit: 0.8 });

const create = (PipelineName, PipelineDefinition) => sagemaker.send(new sm.CreatePipelineCommand({ PipelineName, RoleArn: ROLE, PipelineDefinition: JSON.stringify(PipelineDefinition) }));
const ended = (PipelineExecutionArn) => until(async () => {
    const now = await sagemaker.send(new sm.DescribePipelineExecutionCommand({ PipelineExecutionArn }));
    return !['Executing', 'Stopping'].includes(now.PipelineExecutionStatus) && now;
}, { what: 'a pipeline' });
async function run(PipelineName, parameters = {}) {
    const PipelineParameters = Object.entries(parameters).map(([Name, Value]) => ({ Name, Value }));
    const { PipelineExecutionArn } = await sagemaker.send(new sm.StartPipelineExecutionCommand({ PipelineName, PipelineParameters }));
    const execution = await ended(PipelineExecutionArn);
    const { PipelineExecutionSteps } = await sagemaker.send(new sm.ListPipelineExecutionStepsCommand({ PipelineExecutionArn, SortOrder: 'Ascending' }));
    return { execution, steps: Object.fromEntries(PipelineExecutionSteps.map((step) => [step.StepName, step])), order: PipelineExecutionSteps.map((step) => `${step.StepName} ${step.StepStatus}`) };
}

test('abalone: trained, good enough, registered, a model and an endpoint that answers', async () => {
    await create('AbalonePipeline', rmse);
    const { execution, steps, order } = await run('AbalonePipeline');
    assert.deepEqual(order, ['Train Succeeded', 'GoodEnough Succeeded', 'Register Succeeded', 'Model Succeeded']);
    assert.equal(execution.PipelineExperimentConfig.ExperimentName, 'abalonepipeline');
    assert.equal(steps.GoodEnough.Metadata.Condition.Outcome, 'True');
    const job = await sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName: steps.Train.Metadata.TrainingJob.Arn.split('/').pop() }));
    assert.match(job.TrainingJobName, /^pipelines-[a-z0-9]{12}-Train-[A-Za-z0-9]{10}$/);
    const { Tags } = await sagemaker.send(new sm.ListTagsCommand({ ResourceArn: job.TrainingJobArn }));
    assert.deepEqual(Tags.map((tag) => tag.Key), ['sagemaker:pipeline-execution-arn', 'sagemaker:pipeline-step-name']);
    const ModelPackageName = steps.Register.Metadata.RegisterModel.Arn;
    const model = await sagemaker.send(new sm.DescribeModelPackageCommand({ ModelPackageName }));
    assert.equal(model.ModelApprovalStatus, 'Approved');
    assert.equal(model.InferenceSpecification.Containers[0].ModelDataUrl, job.ModelArtifacts.S3ModelArtifacts);
    await sagemaker.send(new sm.CreateModelCommand({ ModelName: 'registered', ExecutionRoleArn: ROLE, PrimaryContainer: { ModelPackageName } }));
    await sagemaker.send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: 'abalone', ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'registered', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }] }));
    await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'abalone', EndpointConfigName: 'abalone' }));
    await until(async () => (await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'abalone' }))).EndpointStatus === 'InService', { what: 'the endpoint' });
    const rows = abalone(20, 3).trim().split('\n').map((row) => row.split(','));
    const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'abalone', ContentType: 'text/csv', Body: rows.map((row) => row.slice(1).join(',')).join('\n') }));
    const rings = Buffer.from(Body).toString().trim().split(/[\n,]/).map(Number);
    const off = Math.sqrt(rings.reduce((sum, value, i) => sum + (value - rows[i][0]) ** 2, 0) / rows.length);
    assert.ok(off < 3, `off by ${off}`);
    // what it left behind
    const { Vertices } = await sagemaker.send(new sm.QueryLineageCommand({ StartArns: [(await sagemaker.send(new sm.ListArtifactsCommand({ SourceUri: job.ModelArtifacts.S3ModelArtifacts }))).ArtifactSummaries[0].ArtifactArn], Direction: 'Ascendants' }));
    assert.deepEqual(Vertices.map((vertex) => vertex.Type ?? vertex.LineageType).sort(), ['DataSet', 'DataSet', 'Image', 'TrialComponent']);
});

test('spoiled data, a quota, an empty prefix: each fails in its own words', async () => {
    const spoiled = await run('AbalonePipeline', { InputData: 's3://data/spoiled' });
    assert.deepEqual(spoiled.order, ['Train Succeeded', 'GoodEnough Succeeded', 'TooBad Failed']);
    assert.equal(spoiled.execution.FailureReason, 'Step failure: One or multiple steps failed.');
    assert.equal(spoiled.steps.TooBad.FailureReason, 'Execution failed due to validation:rmse limit 3');
    const large = await run('AbalonePipeline', { TrainingInstanceType: 'ml.p3.2xlarge' });
    assert.match(large.steps.Train.FailureReason, /^ClientError: Failed to invoke sagemaker:CreateTrainingJob\. Error Details: The account-level service limit 'ml\.p3\.2xlarge for training job usage' is 0 Instances.*\nRetry not appropriate on execution of step with PipelineExecutionArn .* and StepId Train\. No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT\.$/s);
    const empty = await run('AbalonePipeline', { InputData: 's3://data/nothing' });
    assert.match(empty.steps.Train.FailureReason, /No S3 objects found under S3 URL "s3:\/\/data\/nothing\/train"/);
    await assert.rejects(run('AbalonePipeline', { ModelApprovalStatus: 'Perhaps' }), { name: 'ValidationException' });
});

test('churn: an area under the curve decides', async () => {
    await create('ChurnPipeline', auc);
    const { order } = await run('ChurnPipeline', { InputData: 's3://data/churn' });
    assert.deepEqual(order.slice(0, 3), ['Train Succeeded', 'GoodEnough Succeeded', 'Register Succeeded']);
    const strict = await run('ChurnPipeline', { InputData: 's3://data/churn', Limit: '0.9999' });
    assert.equal(strict.order.at(-1), 'TooBad Failed');
});

async function machine(name, Resource, Parameters) {
    const { stateMachineArn } = await states.send(new CreateStateMachineCommand({ name, roleArn: ROLE, definition: JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Task', Resource, Parameters, End: true } } }) }));
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    return until(async () => {
        const now = await states.send(new DescribeExecutionCommand({ executionArn }));
        return now.status !== 'RUNNING' && now;
    }, { what: 'an execution' });
}

test('state machines start and await jobs and pipelines', async () => {
    const { HyperParameters, ...rest } = rmse.Steps[0].Arguments;
    const job = { ...rest, TrainingJobName: 'from-a-machine', HyperParameters, ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 30 }, InputDataConfig: ['train', 'validation'].map((name) => ({ ...channel(name), DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://data/abalone/${name}` } } })) };
    const trained = await machine('trains', 'arn:aws:states:::sagemaker:createTrainingJob.sync', job);
    assert.equal(trained.status, 'SUCCEEDED', trained.cause);
    const output = JSON.parse(trained.output);
    assert.equal(output.TrainingJobStatus, 'Completed');
    assert.equal(typeof output.CreationTime, 'number');
    const again = await machine('trains-again', 'arn:aws:states:::sagemaker:createTrainingJob.sync', job);
    assert.equal(again.error, 'SageMaker.ResourceInUseException');
    const large = await machine('too-large', 'arn:aws:states:::sagemaker:createTrainingJob.sync', { ...job, TrainingJobName: 'large', ResourceConfig: { ...job.ResourceConfig, InstanceType: 'ml.p3.2xlarge' } });
    assert.equal(large.error, 'SageMaker.ResourceLimitExceededException');
    const empty = await machine('empty', 'arn:aws:states:::sagemaker:createTrainingJob.sync', { ...job, TrainingJobName: 'empty', InputDataConfig: [{ ...job.InputDataConfig[0], DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/nothing' } } }] });
    assert.equal(empty.error, 'SageMaker.AmazonSageMakerException');
    const pipeline = await machine('pipes', 'arn:aws:states:::sagemaker:startPipelineExecution.sync', { PipelineName: 'AbalonePipeline', PipelineParameters: [{ Name: 'InputData', Value: 's3://data/spoiled' }] });
    assert.equal(pipeline.error, 'States.TaskFailed');
    assert.equal(JSON.parse(pipeline.cause).PipelineExecutionStatus, 'Failed');
});

test('a pipeline goes on after kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-pipelines-'));
    const other = emulator;
    emulator = await start(['sandbox', '--data', folder]);
    try {
        connect();
        await fill();
        await create('AbalonePipeline', rmse);
        const { PipelineExecutionArn } = await sagemaker.send(new sm.StartPipelineExecutionCommand({ PipelineName: 'AbalonePipeline' }));
        for (let kills = 0; kills < 3; kills++) {
            await emulator.kill('SIGKILL');
            emulator = await start(['sandbox', '--data', folder]);
            connect();
        }
        const { PipelineExecutionStatus } = await ended(PipelineExecutionArn);
        assert.equal(PipelineExecutionStatus, 'Succeeded');
        const { TrainingJobSummaries } = await sagemaker.send(new sm.ListTrainingJobsCommand({}));
        assert.equal(TrainingJobSummaries.length, 1);
    } finally {
        await emulator.kill();
        rmSync(folder, { recursive: true });
        emulator = other;
        connect();
    }
});
