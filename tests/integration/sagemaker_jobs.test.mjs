// SageMaker's jobs compute: models are trained on data in S3, fail in AWS's words, stop, and go on after kill -9.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { gunzipSync } from 'node:zlib';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateTrainingJobCommand, DescribeTrainingJobCommand, ListTagsCommand, ListTrainingJobsCommand, CreateHyperParameterTuningJobCommand, DescribeHyperParameterTuningJobCommand, ListTrainingJobsForHyperParameterTuningJobCommand, StopHyperParameterTuningJobCommand, SageMakerClient, StopTrainingJobCommand } from '@aws-sdk/client-sagemaker';
import { client, start, until } from './emulator.mjs';
import { abalone, churn } from './sagemaker_data.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
export const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const LINEAR = '382416733822.dkr.ecr.us-east-1.amazonaws.com/linear-learner:1';
const KMEANS = '382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1';

let emulator, s3, sagemaker;
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    sagemaker = new SageMakerClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('abalone/train/train.csv', abalone(600, 1));
    await put('abalone/validation/validation.csv', abalone(200, 2));
    await put('churn/train/train.csv', churn(600, 1));
    await put('churn/validation/validation.csv', churn(300, 2));
});
after(() => emulator.kill());

const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
const get = async (Key) => Buffer.from(await (await s3.send(new GetObjectCommand({ Bucket: 'data', Key }))).Body.transformToByteArray());
const channel = (ChannelName, S3Uri, ContentType = 'text/csv') => ({ ChannelName, ContentType: ContentType ?? undefined, DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri, S3DataDistributionType: 'FullyReplicated' } } });
let made = 0;
const job = (more = {}) => ({
    TrainingJobName: `Train-${++made}`,
    AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' },
    RoleArn: ROLE,
    InputDataConfig: [channel('train', 's3://data/abalone/train'), channel('validation', 's3://data/abalone/validation')],
    OutputDataConfig: { S3OutputPath: 's3://data/models' },
    ResourceConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    HyperParameters: { objective: 'reg:squarederror', num_round: '30', max_depth: '4', eta: '0.3' },
    ...more,
});
const describe = (TrainingJobName) => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));
async function train(more) {
    const input = job(more);
    await sagemaker.send(new CreateTrainingJobCommand(input));
    return until(async () => {
        const now = await describe(input.TrainingJobName);
        return !['InProgress', 'Stopping'].includes(now.TrainingJobStatus) && now;
    }, { what: 'a training job' });
}
const metric = (described, name) => described.FinalMetricDataList?.find((m) => m.MetricName === name)?.Value;
const filesOf = (tar) => {
    const names = [];
    for (let at = 0; at + 512 <= tar.length && tar[at];) {
        const size = parseInt(tar.toString('latin1', at + 124, at + 135), 8);
        names.push([tar.toString('latin1', at, at + 100).replace(/\0.*/s, ''), tar.subarray(at + 512, at + 512 + size)]);
        at += 512 + Math.ceil(size / 512) * 512;
    }
    return Object.fromEntries(names);
};

test('XGBoost trains on CSV: statuses, metrics, log and artifact', async () => {
    const done = await train({ Tags: [{ Key: 'team', Value: 'red' }] });
    assert.equal(done.TrainingJobStatus, 'Completed', done.FailureReason);
    assert.equal(done.TrainingJobArn, `arn:aws:sagemaker:us-east-1:000000000000:training-job/${done.TrainingJobName.toLowerCase()}`);
    assert.deepEqual(done.SecondaryStatusTransitions.map((t) => t.Status), ['Starting', 'Downloading', 'Training', 'Uploading', 'Completed']);
    assert.ok(done.TrainingStartTime < done.TrainingEndTime && done.BillableTimeInSeconds >= 1);
    assert.equal(done.ModelArtifacts.S3ModelArtifacts, `s3://data/models/${done.TrainingJobName}/output/model.tar.gz`);
    const model = filesOf(gunzipSync(await get(`models/${done.TrainingJobName}/output/model.tar.gz`)));
    assert.ok(JSON.parse(model['xgboost-model']).learner.gradient_booster.model.trees.length === 30);
    assert.ok(metric(done, 'train:rmse') < metric(done, 'validation:rmse'));
    assert.ok(metric(done, 'validation:rmse') < 2.5, `rmse ${metric(done, 'validation:rmse')}`);
    const logs = await new CloudWatchLogsClient(client(emulator)).send(new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs', logStreamNamePrefix: `${done.TrainingJobName}/algo-1-` }));
    assert.ok(logs.events.some((e) => /^\[29\]#011train-rmse:[\d.]+#011validation-rmse:[\d.]+$/.test(e.message)));
    assert.deepEqual((await sagemaker.send(new ListTagsCommand({ ResourceArn: done.TrainingJobArn }))).Tags, [{ Key: 'team', Value: 'red' }]);
    for (const absent of ['VpcConfig', 'CheckpointConfig', 'FailureReason', 'Tags', 'EnableManagedSpotTraining', 'TuningJobArn']) assert.equal(absent in done, false, absent);
});

test('spoiled data make a worse model: AUC and RMSE follow', async () => {
    const auc = (prefix) => ({ InputDataConfig: [channel('train', `s3://data/${prefix}/train`), channel('validation', 's3://data/churn/validation')], HyperParameters: { objective: 'binary:logistic', eval_metric: 'auc', num_round: '30', max_depth: '3' } });
    await put('spoiled/train/train.csv', churn(600, 1, true));
    await put('spoiled-abalone/train.csv', abalone(600, 1, true));
    const [good, bad] = [await train(auc('churn')), await train(auc('spoiled'))];
    assert.ok(metric(good, 'validation:auc') > 0.85, `${good.FailureReason} ${metric(good, 'validation:auc')}`);
    assert.ok(metric(bad, 'validation:auc') < 0.65, `${metric(bad, 'validation:auc')}`);
    const rmse = await train({ InputDataConfig: [channel('train', 's3://data/spoiled-abalone/'), channel('validation', 's3://data/abalone/validation')] });
    assert.ok(metric(rmse, 'validation:rmse') > 4, `${metric(rmse, 'validation:rmse')}`);
});

test('Linear Learner and K-Means learn', async () => {
    const line = await train({ AlgorithmSpecification: { TrainingImage: LINEAR, TrainingInputMode: 'File' }, HyperParameters: { predictor_type: 'binary_classifier' }, InputDataConfig: [channel('train', 's3://data/churn/train')] });
    assert.equal(line.TrainingJobStatus, 'Completed', line.FailureReason);
    assert.ok(metric(line, 'train:binary_classification_accuracy') > 0.7);
    const groups = await train({ AlgorithmSpecification: { TrainingImage: KMEANS, TrainingInputMode: 'File' }, HyperParameters: { k: '3', feature_dim: '10' }, InputDataConfig: [channel('train', 's3://data/abalone/train')] });
    assert.equal(groups.TrainingJobStatus, 'Completed', groups.FailureReason);
    assert.ok(metric(groups, 'train:msd') > 0);
});

test('what CreateTrainingJob refuses', async () => {
    const refused = async (more, code, message) =>
        assert.rejects(sagemaker.send(new CreateTrainingJobCommand(job(more))), (error) => {
            assert.equal(error.name, code);
            assert.match(error.message, message);
            return true;
        });
    await refused({ InputDataConfig: [channel('train', 's3://data/nothing/here')] }, 'ValidationException',
        /^No S3 objects found under S3 URL "s3:\/\/data\/nothing\/here" given in input data source\. Please ensure that the bucket exists in the selected region \(us-east-1\), that objects exist under that S3 prefix, and that the role "arn:aws:iam::000000000000:role\/SageMakerRole" has "s3:ListBucket" permissions on bucket "data"\.$/);
    await refused({ ResourceConfig: { InstanceType: 'ml.p3.2xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } }, 'ResourceLimitExceeded',
        /^The account-level service limit 'ml\.p3\.2xlarge for training job usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances\. Please contact AWS support/);
    await refused({ TrainingJobName: 'Train-1' }, 'ResourceInUse', /^Training job names must be unique within an AWS account and region, and a training job with this name already exists \(arn:aws:sagemaker:us-east-1:000000000000:training-job\/train-1\)$/);
    await refused({ TrainingJobName: 'no_good' }, 'ValidationException', /^1 validation error detected: Value 'no_good' at 'trainingJobName' failed to satisfy constraint/);
    await assert.rejects(describe('never'), { name: 'ValidationException', message: 'Requested resource not found.' });
});

test('jobs fail in the words of AWS', async () => {
    const cases = [
        [{ HyperParameters: { objective: 'reg:squarederror' } }, /^ClientError: Missing required hyperparameter: num_round, exit code: 1$/],
        [{ HyperParameters: { num_round: '10', max_dept: '3' } }, /^ClientError: Extraneous hyperparameter found: max_dept, exit code: 1$/],
        [{ HyperParameters: { num_round: 'many' } }, /^ClientError: Hyperparameter num_round: could not parse value/],
        [{ HyperParameters: { num_round: '10', objective: 'reg:cubed' } }, /^ClientError: Hyperparameter objective: reg:cubed is not in \['aft_loss_distribution', /],
        [{ HyperParameters: { num_round: '10', subsample: '1.5' } }, /^ClientError: Hyperparameter subsample: 1.5 is not in \(0, 1\]/],
        [{ InputDataConfig: [channel('train', 's3://data/abalone/train', null)] }, /is not 'LIBSVM' format\., exit code: 1$/],
        [{ InputDataConfig: [channel('training', 's3://data/abalone/train')] }, /Channel train is missing/],
        [{ AlgorithmSpecification: { TrainingImage: '000000000000.dkr.ecr.us-east-1.amazonaws.com/mine:latest', TrainingInputMode: 'File' } }, /^ClientError: CannotPullContainerError: Cannot find repository: mine in registry ID: 000000000000 /],
    ];
    for (const [more, reason] of cases) {
        const failed = await train(more);
        assert.equal(failed.TrainingJobStatus, 'Failed');
        assert.match(failed.FailureReason, reason);
        assert.equal(failed.SecondaryStatusTransitions.at(-1).Status, 'Failed');
    }
    await put('header/train.csv', 'rings,length\n1,2\n');
    const header = await train({ InputDataConfig: [channel('train', 's3://data/header/')] });
    assert.match(header.FailureReason, /First line 'rings,length\.\.\.' of file 'train\.csv' is not 'CSV' format\./);
});

test('the time limit and StopTrainingJob', async () => {
    const late = await train({ StoppingCondition: { MaxRuntimeInSeconds: 20 } });
    assert.equal(late.TrainingJobStatus, 'Stopped');
    assert.equal(late.SecondaryStatus, 'MaxRuntimeExceeded');
    const input = job();
    await sagemaker.send(new CreateTrainingJobCommand(input));
    await sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: input.TrainingJobName }));
    assert.equal((await describe(input.TrainingJobName)).TrainingJobStatus, 'Stopping');
    await until(async () => (await describe(input.TrainingJobName)).TrainingJobStatus === 'Stopped');
    await assert.rejects(sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: input.TrainingJobName })), { name: 'ValidationException' });
});

test('ListTrainingJobs filters, sorts and pages', async () => {
    const all = [];
    for (let NextToken; ;) {
        const page = await sagemaker.send(new ListTrainingJobsCommand({ MaxResults: 4, SortBy: 'Name', NextToken }));
        all.push(...page.TrainingJobSummaries.map((s) => s.TrainingJobName));
        if (!(NextToken = page.NextToken)) break;
    }
    assert.deepEqual(all, [...all].sort());
    assert.ok(all.length > 10);
    const failed = await sagemaker.send(new ListTrainingJobsCommand({ StatusEquals: 'Failed', SortBy: 'CreationTime', SortOrder: 'Descending', MaxResults: 100 }));
    assert.ok(failed.TrainingJobSummaries.every((s) => s.TrainingJobStatus === 'Failed') && failed.TrainingJobSummaries.length >= 9);
    assert.ok(failed.TrainingJobSummaries.every((s, i, list) => !i || s.CreationTime <= list[i - 1].CreationTime));
    const named = await sagemaker.send(new ListTrainingJobsCommand({ NameContains: 'train-1', CreationTimeBefore: new Date(Date.now() + 1e6) }));
    assert.ok(named.TrainingJobSummaries.every((s) => s.TrainingJobName.includes('Train-1')));
    await assert.rejects(sagemaker.send(new ListTrainingJobsCommand({ NextToken: 'forged' })), { name: 'ValidationException' });
});

async function tune(name, config, more = {}) {
    const { TrainingJobName, HyperParameters, ...definition } = job();
    await sagemaker.send(new CreateHyperParameterTuningJobCommand({
        HyperParameterTuningJobName: name,
        HyperParameterTuningJobConfig: { HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'validation:rmse' }, ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 3 }, ...config },
        TrainingJobDefinition: { ...definition, StaticHyperParameters: { objective: 'reg:squarederror', num_round: '15' } }, ...more,
    }));
    return until(async () => {
        const now = await sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName: name }));
        return !['InProgress', 'Stopping'].includes(now.HyperParameterTuningJobStatus) && now;
    }, { what: 'a tuning job' });
}

test('tuning: ranges are searched, the best job is told', async () => {
    const ParameterRanges = { IntegerParameterRanges: [{ Name: 'max_depth', MinValue: '1', MaxValue: '6' }], ContinuousParameterRanges: [{ Name: 'eta', MinValue: '0.001', MaxValue: '1', ScalingType: 'Logarithmic' }] };
    const done = await tune('bayes', { Strategy: 'Bayesian', ParameterRanges });
    assert.equal(done.HyperParameterTuningJobStatus, 'Completed', done.FailureReason);
    assert.deepEqual(done.TrainingJobStatusCounters, { Completed: 6, InProgress: 0, RetryableError: 0, NonRetryableError: 0, Stopped: 0 });
    const { TrainingJobSummaries: jobs } = await sagemaker.send(new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'bayes', SortBy: 'FinalObjectiveMetricValue', MaxResults: 10 }));
    const values = jobs.map((j) => j.FinalHyperParameterTuningJobObjectiveMetric.Value);
    assert.deepEqual(values, [...values].sort((a, b) => a - b));
    assert.equal(done.BestTrainingJob.TrainingJobName, jobs[0].TrainingJobName);
    assert.ok(jobs.every((j) => +j.TunedHyperParameters.max_depth >= 1 && +j.TunedHyperParameters.max_depth <= 6 && +j.TunedHyperParameters.eta >= 0.001 && +j.TunedHyperParameters.eta <= 1));
    assert.ok(new Set(jobs.map((j) => j.TunedHyperParameters.eta)).size === 6);
    const first = await describe(jobs[0].TrainingJobName);
    assert.equal(first.TuningJobArn, done.HyperParameterTuningJobArn);
    assert.equal(first.HyperParameters._tuning_objective_metric, 'validation:rmse');
    const grid = await tune('grid', { Strategy: 'Grid', ResourceLimits: { MaxParallelTrainingJobs: 4 }, ParameterRanges: { CategoricalParameterRanges: [{ Name: 'max_depth', Values: ['2', '4'] }, { Name: 'eta', Values: ['0.1', '0.3'] }] } });
    assert.equal(grid.TrainingJobStatusCounters.Completed, 4);
    await assert.rejects(tune('grid2', { Strategy: 'Grid', ParameterRanges }), { message: 'The Grid strategy only supports CategoricalParameterRanges.' });
    await assert.rejects(tune('bayes', { Strategy: 'Random', ParameterRanges }), { name: 'ResourceInUse' });
    const early = await tune('enough', { Strategy: 'Random', ParameterRanges, ResourceLimits: { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 1 }, TuningJobCompletionCriteria: { TargetObjectiveMetricValue: 100 } });
    assert.equal(early.TrainingJobStatusCounters.Completed, 1);
    const stopped = { HyperParameterTuningJobName: 'stopped' }, ended = tune('stopped', { Strategy: 'Random', ParameterRanges });
    const trains = () => sagemaker.send(new DescribeHyperParameterTuningJobCommand(stopped)).then((now) => now.TrainingJobStatusCounters.InProgress > 0, () => false);
    await until(trains, { what: 'a training of its own' });
    await sagemaker.send(new StopHyperParameterTuningJobCommand(stopped));
    assert.equal((await ended).HyperParameterTuningJobStatus, 'Stopped');
});

test('tuning: a training that does worse than those before it is stopped early, and was measured', async () => {
    const ParameterRanges = { CategoricalParameterRanges: [{ Name: 'eta', Values: ['0.9', '0.0001'] }] };
    const done = await tune('hopeless', { Strategy: 'Grid', TrainingJobEarlyStoppingType: 'Auto', ResourceLimits: { MaxParallelTrainingJobs: 1 }, ParameterRanges });
    assert.equal(done.HyperParameterTuningJobStatus, 'Completed', done.FailureReason);
    assert.deepEqual(done.TrainingJobStatusCounters, { Completed: 1, InProgress: 0, RetryableError: 0, NonRetryableError: 0, Stopped: 1 });
    assert.deepEqual(done.ObjectiveStatusCounters, { Succeeded: 2, Pending: 0, Failed: 0 });
    const { TrainingJobSummaries: [stopped] } = await sagemaker.send(new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'hopeless', StatusEquals: 'Stopped' }));
    assert.equal(stopped.TunedHyperParameters.eta, '0.0001');
    const described = await describe(stopped.TrainingJobName);
    assert.equal(described.SecondaryStatus, 'Stopped');
    assert.equal(described.SecondaryStatusTransitions.at(-1).StatusMessage, 'Training job stopped');
    assert.equal(metric(described, 'validation:rmse'), stopped.FinalHyperParameterTuningJobObjectiveMetric.Value);
    const { events } = await new CloudWatchLogsClient(client(emulator)).send(new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs', logStreamNamePrefix: stopped.TrainingJobName }));
    const rounds = events.filter((one) => /^\[\d+\]/.test(one.message)).length;
    assert.ok(rounds >= 1 && rounds < 15, `${rounds} rounds are in its log`);
});

test('a job goes on after kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-sagemaker-'));
    const first = await start(['sandbox', '--data', folder]);
    const at = (one) => ({ sagemaker: new SageMakerClient(client(one)), s3: new S3Client({ ...client(one), forcePathStyle: true }) });
    let now = at(first);
    await now.s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await now.s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'abalone/train.csv', Body: abalone(300, 1) }));
    await now.sagemaker.send(new CreateTrainingJobCommand({ ...job({ InputDataConfig: [channel('train', 's3://data/abalone')] }), TrainingJobName: 'lasting' }));
    await first.kill('SIGKILL');
    const second = await start(['sandbox', '--data', folder]);
    now = at(second);
    const done = await until(async () => {
        const described = await now.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'lasting' }));
        return described.TrainingJobStatus !== 'InProgress' && described;
    });
    assert.equal(done.TrainingJobStatus, 'Completed', done.FailureReason);
    await second.kill();
    rmSync(folder, { recursive: true });
});
