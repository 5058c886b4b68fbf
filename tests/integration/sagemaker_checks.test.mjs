// QualityCheck and ClarifyCheck steps: baselines calculated, registered and checked against, for data, predictions, bias and attributions; steps that
// only a pack's image can run.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as sm from '@aws-sdk/client-sagemaker';
import { client, start, until } from './emulator.mjs';
import { churn } from './sagemaker_data.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const MONITOR = '156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer';
const CLARIFY = '205585389593.dkr.ecr.us-east-1.amazonaws.com/sagemaker-clarify-processing:1.0';
const HEADER = ['churn', 'plan', 'minutes', 'calls', 'charge', 'service'];

let emulator, s3, sagemaker;
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
const read = async (url) => {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(url);
    return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToString();
};
const json = async (url) => JSON.parse(await read(url));
const named = (rows) => `${HEADER.join(',')}\n${rows}`;
const drifted = (rows) => rows.trim().split('\n').map((row) => row.split(',')).map((row) => [row[0], row[1], Number(row[2]) + 150, ...row.slice(3)].join(',')).join('\n');

before(async () => {
    emulator = await start(['sandbox', '--memory']);
    sagemaker = new sm.SageMakerClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('train/train.csv', churn(600, 1));
    await put('validation/validation.csv', churn(300, 2));
    await put('good/good.csv', named(churn(400, 1)));
    await put('again/again.csv', named(churn(400, 3)));
    await put('drifted/drifted.csv', named(drifted(churn(400, 3))));
    const judged = (wrong) => 'label,prediction,probability\n' + Array.from({ length: 300 }, (_, i) => [i % 3 ? 1 : 0, (i % 3 ? 1 : 0) ^ (i % wrong ? 0 : 1), 0.2 + (i % 3 ? 0.5 : 0) + (i % 7) / 30].join(',')).join('\n');
    await put('judged/judged.csv', judged(20));
    await put('misjudged/misjudged.csv', judged(3));
});
after(() => emulator.kill());

const check = (Name, Type, CheckType, inputs, Environment, image, out, more = {}) => ({
    Name, Type, CheckType, SkipCheck: false, RegisterNewBaseline: false, ...more,
    Arguments: {
        AppSpecification: { ImageUri: image }, RoleArn: ROLE, Environment,
        ProcessingResources: { ClusterConfig: { InstanceCount: 1, InstanceType: 'ml.c5.xlarge', VolumeSizeInGB: 20 } },
        ProcessingInputs: Object.entries(inputs).map(([InputName, [S3Uri, LocalPath]]) => ({ InputName, AppManaged: false, S3Input: { S3Uri, LocalPath, S3DataType: 'S3Prefix', S3InputMode: 'File' } })),
        ProcessingOutputConfig: { Outputs: [{ OutputName: 'quality_check_output', AppManaged: false, S3Output: { S3Uri: out, LocalPath: '/opt/ml/processing/output', S3UploadMode: 'EndOfJob' } }] },
    },
});
const quality = (Name, data, more, CheckType = 'DATA_QUALITY', environment = {}) => check(Name, 'QualityCheck', CheckType,
    { baseline_dataset_input: [`s3://data/${data}`, '/opt/ml/processing/input/baseline_dataset_input'] },
    { dataset_format: '{"csv": {"header": true}}', dataset_source: '/opt/ml/processing/input/baseline_dataset_input', output_path: '/opt/ml/processing/output', publish_cloudwatch_metrics: 'Disabled', ...environment },
    MONITOR, `s3://data/checks/${Name}`, more);
const clarify = (Name, data, config, CheckType, more) => check(Name, 'ClarifyCheck', CheckType,
    { analysis_config: [`s3://data/configs/${config}/analysis_config.json`, '/opt/ml/processing/input/config'], dataset: [`s3://data/${data}`, '/opt/ml/processing/input/data'] },
    {}, CLARIFY, `s3://data/checks/${Name}`, more);

let count = 0, role = ROLE;
async function run(Steps, Parameters = []) {
    const PipelineName = `checks-${++count}`;
    await sagemaker.send(new sm.CreatePipelineCommand({ PipelineName, RoleArn: role, PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Parameters, Steps }) }));
    const { PipelineExecutionArn } = await sagemaker.send(new sm.StartPipelineExecutionCommand({ PipelineName }));
    await until(async () => (await sagemaker.send(new sm.DescribePipelineExecutionCommand({ PipelineExecutionArn }))).PipelineExecutionStatus !== 'Executing', { what: 'a pipeline' });
    const { PipelineExecutionSteps } = await sagemaker.send(new sm.ListPipelineExecutionStepsCommand({ PipelineExecutionArn, SortOrder: 'Ascending' }));
    return Object.fromEntries(PipelineExecutionSteps.map((step) => [step.StepName, step]));
}
const succeeded = (step) => assert.equal(step.StepStatus, 'Succeeded', step.FailureReason);

test('data quality: a baseline is suggested, good data pass, drifted ones fail the step with a report', async () => {
    const { Baseline, Register } = await run([
        quality('Baseline', 'good', { SkipCheck: true, RegisterNewBaseline: true }),
        {
            Name: 'Register', Type: 'RegisterModel', Arguments: {
                ModelPackageGroupName: 'churners', ModelApprovalStatus: 'Approved',
                InferenceSpecification: { Containers: [{ Image: XGBOOST, ModelDataUrl: 's3://data/none/model.tar.gz' }], SupportedContentTypes: ['text/csv'], SupportedResponseMIMETypes: ['text/csv'] },
                DriftCheckBaselines: { ModelDataQuality: { Constraints: { ContentType: 'application/json', S3Uri: { Get: 'Steps.Baseline.BaselineUsedForDriftCheckConstraints' } }, Statistics: { ContentType: 'application/json', S3Uri: { Get: 'Steps.Baseline.BaselineUsedForDriftCheckStatistics' } } } },
            },
        },
    ]);
    succeeded(Baseline);
    succeeded(Register);
    const told = Baseline.Metadata.QualityCheck;
    assert.equal(told.CheckType, 'DATA_QUALITY');
    assert.equal(told.CalculatedBaselineConstraints, 's3://data/checks/Baseline/constraints.json');
    assert.equal(told.BaselineUsedForDriftCheckConstraints, told.CalculatedBaselineConstraints);
    assert.match(told.CheckJobArn, /:processing-job\//);
    const statistics = await json(told.CalculatedBaselineStatistics), constraints = await json(told.CalculatedBaselineConstraints);
    assert.equal(statistics.dataset.item_count, 400);
    assert.deepEqual(statistics.features.map((feature) => [feature.name, feature.inferred_type]), [['churn', 'Integral'], ['plan', 'Integral'], ['minutes', 'Fractional'], ['calls', 'Integral'], ['charge', 'Fractional'], ['service', 'Integral']]);
    const numbers = statistics.features[2].numerical_statistics, column = churn(400, 1).trim().split('\n').map((row) => Number(row.split(',')[2]));
    const mean = column.reduce((a, b) => a + b) / 400;
    assert.ok(Math.abs(numbers.mean - mean) < 1e-9 && numbers.min === Math.min(...column) && numbers.max === Math.max(...column));
    assert.ok(Math.abs(numbers.std_dev - Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / 400)) < 1e-9);
    assert.equal(numbers.distribution.kll.buckets.reduce((sum, bucket) => sum + bucket.count, 0), 400);
    assert.deepEqual(constraints.features[2], { name: 'minutes', inferred_type: 'Fractional', completeness: 1, num_constraints: { is_non_negative: true } });
    assert.equal(constraints.monitoring_config.distribution_constraints.comparison_method, 'Robust');

    const { Again, Drifted } = await run([quality('Again', 'again', { ModelPackageGroupName: 'churners' }), { ...quality('Drifted', 'drifted', { ModelPackageGroupName: 'churners' }), DependsOn: ['Again'] }]);
    succeeded(Again);
    assert.equal(Again.Metadata.QualityCheck.BaselineUsedForDriftCheckConstraints, told.CalculatedBaselineConstraints);
    assert.equal(Drifted.StepStatus, 'Failed');
    assert.match(Drifted.FailureReason, /constraint_violations\.json/);
    const { violations } = await json(Drifted.Metadata.QualityCheck.ViolationReport);
    assert.deepEqual(violations.map((one) => [one.feature_name, one.constraint_check_type]), [['minutes', 'baseline_drift_check']]);
    assert.match(violations[0].description, /^Baseline drift distance: 0\.\d+ exceeds threshold: 0\.1/);
});

test('without a baseline a check fails in words; FailOnViolation false and SkipCheck let violations pass', async () => {
    const { Lonely } = await run([quality('Lonely', 'good', {})]);
    assert.equal(Lonely.StepStatus, 'Failed');
    assert.match(Lonely.FailureReason, /no baseline/);
    const supplied = { SuppliedBaselineConstraints: 's3://data/checks/Baseline/constraints.json', SuppliedBaselineStatistics: 's3://data/checks/Baseline/statistics.json' };
    const { Told, Skipped } = await run([quality('Told', 'drifted', { ...supplied, FailOnViolation: false }), quality('Skipped', 'drifted', { ...supplied, SkipCheck: { Get: 'Parameters.Skip' } })], [{ Name: 'Skip', Type: 'Boolean', DefaultValue: true }]);
    succeeded(Told);
    assert.equal(Told.Metadata.QualityCheck.ViolationReport, 's3://data/checks/Told/constraint_violations.json');
    succeeded(Skipped);
    assert.equal(Skipped.Metadata.QualityCheck.ViolationReport, undefined);
});

test('model quality: metrics of predictions, and which fell below the baseline', async () => {
    const environment = { analysis_type: 'MODEL_QUALITY', problem_type: 'BinaryClassification', inference_attribute: 'prediction', probability_attribute: 'probability', ground_truth_attribute: 'label' };
    const { Judged } = await run([quality('Judged', 'judged', { SkipCheck: true, RegisterNewBaseline: true }, 'MODEL_QUALITY', environment)]);
    succeeded(Judged);
    const { binary_classification_metrics: metrics } = await json('s3://data/checks/Judged/statistics.json');
    assert.deepEqual(metrics.confusion_matrix, { 0: { 0: 95, 1: 5 }, 1: { 1: 190, 0: 10 } });
    assert.equal(metrics.accuracy.value, 285 / 300);
    assert.equal(metrics.recall.value, 0.95);
    assert.ok(metrics.auc.value > 0.99 && typeof metrics.accuracy.standard_deviation === 'number');
    const { binary_classification_constraints: constraints } = await json('s3://data/checks/Judged/constraints.json');
    assert.deepEqual(constraints.false_positive_rate, { threshold: 0.05, comparison_operator: 'GreaterThanThreshold' });
    const { Misjudged } = await run([quality('Misjudged', 'misjudged', { SuppliedBaselineConstraints: 's3://data/checks/Judged/constraints.json' }, 'MODEL_QUALITY', environment)]);
    assert.equal(Misjudged.StepStatus, 'Failed');
    const { violations } = await json(Misjudged.Metadata.QualityCheck.ViolationReport);
    assert.ok(violations.some((one) => one.metric_name === 'precision' && one.constraint_check_type === 'LessThanThreshold' && one.description.startsWith('Metric precision with ')));
});

test('bias and attributions of a model that was trained', async () => {
    const training = {
        TrainingJobName: 'churn', RoleArn: ROLE, AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' }, OutputDataConfig: { S3OutputPath: 's3://data/models' },
        StoppingCondition: { MaxRuntimeInSeconds: 3600 }, ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.xlarge', VolumeSizeInGB: 10 },
        HyperParameters: { objective: 'binary:logistic', num_round: '30', max_depth: '4' },
        InputDataConfig: ['train', 'validation'].map((ChannelName) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://data/${ChannelName}` } } })),
    };
    await sagemaker.send(new sm.CreateTrainingJobCommand(training));
    await until(async () => (await sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName: 'churn' }))).TrainingJobStatus === 'Completed', { what: 'a training job' });
    await sagemaker.send(new sm.CreateModelCommand({ ModelName: 'churn', ExecutionRoleArn: ROLE, PrimaryContainer: { Image: XGBOOST, ModelDataUrl: 's3://data/models/churn/output/model.tar.gz' } }));
    const common = { dataset_type: 'text/csv', headers: HEADER, label: 'churn', label_values_or_threshold: [1], facet: [{ name_or_index: 'plan', value_or_threshold: [1] }], group_variable: 'service' };
    const predictor = { model_name: 'churn', instance_type: 'ml.m5.xlarge', initial_instance_count: 1, accept_type: 'text/csv', content_type: 'text/csv' };
    await put('configs/data/analysis_config.json', JSON.stringify({ ...common, methods: { pre_training_bias: { methods: 'all' }, report: { name: 'report' } } }));
    await put('configs/model/analysis_config.json', JSON.stringify({ ...common, predictor, probability_threshold: 0.5, methods: { post_training_bias: { methods: 'all' } } }));
    await put('configs/shap/analysis_config.json', JSON.stringify({ ...common, predictor, methods: { shap: { num_samples: 100, agg_method: 'mean_abs', save_local_shap_values: true } } }));
    const skip = { SkipCheck: true, RegisterNewBaseline: true };
    const steps = await run([clarify('DataBias', 'train', 'data', 'DATA_BIAS', skip), clarify('ModelBias', 'train', 'model', 'MODEL_BIAS', skip), clarify('Shap', 'train', 'shap', 'MODEL_EXPLAINABILITY', skip)]);
    for (const name of ['DataBias', 'ModelBias', 'Shap'])
        succeeded(steps[name]);
    const rows = churn(600, 1).trim().split('\n').map((row) => row.split(',').map(Number));
    const d = rows.filter((row) => row[1] === 1), a = rows.filter((row) => row[1] !== 1), rate = (some) => some.filter((row) => row[0] === 1).length / some.length;
    const { pre_training_bias_metrics: data } = await json(steps.DataBias.Metadata.ClarifyCheck.CalculatedBaselineConstraints);
    const before = Object.fromEntries(data.facets.plan[0].metrics.map((metric) => [metric.name, metric.value]));
    assert.equal(data.facets.plan[0].value_or_threshold, '1');
    assert.ok(Math.abs(before.CI - (a.length - d.length) / rows.length) < 1e-12);
    assert.ok(Math.abs(before.DPL - (rate(a) - rate(d))) < 1e-12);
    const p = [rate(a), 1 - rate(a)], q = [rate(d), 1 - rate(d)], kl = (one, other) => one.reduce((sum, x, i) => sum + x * Math.log(x / other[i]), 0);
    assert.ok(Math.abs(before.KL - kl(p, q)) < 1e-12 && Math.abs(before.TVD - Math.abs(p[0] - q[0])) < 1e-12 && Math.abs(before.LP - Math.SQRT2 * Math.abs(p[0] - q[0])) < 1e-12);
    assert.ok(before.KS > 0 && before.JS > 0 && typeof before.CDDL === 'number');
    const { post_training_bias_metrics: model } = await json('s3://data/checks/ModelBias/analysis.json');
    const after = Object.fromEntries(model.facets.plan[0].metrics.map((metric) => [metric.name, metric.value]));
    assert.deepEqual(Object.keys(after), ['AD', 'CDDPL', 'DAR', 'DCA', 'DCR', 'DI', 'DPPL', 'DRR', 'FT', 'GE', 'RD', 'SD', 'TE']);
    assert.ok(after.DPPL > 0 && after.DI < 1 && Math.abs(after.AD) < 0.2, JSON.stringify(after));
    const { explanations } = await json('s3://data/checks/Shap/analysis.json');
    const { global_shap_values: shap } = explanations.kernel_shap.label0;
    assert.ok(shap.service > shap.calls && shap.minutes + shap.charge > shap.calls, JSON.stringify(shap));
    const local = (await read('s3://data/checks/Shap/explanations_shap/out.csv')).trim().split('\n');
    assert.equal(local[0], HEADER.slice(1).map((name) => `${name}_label0`).join(','));
    assert.equal(local.length, 601);

    const worse = churn(600, 5).trim().split('\n').map((row) => row.split(',')).map((row) => (row[1] === '1' ? ['0', ...row.slice(1)] : row).join(',')).join('\n');
    await put('worse/worse.csv', worse);
    const { Worse } = await run([clarify('Worse', 'worse', 'data', 'DATA_BIAS', { SuppliedBaselineConstraints: 's3://data/checks/DataBias/analysis.json' })]);
    assert.equal(Worse.StepStatus, 'Failed');
    const report = await json(Worse.Metadata.ClarifyCheck.ViolationReport);
    assert.equal(report.version, '1.0');
    assert.ok(report.violations.some((one) => one.facet === 'plan' && one.facet_value === '1' && one.metric_name === 'DPL' && one.constraint_check_type === 'bias_drift_check'));
});

test('what only a pack can run says so', async () => {
    const { Spark, Notebook } = await run([
        { Name: 'Spark', Type: 'EMR', Arguments: { ClusterId: 'j-1', StepConfig: { Name: 'count', HadoopJarStep: { Jar: 's3://data/count.jar', Args: ['a'] } } } },
        { Name: 'Notebook', Type: 'NotebookJob', Arguments: {} },
    ]);
    assert.match(Spark.FailureReason, /image of the pack.*s3:\/\/data\/count\.jar/);
    assert.equal(Spark.Metadata.EMR.ClusterId, 'j-1');
    if (Notebook)
        assert.match(Notebook.FailureReason, /Arguments do not say what runs/);
});

test('a pack\'s images run steps of EMR and notebooks', async () => {
    await emulator.kill();
    emulator = await start([fileURLToPath(new URL('packs/images', import.meta.url)), '--memory', '--iam', 'off', '--speed', '100']);
    sagemaker = new sm.SageMakerClient(client(emulator));
    role = `arn:aws:iam::${(await new STSClient(client(emulator)).send(new GetCallerIdentityCommand({}))).Account}:role/SageMakerRole`;
    const emr = (Name, argument) => ({ Name, Type: 'EMR', Arguments: { ClusterId: 'j-1', StepConfig: { Name: 'count', HadoopJarStep: { Jar: 's3://jobs/count.jar', Args: [argument] } } } });
    const { Count, Nothing, Notebook } = await run([
        emr('Count', { Get: 'Parameters.What' }), { ...emr('Nothing', 'nothing'), DependsOn: ['Notebook'] },
        { Name: 'Notebook', Type: 'NotebookJob', Arguments: { ImageUri: '000000000001.dkr.ecr.us-east-1.amazonaws.com/notebooks:1' } },
    ], [{ Name: 'What', Type: 'String', DefaultValue: 'rides' }]);
    succeeded(Count);
    assert.match(Count.Metadata.EMR.StepId, /^s-[A-Za-z0-9]{13}$/);
    succeeded(Notebook);
    assert.equal(Nothing.StepStatus, 'Failed');
    assert.match(Nothing.FailureReason, /there is nothing to count/);
});
