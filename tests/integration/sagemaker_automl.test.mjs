// AutoML jobs over tables with text in them, of both versions of the API; the best candidate behind an endpoint answers in the words of the data. Tuning
// by Hyperband, and from what parents found.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import * as sm from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { client, start, until } from './emulator.mjs';
import { abalone, churn } from './sagemaker_data.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const PLANS = ['basic', 'family'];

let emulator, s3, sagemaker, runtime;
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
const words = (rows) => rows.trim().split('\n').map((row) => row.split(',')).map(([churned, plan, ...rest], i) => [`c-${i}`, PLANS[plan], ...rest, churned === '1' ? 'left' : 'stayed'].join(','));
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    sagemaker = new sm.SageMakerClient(client(emulator));
    runtime = new SageMakerRuntimeClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('people/people.csv', 'id,plan,minutes,calls,charge,service,state\n' + words(churn(600, 1)).join('\n') + '\n');
    await put('shells/shells.csv', 'rings,m,f,i,length,diameter,height,weight,meat,shell\n' + abalone(400, 1));
    await put('train/train.csv', churn(400, 1));
    await put('validation/validation.csv', churn(200, 2));
});
after(() => emulator.kill());

const v2 = (AutoMLJobName, folder, more, rest = {}) => ({
    AutoMLJobName, RoleArn: ROLE, OutputDataConfig: { S3OutputPath: 's3://data/automl' },
    AutoMLJobInputDataConfig: [{ ChannelType: 'training', ContentType: 'text/csv;header=present', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://data/${folder}` } } }],
    AutoMLProblemTypeConfig: { TabularJobConfig: more }, ...rest,
});
const ended = (AutoMLJobName) => until(async () => {
    const job = await sagemaker.send(new sm.DescribeAutoMLJobV2Command({ AutoMLJobName }));
    return !['InProgress', 'Stopping'].includes(job.AutoMLJobStatus) && job;
}, { what: 'an AutoML job' });

test('a classification in words: candidates, a leaderboard, and the best one behind an endpoint', async () => {
    const { AutoMLJobArn } = await sagemaker.send(new sm.CreateAutoMLJobV2Command(v2('people', 'people', { TargetAttributeName: 'state', CompletionCriteria: { MaxCandidates: 4 } }, { AutoMLJobObjective: { MetricName: 'AUC' } })));
    assert.equal(AutoMLJobArn, 'arn:aws:sagemaker:us-east-1:000000000000:automl-job/people');
    const job = await ended('people');
    assert.equal(job.AutoMLJobStatus, 'Completed', job.FailureReason);
    assert.equal(job.AutoMLProblemTypeConfigName, 'Tabular');
    assert.equal(job.ResolvedAttributes.AutoMLProblemTypeResolvedAttributes.TabularResolvedAttributes.ProblemType, 'BinaryClassification');
    const { Candidates } = await sagemaker.send(new sm.ListCandidatesForAutoMLJobCommand({ AutoMLJobName: 'people', SortBy: 'FinalObjectiveMetricValue', SortOrder: 'Descending' }));
    const values = Candidates.map((one) => one.FinalAutoMLJobObjectiveMetric.Value);
    assert.equal(values.length, 4);
    assert.deepEqual(values, [...values].sort((a, b) => b - a));
    assert.equal(job.BestCandidate.CandidateName, Candidates[0].CandidateName);
    assert.ok(values[0] > 0.85, `${values}`);
    assert.deepEqual(job.BestCandidate.CandidateSteps.map((step) => step.CandidateStepType), ['AWS::SageMaker::ProcessingJob', 'AWS::SageMaker::TrainingJob']);
    assert.ok(job.BestCandidate.CandidateProperties.CandidateMetrics.some((metric) => metric.MetricName === 'F1'));
    await sagemaker.send(new sm.CreateModelCommand({ ModelName: 'people', ExecutionRoleArn: ROLE, Containers: job.BestCandidate.InferenceContainers }));
    await sagemaker.send(new sm.CreateEndpointConfigCommand({ EndpointConfigName: 'people', ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: 'people', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }] }));
    await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: 'people', EndpointConfigName: 'people' }));
    const endpoint = await until(async () => {
        const now = await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'people' }));
        return now.EndpointStatus !== 'Creating' && now;
    }, { what: 'the endpoint' });
    assert.equal(endpoint.EndpointStatus, 'InService', endpoint.FailureReason);
    const asked = words(churn(60, 9)).map((row) => row.split(','));
    const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'people', ContentType: 'text/csv', Accept: 'text/csv', Body: asked.map((row) => row.slice(0, -1).join(',')).join('\n') }));
    const said = Buffer.from(Body).toString().trim().split('\n');
    assert.equal(said.length, 60);
    assert.ok(said.filter((word, i) => word === asked[i].at(-1)).length > 45, `${said}`);
});

test('a regression by the first version; what is refused; a stop; a target that is not there', async () => {
    const v1 = { AutoMLJobName: 'shells', RoleArn: ROLE, OutputDataConfig: { S3OutputPath: 's3://data/automl' }, InputDataConfig: [{ TargetAttributeName: 'rings', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/shells' } } }] };
    await assert.rejects(sagemaker.send(new sm.CreateAutoMLJobCommand({ ...v1, ProblemType: 'Regression' })), /Both ProblemType and AutoMLJobObjective/);
    await sagemaker.send(new sm.CreateAutoMLJobCommand({ ...v1, ProblemType: 'Regression', AutoMLJobObjective: { MetricName: 'MSE' }, AutoMLJobConfig: { CompletionCriteria: { MaxCandidates: 2 } } }));
    await assert.rejects(sagemaker.send(new sm.CreateAutoMLJobCommand(v1)), { name: 'ResourceInUse' });
    const job = await ended('shells').then(() => sagemaker.send(new sm.DescribeAutoMLJobCommand({ AutoMLJobName: 'shells' })));
    assert.equal(job.AutoMLJobStatus, 'Completed', job.FailureReason);
    assert.equal(job.BestCandidate.FinalAutoMLJobObjectiveMetric.Type, 'Minimize');
    assert.ok(job.BestCandidate.FinalAutoMLJobObjectiveMetric.Value < 6);
    assert.equal(job.BestCandidate.InferenceContainers.length, 2);
    await sagemaker.send(new sm.CreateAutoMLJobV2Command(v2('nothing', 'shells', { TargetAttributeName: 'nothing' })));
    assert.equal((await ended('nothing')).AutoMLJobStatus, 'Failed');
    await sagemaker.send(new sm.CreateAutoMLJobV2Command(v2('stopped', 'shells', { TargetAttributeName: 'rings', ProblemType: 'Regression' }, { AutoMLJobObjective: { MetricName: 'RMSE' } })));
    await sagemaker.send(new sm.StopAutoMLJobCommand({ AutoMLJobName: 'stopped' }));
    assert.equal((await ended('stopped')).AutoMLJobStatus, 'Stopped');
    const { AutoMLJobSummaries } = await sagemaker.send(new sm.ListAutoMLJobsCommand({ NameContains: 's', SortBy: 'Name', SortOrder: 'Ascending' }));
    assert.deepEqual(AutoMLJobSummaries.map((one) => one.AutoMLJobName), ['shells', 'stopped']);
    await assert.rejects(sagemaker.send(new sm.DescribeAutoMLJobCommand({ AutoMLJobName: 'none' })), { name: 'ResourceNotFound' });
});

const tuning = (HyperParameterTuningJobName, config, more = {}) => ({
    HyperParameterTuningJobName,
    HyperParameterTuningJobConfig: {
        Strategy: 'Bayesian', HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'validation:logloss' }, ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 2 }, RandomSeed: 7,
        ParameterRanges: { ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.0005', MaxValue: '0.5', ScalingType: 'Logarithmic' }] }, ...config,
    },
    TrainingJobDefinition: {
        StaticHyperParameters: { objective: 'binary:logistic', num_round: '60', max_depth: '3', eval_metric: 'logloss' }, AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' }, RoleArn: ROLE,
        InputDataConfig: ['train', 'validation'].map((ChannelName) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://data/${ChannelName}` } } })),
        OutputDataConfig: { S3OutputPath: 's3://data/tuned' }, ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 10 }, StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    },
    ...more,
});
const tuned = (HyperParameterTuningJobName) => until(async () => {
    const job = await sagemaker.send(new sm.DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
    return job.HyperParameterTuningJobStatus !== 'InProgress' && job;
}, { what: 'a tuning job' });

test('Hyperband stops what falls behind; a warm start begins where its parent was good', async () => {
    await assert.rejects(sagemaker.send(new sm.CreateHyperParameterTuningJobCommand(tuning('bands', { Strategy: 'Hyperband', TrainingJobEarlyStoppingType: 'Auto' }))), /must be Off/);
    await sagemaker.send(new sm.CreateHyperParameterTuningJobCommand(tuning('bands', { Strategy: 'Hyperband', StrategyConfig: { HyperbandStrategyConfig: { MinResource: 5, MaxResource: 60 } } })));
    const bands = await tuned('bands');
    assert.equal(bands.HyperParameterTuningJobStatus, 'Completed', bands.FailureReason);
    const counters = bands.TrainingJobStatusCounters;
    assert.equal(counters.Completed + counters.Stopped, 6);
    assert.ok(counters.Stopped >= 1 && counters.Completed >= 1, JSON.stringify(counters));
    const parent = { WarmStartConfig: { WarmStartType: 'IdenticalDataAndAlgorithm', ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'bands' }] } };
    await assert.rejects(sagemaker.send(new sm.CreateHyperParameterTuningJobCommand(tuning('child', {}, { WarmStartConfig: { ...parent.WarmStartConfig, ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: 'nobody' }] } }))), /nobody/);
    const few = { ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 1 } };
    await sagemaker.send(new sm.CreateHyperParameterTuningJobCommand(tuning('child', few, parent)));
    const child = await tuned('child');
    assert.equal(child.HyperParameterTuningJobStatus, 'Completed', child.FailureReason);
    const { TrainingJobSummaries } = await sagemaker.send(new sm.ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'child' }));
    const best = Math.log(Number(bands.BestTrainingJob.TunedHyperParameters.eta));
    assert.ok(TrainingJobSummaries.every((job) => Math.abs(Math.log(Number(job.TunedHyperParameters.eta)) - best) < 5), JSON.stringify(TrainingJobSummaries.map((job) => job.TunedHyperParameters)));
});
