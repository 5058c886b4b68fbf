// Pipelines as the public guides shape them, from start to model package and endpoint: data in S3, XGBoost that really learns, a condition on its
// metric; state machines that start and await them; kill -9 in the middle.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateStateMachineCommand, DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { SageMakerRuntimeClient, InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import * as sm from '@aws-sdk/client-sagemaker';
import { client, start, until } from './emulator.mjs';
import { abalone, churn } from './sagemaker_data.mjs';

const noSandbox = spawnSync('bwrap', ['--unshare-user', '--unshare-net', '--unshare-pid', '--ro-bind', '/', '/', '--proc', '/proc', 'python3', '--version']).status !== 0 && 'this machine has no bubblewrap or no python3';
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

test('churn: a definition that stands in S3; an area under the curve decides', async () => {
    await put('pipelines/churn.json', JSON.stringify(auc));
    await sagemaker.send(new sm.CreatePipelineCommand({ PipelineName: 'ChurnPipeline', RoleArn: ROLE, PipelineDefinitionS3Location: { Bucket: 'data', ObjectKey: 'pipelines/churn.json' } }));
    await assert.rejects(sagemaker.send(new sm.UpdatePipelineCommand({ PipelineName: 'ChurnPipeline', PipelineDefinitionS3Location: { Bucket: 'data', ObjectKey: 'nothing' } })), { name: 'ValidationException', message: /The specified key does not exist/ });
    const { PipelineDefinition, PipelineVersionDisplayName } = await sagemaker.send(new sm.DescribePipelineCommand({ PipelineName: 'ChurnPipeline' }));
    assert.deepEqual(JSON.parse(PipelineDefinition), auc);
    assert.equal(PipelineVersionDisplayName, undefined);
    const { order } = await run('ChurnPipeline', { InputData: 's3://data/churn' });
    assert.deepEqual(order.slice(0, 3), ['Train Succeeded', 'GoodEnough Succeeded', 'Register Succeeded']);
    const strict = await run('ChurnPipeline', { InputData: 's3://data/churn', Limit: '0.9999' });
    assert.equal(strict.order.at(-1), 'TooBad Failed');
});

const SKLEARN = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3';
const preprocess = `
import os, random
rows = open("/opt/ml/processing/input/abalone.csv").read().split()
random.Random(7).shuffle(rows)
parts = {"train": rows[:400], "validation": rows[400:500], "test": rows[500:]}
parts["features"] = [row.split(",", 1)[1] for row in parts["test"]]
for name, part in parts.items():
    os.makedirs("/opt/ml/processing/" + name, exist_ok=True)
    with open("/opt/ml/processing/%s/%s.csv" % (name, name), "w") as file:
        file.write("\\n".join(part) + "\\n")
print("rows:", len(rows))
`;
const evaluation = `
import json, os
truth = [float(row.split(",")[0]) for row in open("/opt/ml/processing/test/test.csv").read().split()]
said = [float(row) for row in open("/opt/ml/processing/said/features.csv.out").read().split()]
mse = sum((a - b) ** 2 for a, b in zip(truth, said)) / len(truth)
os.makedirs("/opt/ml/processing/evaluation", exist_ok=True)
json.dump({"regression_metrics": {"mse": {"value": mse, "standard_deviation": "NaN"}}}, open("/opt/ml/processing/evaluation/evaluation.json", "w"))
`;
const input = (InputName, S3Uri, LocalPath) => ({ InputName, AppManaged: false, S3Input: { S3Uri, LocalPath, S3DataType: 'S3Prefix', S3InputMode: 'File', S3DataDistributionType: 'FullyReplicated', S3CompressionType: 'None' } });
const output = (OutputName) => ({ OutputName, AppManaged: false, S3Output: { S3Uri: { 'Std:Join': { On: '/', Values: ['s3://data/guide', get('Execution.PipelineExecutionId'), OutputName] } }, LocalPath: `/opt/ml/processing/${OutputName}`, S3UploadMode: 'EndOfJob' } });
const processing = (Name, script, inputs, outputs, more = {}) => ({
    Name, Type: 'Processing', ...more,
    Arguments: {
        ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
        AppSpecification: { ImageUri: SKLEARN, ContainerEntrypoint: ['python3', `/opt/ml/processing/input/code/${script}`] },
        RoleArn: ROLE, ProcessingInputs: [...inputs, input('code', `s3://data/code/${script}`, '/opt/ml/processing/input/code')], ProcessingOutputConfig: { Outputs: outputs.map(output) },
    },
});
const made = (name) => get(`Steps.Process.ProcessingOutputConfig.Outputs['${name}'].S3Output.S3Uri`);
const guided = {
    Version: '2020-12-01',
    Parameters: [{ Name: 'TrainingInstanceType', Type: 'String', DefaultValue: 'ml.m5.xlarge' }, { Name: 'ModelApprovalStatus', Type: 'String', DefaultValue: 'PendingManualApproval' }],
    Steps: [
        processing('Process', 'preprocess.py', [input('input-1', 's3://data/raw/abalone.csv', '/opt/ml/processing/input')], ['train', 'validation', 'test', 'features'], { CacheConfig: { Enabled: true, ExpireAfter: 'P30d' } }),
        training({ HyperParameters: { objective: 'reg:linear', num_round: '30', max_depth: '4', eta: '0.3' }, InputDataConfig: ['train', 'validation'].map((name) => ({ ChannelName: name, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: made(name), S3DataDistributionType: 'FullyReplicated' } } })) }),
        { Name: 'Model', Type: 'Model', Arguments: { ExecutionRoleArn: ROLE, PrimaryContainer: { Image: XGBOOST, ModelDataUrl: get('Steps.Train.ModelArtifacts.S3ModelArtifacts') } } },
        {
            Name: 'Transform', Type: 'Transform',
            Arguments: { ModelName: get('Steps.Model.ModelName'), TransformInput: { ContentType: 'text/csv', SplitType: 'Line', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: made('features') } } }, TransformOutput: { S3OutputPath: { 'Std:Join': { On: '/', Values: ['s3://data/said', get('Execution.PipelineExecutionId')] } }, AssembleWith: 'Line' }, TransformResources: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge' } },
        },
        processing('Evaluate', 'evaluation.py', [input('test', made('test'), '/opt/ml/processing/test'), input('said', get('Steps.Transform.TransformOutput.S3OutputPath'), '/opt/ml/processing/said')], ['evaluation'], { PropertyFiles: [{ PropertyFileName: 'EvaluationReport', OutputName: 'evaluation', FilePath: 'evaluation.json' }] }),
        {
            Name: 'MSECond', Type: 'Condition',
            Arguments: {
                Conditions: [{ Type: 'LessThanOrEqualTo', LeftValue: { 'Std:JsonGet': { PropertyFile: { Get: 'Steps.Evaluate.PropertyFiles.EvaluationReport' }, Path: 'regression_metrics.mse.value' } }, RightValue: 6.0 }],
                IfSteps: [registration], ElseSteps: [{ Name: 'TooBad', Type: 'Fail', Arguments: { ErrorMessage: 'MSE > 6' } }],
            },
        },
    ],
};

test('abalone as the guide has it: scripts in Python, a batch transform, a property file, a package that waits for approval', { skip: noSandbox }, async () => {
    await put('raw/abalone.csv', abalone(600, 1));
    await put('code/preprocess.py', preprocess);
    await put('code/evaluation.py', evaluation);
    await create('GuidedPipeline', guided);
    const { steps, order } = await run('GuidedPipeline');
    assert.deepEqual(order, ['Process Succeeded', 'Train Succeeded', 'Model Succeeded', 'Transform Succeeded', 'Evaluate Succeeded', 'MSECond Succeeded', 'Register Succeeded'], JSON.stringify(steps, null, 1));
    const model = await sagemaker.send(new sm.DescribeModelPackageCommand({ ModelPackageName: steps.Register.Metadata.RegisterModel.Arn }));
    assert.equal(model.ModelApprovalStatus, 'PendingManualApproval');
    // spoiled data under the old prefix are not seen while the cache holds
    await put('raw/abalone.csv', abalone(600, 1, true));
    const stale = await run('GuidedPipeline');
    assert.match(stale.steps.Process.CacheHitResult.SourcePipelineExecutionArn, /guidedpipeline\/execution\//i);
    assert.equal(stale.steps.MSECond.Metadata.Condition.Outcome, 'True');
    guided.Steps[0].CacheConfig.Enabled = false;
    await sagemaker.send(new sm.UpdatePipelineCommand({ PipelineName: 'GuidedPipeline', PipelineDefinition: JSON.stringify(guided) }));
    assert.equal((await run('GuidedPipeline')).order.at(-1), 'TooBad Failed');
});

test('a tuning step: its best training job is known to later steps', async () => {
    const { HyperParameters, ...job } = rmse.Steps[0].Arguments;
    const best = (property) => ({ 'Std:Join': { On: ' ', Values: [get(`Steps.Tune.${property}.TrainingJobName`), get(`Steps.Tune.${property}.FinalHyperParameterTuningJobObjectiveMetric.MetricName`)] } });
    await create('TunedPipeline', {
        ...rmse,
        Steps: [
            {
                Name: 'Tune', Type: 'Tuning',
                Arguments: {
                    HyperParameterTuningJobConfig: {
                        Strategy: 'Random', RandomSeed: 3, ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 3 },
                        HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'validation:rmse' },
                        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.05', MaxValue: '0.5' }] },
                    },
                    TrainingJobDefinition: { ...job, StaticHyperParameters: { objective: 'reg:squarederror', num_round: '10' } },
                },
            },
            { Name: 'Tell', Type: 'Fail', Arguments: { ErrorMessage: { 'Std:Join': { On: ', ', Values: [best('BestTrainingJob'), best('TrainingJobSummaries[0]')] } } } },
        ],
    });
    const { order, steps } = await run('TunedPipeline');
    assert.deepEqual(order, ['Tune Succeeded', 'Tell Failed'], steps.Tune.FailureReason);
    const [first, second] = steps.Tell.FailureReason.split(', ');
    assert.match(first, /^\S+ validation:rmse$/);
    assert.match(second, /^\S+ validation:rmse$/);
    assert.match(steps.Tune.Metadata.TuningJob.Arn, /hyper-parameter-tuning-job\//);
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

test('roles: what a machine and a pipeline need to begin a job, in IAM\'s words', async () => {
    const other = emulator;
    emulator = await start(['sandbox', '--memory', '--iam', 'enforce']);
    try {
        connect();
        await fill();
        const iam = new IAMClient(client(emulator));
        const role = async (RoleName, Service, Statement) => {
            const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' }] }) }));
            await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'Only', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }));
            return Role.Arn;
        };
        const allow = (...Action) => ({ Effect: 'Allow', Action, Resource: '*' });
        const trains = await role('Trains', 'sagemaker.amazonaws.com', [allow('s3:*', 'logs:*')]);
        const machine = await role('Machine', 'states.amazonaws.com', [allow('sagemaker:CreateTrainingJob', 'sagemaker:DescribeTrainingJob', 'iam:PassRole')]);
        const job = { ...rmse.Steps[0].Arguments, RoleArn: trains, TrainingJobName: 'tagged', ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 30 }, InputDataConfig: [{ ChannelName: 'train', ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/abalone/train' } } }] };
        const definition = JSON.stringify({ StartAt: 'Only', States: { Only: { Type: 'Task', Resource: 'arn:aws:states:::sagemaker:createTrainingJob.sync', Parameters: job, End: true } } });
        await assert.rejects(states.send(new CreateStateMachineCommand({ name: 'm', roleArn: machine, definition })), { name: 'AccessDeniedException', message: `'${machine}' is not authorized to create managed-rule.` });
        await iam.send(new PutRolePolicyCommand({ RoleName: 'Machine', PolicyName: 'Rules', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [allow('events:*')] }) }));
        const { stateMachineArn } = await states.send(new CreateStateMachineCommand({ name: 'm', roleArn: machine, definition }));
        const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
        const { error, cause } = await until(async () => {
            const now = await states.send(new DescribeExecutionCommand({ executionArn }));
            return now.status !== 'RUNNING' && now;
        }, { what: 'an execution' });
        assert.equal(error, 'SageMaker.AmazonSageMakerException');
        assert.match(cause, /^User: arn:aws:sts::\d{12}:assumed-role\/Machine\/\S+ is not authorized to perform: sagemaker:AddTags on resource: arn:aws:sagemaker:us-east-1:\d{12}:training-job\/tagged because no identity-based policy allows the sagemaker:AddTags action/);

        const pipeline = await role('Pipeline', 'sagemaker.amazonaws.com', [allow('sagemaker:*')]);
        await sagemaker.send(new sm.CreatePipelineCommand({ PipelineName: 'p', RoleArn: pipeline, PipelineDefinition: JSON.stringify({ ...rmse, Steps: [{ ...rmse.Steps[0], Arguments: { ...rmse.Steps[0].Arguments, RoleArn: trains } }] }) }));
        const { steps } = await run('p');
        assert.match(steps.Train.FailureReason, /^ClientError: Failed to invoke sagemaker:CreateTrainingJob\. Error Details: User: arn:aws:sts::\d{12}:assumed-role\/Pipeline\/sagemaker-pipeline-[a-z0-9]{12}-Train is not authorized to perform: iam:PassRole on resource: arn:aws:iam::\d{12}:role\/Trains because no identity-based policy allows the iam:PassRole action$/);
    } finally {
        await emulator.kill();
        emulator = other;
        connect();
    }
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
