// Monitoring: what an endpoint is asked is captured, a baseline stands, a drift is put into the traffic and found, reported and alerted; predictions against
// ground truth; schedules that fire by the emulated clock.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { client, start, until } from './emulator.mjs';
import { churn } from './sagemaker_data.mjs';

let ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const MONITOR = '156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer';
const CLARIFY = '205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0';
const resources = { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 20 } };

let emulator, s3, sagemaker, runtime;
function connect() {
    sagemaker = new sm.SageMakerClient(client(emulator));
    runtime = new SageMakerRuntimeClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
}
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
const json = async (Key) => JSON.parse(await (await s3.send(new GetObjectCommand({ Bucket: 'data', Key }))).Body.transformToString());
const keys = async (Prefix) => ((await s3.send(new ListObjectsV2Command({ Bucket: 'data', Prefix }))).Contents ?? []).map((one) => one.Key);
const done = (what, ask) => until(async () => { const now = await ask(); return !['InProgress', 'Creating', 'Pending', 'Stopping'].includes(now) && now; }, { what });

async function deploy(name) {
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('train/train.csv', churn(600, 1));
    await put('validation/validation.csv', churn(200, 2));
    await sagemaker.send(new sm.CreateTrainingJobCommand({
        TrainingJobName: name, RoleArn: ROLE, AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' }, OutputDataConfig: { S3OutputPath: 's3://data/models' },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 }, ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 10 }, HyperParameters: { objective: 'binary:logistic', num_round: '30', max_depth: '4' },
        InputDataConfig: ['train', 'validation'].map((ChannelName) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://data/${ChannelName}` } } })),
    }));
    assert.equal(await done('a training', async () => (await sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName: name }))).TrainingJobStatus), 'Completed');
    await sagemaker.send(new sm.CreateModelCommand({ ModelName: name, ExecutionRoleArn: ROLE, PrimaryContainer: { Image: XGBOOST, ModelDataUrl: `s3://data/models/${name}/output/model.tar.gz` } }));
    await sagemaker.send(new sm.CreateEndpointConfigCommand({
        EndpointConfigName: name, ProductionVariants: [{ VariantName: 'AllTraffic', ModelName: name, InitialInstanceCount: 1, InstanceType: 'ml.m5.large' }],
        DataCaptureConfig: { EnableCapture: true, InitialSamplingPercentage: 100, DestinationS3Uri: 's3://data/captured', CaptureOptions: [{ CaptureMode: 'Input' }, { CaptureMode: 'Output' }], CaptureContentTypeHeader: { CsvContentTypes: ['text/csv'] } },
    }));
    await sagemaker.send(new sm.CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
    assert.equal(await done('an endpoint', async () => (await sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: name }))).EndpointStatus), 'InService');
}
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    connect();
    await deploy('churn');
});
after(() => emulator.kill());

const rows = (seed, count = 120) => churn(count, seed).trim().split('\n').map((row) => row.split(','));
async function ask(some, prefix) {
    const said = [];
    for (let from = 0; from < some.length; from += 20)
        said.push(...await Promise.all(some.slice(from, from + 20).map(async (row, i) => {
            const { Body } = await runtime.send(new InvokeEndpointCommand({ EndpointName: 'churn', ContentType: 'text/csv', Body: row.slice(1).join(','), InferenceId: `${prefix}-${from + i}` }));
            return Number(Buffer.from(Body).toString());
        })));
    return said;
}
const definition = (more = {}) => ({
    BaselineConfig: { ConstraintsResource: { S3Uri: 's3://data/baseline/constraints.json' }, StatisticsResource: { S3Uri: 's3://data/baseline/statistics.json' } },
    MonitoringInputs: [{ EndpointInput: { EndpointName: 'churn', LocalPath: '/opt/ml/processing/input/endpoint' } }],
    MonitoringOutputConfig: { MonitoringOutputs: [{ S3Output: { S3Uri: 's3://data/reports', LocalPath: '/opt/ml/processing/output' } }] },
    MonitoringResources: resources, MonitoringAppSpecification: { ImageUri: MONITOR }, RoleArn: ROLE, ...more,
});
const NOW = { ScheduleExpression: 'NOW', DataAnalysisStartTime: '-PT2H', DataAnalysisEndTime: '-PT0H' };
async function watch(MonitoringScheduleName, config) {
    await sagemaker.send(new sm.CreateMonitoringScheduleCommand({ MonitoringScheduleName, MonitoringScheduleConfig: { ScheduleConfig: NOW, ...config } }));
    return until(async () => {
        const { MonitoringExecutionSummaries: [last] } = await sagemaker.send(new sm.ListMonitoringExecutionsCommand({ MonitoringScheduleName }));
        return last && !['Pending', 'InProgress'].includes(last.MonitoringExecutionStatus) && last;
    }, { what: 'an execution' });
}
const alert = async (MonitoringScheduleName) => (await sagemaker.send(new sm.ListMonitoringAlertsCommand({ MonitoringScheduleName }))).MonitoringAlertSummaries[0];
const report = async (name) => (await keys(`reports/churn/${name}/`)).find((key) => key.endsWith('/constraint_violations.json'));

test('a drift put into the traffic is found, reported and alerted', async () => {
    const known = rows(1, 600), scores = await ask(known.slice(0, 200), 'baseline');
    const when = Date.now();
    await put('known/known.csv', 'score,plan,minutes,calls,charge,service\n' + known.slice(0, 200).map((row, i) => [scores[i], ...row.slice(1)].join(',')).join('\n'));
    await sagemaker.send(new sm.CreateProcessingJobCommand({
        ProcessingJobName: 'baseline', RoleArn: ROLE, AppSpecification: { ImageUri: MONITOR }, ProcessingResources: resources,
        Environment: { dataset_format: '{"csv":{"header":true}}', dataset_source: '/opt/ml/processing/input/baseline_dataset_input', output_path: '/opt/ml/processing/output', publish_cloudwatch_metrics: 'Disabled' },
        ProcessingInputs: [{ InputName: 'baseline_dataset_input', S3Input: { S3Uri: 's3://data/known', LocalPath: '/opt/ml/processing/input/baseline_dataset_input', S3DataType: 'S3Prefix', S3InputMode: 'File' } }],
        ProcessingOutputConfig: { Outputs: [{ OutputName: 'monitoring_output', S3Output: { S3Uri: 's3://data/baseline', LocalPath: '/opt/ml/processing/output', S3UploadMode: 'EndOfJob' } }] },
    }));
    assert.equal(await done('a baseline', async () => (await sagemaker.send(new sm.DescribeProcessingJobCommand({ ProcessingJobName: 'baseline' }))).ProcessingJobStatus), 'Completed');
    const hour = new Date(when).toISOString().slice(0, 13).replace('T', '/').replaceAll('-', '/');
    assert.ok((await keys('captured/churn/AllTraffic/')).some((key) => key.startsWith(`captured/churn/AllTraffic/${hour}/`) || Date.now() - when > 0));
    const good = await watch('calm', { MonitoringJobDefinition: definition(), MonitoringType: 'DataQuality' });
    assert.equal(good.MonitoringExecutionStatus, 'Completed', `${good.FailureReason} ${JSON.stringify(await report('calm').then((key) => key && json(key)))}`);
    assert.equal((await alert('calm')).AlertStatus, 'OK');
    await ask(rows(7, 200).map((row) => [row[0], row[1], Number(row[2]) + 150, ...row.slice(3)]), 'drifted');
    const bad = await watch('stormy', { MonitoringJobDefinition: definition(), MonitoringType: 'DataQuality' });
    assert.equal(bad.MonitoringExecutionStatus, 'CompletedWithViolations', bad.FailureReason);
    const job = await sagemaker.send(new sm.DescribeProcessingJobCommand({ ProcessingJobName: bad.ProcessingJobArn.split('/').pop() }));
    assert.match(job.ProcessingJobName, /^model-monitoring-\d{12}-[0-9a-f]{24}$/);
    assert.match(job.ExitMessage, /^CompletedWithViolations: Job completed successfully with \d+ violations\.$/);
    assert.equal(job.MonitoringScheduleArn, 'arn:aws:sagemaker:us-east-1:000000000000:monitoring-schedule/stormy');
    const key = await report('stormy');
    assert.match(key, /^reports\/churn\/stormy\/\d{4}\/\d\d\/\d\d\/\d\d\/constraint_violations\.json$/);
    const { violations } = await json(key);
    assert.ok(violations.some((one) => one.feature_name === 'minutes' && one.constraint_check_type === 'baseline_drift_check'), JSON.stringify(violations));
    const raised = await alert('stormy');
    assert.deepEqual([raised.AlertStatus, raised.DatapointsToAlert, raised.EvaluationPeriod], ['InAlert', 1, 1]);
    const { MonitoringAlertHistory } = await sagemaker.send(new sm.ListMonitoringAlertHistoryCommand({ MonitoringScheduleName: 'stormy' }));
    assert.deepEqual(MonitoringAlertHistory.map((one) => one.AlertStatus), ['InAlert']);
    const described = await sagemaker.send(new sm.DescribeMonitoringScheduleCommand({ MonitoringScheduleName: 'stormy' }));
    assert.deepEqual([described.MonitoringScheduleStatus, described.EndpointName, described.LastMonitoringExecutionSummary.MonitoringExecutionStatus], ['Scheduled', 'churn', 'CompletedWithViolations']);
});

test('predictions against ground truth; bias and attributions of what was captured', async () => {
    const some = rows(21, 100);
    await ask(some, 'judged');
    const at = new Date().toISOString(), folder = `${at.slice(0, 4)}/${at.slice(5, 7)}/${at.slice(8, 10)}/${at.slice(11, 13)}`;
    const truth = (wrong) => some.map((row, i) => JSON.stringify({ groundTruthData: { data: String(wrong ? 1 - row[0] : row[0]), encoding: 'CSV' }, eventMetadata: { eventId: `judged-${i}` }, eventVersion: '0' })).join('\n');
    await put(`truth/${folder}/truth.jsonl`, truth(false));
    await put(`lies/${folder}/lies.jsonl`, truth(true));
    await put('quality/constraints.json', JSON.stringify({ version: 0, binary_classification_constraints: { accuracy: { threshold: 0.6, comparison_operator: 'LessThanThreshold' } } }));
    const common = { RoleArn: ROLE, JobResources: resources };
    const output = { MonitoringOutputs: [{ S3Output: { S3Uri: 's3://data/reports', LocalPath: '/opt/ml/processing/output' } }] };
    const input = { EndpointName: 'churn', LocalPath: '/opt/ml/processing/input/endpoint', ProbabilityAttribute: '0', ProbabilityThresholdAttribute: 0.5 };
    const quality = (JobDefinitionName, prefix) => sagemaker.send(new sm.CreateModelQualityJobDefinitionCommand({
        ...common, JobDefinitionName, ModelQualityAppSpecification: { ImageUri: MONITOR, ProblemType: 'BinaryClassification' }, ModelQualityBaselineConfig: { ConstraintsResource: { S3Uri: 's3://data/quality/constraints.json' } },
        ModelQualityJobInput: { EndpointInput: input, GroundTruthS3Input: { S3Uri: `s3://data/${prefix}` } }, ModelQualityJobOutputConfig: output,
    }));
    await quality('honest', 'truth');
    const { JobDefinitionArn } = await quality('lying', 'lies');
    assert.equal(JobDefinitionArn, 'arn:aws:sagemaker:us-east-1:000000000000:model-quality-job-definition/lying');
    const honest = await watch('honest', { MonitoringJobDefinitionName: 'honest', MonitoringType: 'ModelQuality' });
    assert.equal(honest.MonitoringExecutionStatus, 'Completed', honest.FailureReason);
    const lying = await watch('lying', { MonitoringJobDefinitionName: 'lying', MonitoringType: 'ModelQuality' });
    assert.equal(lying.MonitoringExecutionStatus, 'CompletedWithViolations', lying.FailureReason);
    const { violations } = await json(await report('lying'));
    assert.match(violations[0].description, /^Metric accuracy with 0\.\d+ was LessThanThreshold 0\.6/);
    await assert.rejects(watch('none', { MonitoringJobDefinitionName: 'none', MonitoringType: 'ModelQuality' }), { name: 'ResourceNotFound' });
    const headers = ['plan', 'minutes', 'calls', 'charge', 'service'];
    await put('configs/bias/analysis_config.json', JSON.stringify({ headers, label: 'churn', label_values_or_threshold: [1], facet: [{ name_or_index: 'plan', value_or_threshold: [1] }], probability_threshold: 0.5, methods: { post_training_bias: { methods: ['DPPL', 'DI', 'AD'] } } }));
    await put('configs/shap/analysis_config.json', JSON.stringify({ headers, predictor: { model_name: 'churn', accept_type: 'text/csv', content_type: 'text/csv' }, methods: { shap: { num_samples: 40, agg_method: 'mean_abs' } } }));
    await sagemaker.send(new sm.CreateModelBiasJobDefinitionCommand({
        ...common, JobDefinitionName: 'bias', ModelBiasAppSpecification: { ImageUri: CLARIFY, ConfigUri: 's3://data/configs/bias/analysis_config.json' }, ModelBiasJobInput: { EndpointInput: input, GroundTruthS3Input: { S3Uri: 's3://data/truth' } }, ModelBiasJobOutputConfig: output,
    }));
    await sagemaker.send(new sm.CreateModelExplainabilityJobDefinitionCommand({
        ...common, JobDefinitionName: 'shap', ModelExplainabilityAppSpecification: { ImageUri: CLARIFY, ConfigUri: 's3://data/configs/shap/analysis_config.json' }, ModelExplainabilityJobInput: { EndpointInput: { EndpointName: 'churn', LocalPath: '/opt/ml/processing/input/endpoint' } }, ModelExplainabilityJobOutputConfig: output,
    }));
    const bias = await watch('bias', { MonitoringJobDefinitionName: 'bias', MonitoringType: 'ModelBias' });
    assert.equal(bias.MonitoringExecutionStatus, 'Completed', bias.FailureReason);
    const analysis = await json((await keys('reports/churn/bias/')).find((key) => key.endsWith('/analysis.json')));
    assert.deepEqual(analysis.post_training_bias_metrics.facets.plan[0].metrics.map((one) => [one.name, typeof one.value]), [['AD', 'number'], ['DI', 'number'], ['DPPL', 'number']]);
    const shap = await watch('shap', { MonitoringJobDefinitionName: 'shap', MonitoringType: 'ModelExplainability' });
    assert.equal(shap.MonitoringExecutionStatus, 'Completed', shap.FailureReason);
    const { explanations } = await json((await keys('reports/churn/shap/')).find((key) => key.endsWith('/analysis.json')));
    assert.deepEqual(Object.keys(explanations.kernel_shap.label0.global_shap_values), headers);
    const lists = await Promise.all([sm.ListModelQualityJobDefinitionsCommand, sm.ListModelBiasJobDefinitionsCommand, sm.ListDataQualityJobDefinitionsCommand].map(async (Command) => (await sagemaker.send(new Command({ EndpointName: 'churn', SortBy: 'Name', SortOrder: 'Ascending' }))).JobDefinitionSummaries.map((one) => one.MonitoringJobDefinitionName)));
    assert.deepEqual(lists, [['honest', 'lying'], ['bias'], []]);
    await sagemaker.send(new sm.DeleteModelQualityJobDefinitionCommand({ JobDefinitionName: 'lying' }));
    await assert.rejects(sagemaker.send(new sm.DescribeModelQualityJobDefinitionCommand({ JobDefinitionName: 'lying' })), { name: 'ResourceNotFound' });
});

test('what is refused; alerts over several points; the end of a schedule', async () => {
    const create = (ScheduleConfig, more = {}) => sagemaker.send(new sm.CreateMonitoringScheduleCommand({ MonitoringScheduleName: 'refused', MonitoringScheduleConfig: { ScheduleConfig, MonitoringJobDefinition: definition(more) } }));
    await assert.rejects(create({ ScheduleExpression: 'cron(0 * * *)' }), /schedule expression/);
    await assert.rejects(create({ ScheduleExpression: 'NOW' }), /DataAnalysisStartTime/);
    await assert.rejects(create(NOW, { MonitoringInputs: [{ EndpointInput: { EndpointName: 'nobody', LocalPath: '/opt/ml/processing/input/endpoint' } }] }), /Could not find endpoint/);
    await assert.rejects(sagemaker.send(new sm.CreateMonitoringScheduleCommand({ MonitoringScheduleName: 'calm', MonitoringScheduleConfig: { ScheduleConfig: NOW, MonitoringJobDefinition: definition() } })), { name: 'ResourceInUse' });
    await sagemaker.send(new sm.UpdateMonitoringAlertCommand({ MonitoringScheduleName: 'calm', MonitoringAlertName: 'DataQuality-alert', DatapointsToAlert: 2, EvaluationPeriod: 3 }));
    assert.equal((await alert('calm')).DatapointsToAlert, 2);
    const { MonitoringScheduleSummaries } = await sagemaker.send(new sm.ListMonitoringSchedulesCommand({ SortBy: 'Name', SortOrder: 'Ascending', MonitoringTypeEquals: 'DataQuality', EndpointName: 'churn' }));
    assert.deepEqual(MonitoringScheduleSummaries.map((one) => one.MonitoringScheduleName), ['calm', 'stormy']);
    await sagemaker.send(new sm.DeleteMonitoringScheduleCommand({ MonitoringScheduleName: 'calm' }));
    await assert.rejects(sagemaker.send(new sm.DescribeMonitoringScheduleCommand({ MonitoringScheduleName: 'calm' })), { name: 'ResourceNotFound' });
});

test('an hourly schedule fires on the hour of the emulated clock, and not while it is stopped', async () => {
    await emulator.kill();
    emulator = await start(['sandbox', '--memory', '--speed', '2000']);
    connect();
    await deploy('churn');
    const executions = async () => (await sagemaker.send(new sm.ListMonitoringExecutionsCommand({ MonitoringScheduleName: 'hourly', SortBy: 'ScheduledTime', SortOrder: 'Ascending' }))).MonitoringExecutionSummaries;
    await sagemaker.send(new sm.CreateMonitoringScheduleCommand({ MonitoringScheduleName: 'hourly', MonitoringScheduleConfig: { ScheduleConfig: { ScheduleExpression: 'cron(0 * ? * * *)' }, MonitoringJobDefinition: definition({ BaselineConfig: undefined }) } }));
    const some = await until(async () => { const now = await executions(); return now.filter((one) => one.MonitoringExecutionStatus === 'Failed').length >= 2 && now; }, { what: 'two executions' });
    const times = some.map((one) => one.ScheduledTime.getTime());
    assert.ok(times.every((time, i) => time % 3600000 === 0 && (!i || time - times[i - 1] === 3600000)), `${times}`);
    assert.match(some[0].FailureReason, /^Job inputs had no data/);
    await sagemaker.send(new sm.StopMonitoringScheduleCommand({ MonitoringScheduleName: 'hourly' }));
    assert.equal((await sagemaker.send(new sm.DescribeMonitoringScheduleCommand({ MonitoringScheduleName: 'hourly' }))).MonitoringScheduleStatus, 'Stopped');
    await sagemaker.send(new sm.StartMonitoringScheduleCommand({ MonitoringScheduleName: 'hourly' }));
    const count = (await executions()).length;
    await until(async () => (await executions()).length > count, { what: 'another execution' });
});

test('in a game, under policies: the page is told what was found, and how features are distributed', async () => {
    await emulator.kill();
    emulator = await start([fileURLToPath(new URL('packs/images', import.meta.url)), '--memory', '--speed', '120']);
    connect();
    const iam = new IAMClient(client(emulator)), policy = (one) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...one }] });
    ROLE = (await iam.send(new CreateRoleCommand({ RoleName: 'SageMakerRole', AssumeRolePolicyDocument: policy({ Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }) }))).Role.Arn;
    await iam.send(new PutRolePolicyCommand({ RoleName: 'SageMakerRole', PolicyName: 'all', PolicyDocument: policy({ Action: '*', Resource: '*' }) }));
    await deploy('churn');
    const feature = (name, value) => ({ name, inferred_type: 'Fractional', completeness: 1, numerical_statistics: { common: { num_present: 100, num_missing: 0 }, distribution: { kll: { buckets: [0, 1].map((i) => ({ lower_bound: value * i, upper_bound: value * (i + 1), count: 50 })), sketch: { data: [Array.from({ length: 100 }, (_, i) => (value * i) / 50)] } } } } });
    const features = ['score', 'plan', 'minutes', 'calls', 'charge', 'service'].map((name) => feature(name, 10));
    await put('baseline/statistics.json', JSON.stringify({ version: 0, features }));
    await put('baseline/constraints.json', JSON.stringify({ version: 0, features: features.map(({ numerical_statistics, ...rest }) => rest), monitoring_config: { datatype_check_threshold: 0.1 } }));
    await ask(rows(3, 60), 'played');
    NOW.DataAnalysisStartTime = '-PT8H';
    const found = await watch('played', { MonitoringJobDefinition: definition(), MonitoringType: 'DataQuality' });
    assert.equal(found.MonitoringExecutionStatus, 'CompletedWithViolations', found.FailureReason);
    const cookie = (await fetch(`${emulator.endpoint}/_rehearse/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })).headers.get('set-cookie').split(';')[0];
    const { monitors: [seen] } = await until(async () => {
        const now = await (await fetch(`${emulator.endpoint}/_rehearse/api/monitors`, { headers: { cookie } })).json();
        return now.monitors[0].alert === 'InAlert' && now;
    }, { what: 'the page' });
    assert.deepEqual([seen.name, seen.endpoint, seen.type, seen.executions.length], ['played', 'churn', 'DataQuality', 1]);
    const minutes = seen.executions[0].drifts.find((one) => one.feature === 'minutes');
    assert.ok(minutes.distance > 0.5 && minutes.threshold === 0.1);
    assert.deepEqual(minutes.buckets.map(({ before, now }) => [before, now]), [[0.5, 0], [0.5, 1]]);
    assert.ok(seen.executions[0].violations.some((one) => one.feature_name === 'minutes'));
});
