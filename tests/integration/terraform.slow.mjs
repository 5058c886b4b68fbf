// Terraform with its AWS provider, from a mirror on this machine: what stands in the folders of terraform/, each a part of this cloud,
// is applied, planned without a difference, changed, planned again, destroyed. The provider's own waiting for lifecycle rules to settle
// takes a minute each time.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
    CreateEndpointCommand, CreateEndpointConfigCommand, CreateTrainingJobCommand, DescribeDomainCommand, DescribeEndpointCommand,
    DescribeFeatureGroupCommand, DescribeMonitoringScheduleCommand, DescribePipelineCommand, DescribeTrainingJobCommand,
    ListDomainsCommand, ListEndpointsCommand, ListModelsCommand, ListNotebookInstancesCommand, ListPipelinesCommand, SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { client, start, until } from './emulator.mjs';
import { abalone } from './sagemaker_data.mjs';
import { zip } from './zip.mjs';

const run = promisify(execFile);
const mirror = [process.env.REHEARSE_TERRAFORM_MIRROR, '/opt/tf-plugins', '/usr/local/share/terraform/plugins', '/usr/share/terraform/plugins']
    .find((path) => path && existsSync(join(path, 'registry.terraform.io', 'hashicorp', 'aws')));
const skip = spawnSync('terraform', ['version']).error ? 'there is no terraform' : !mirror && 'there is no mirror with its AWS provider';

const code = zip({ 'app.py': 'def handler(event, context):\n    return event\n' });
const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';

// What is done to the resources of each folder when it is made, and when its text is another.
const MADE = {
    application: { create: 14 },
    lexv2: { create: 7 },
    s3: { create: 13 },
    sagemaker: { create: 9 },
    sagemaker_data: { create: 6 },
    sagemaker_kept: { create: 20 },
};
const CHANGED = {
    application: { update: 9 },
    lexv2: { update: 3 },
    s3: { update: 4 },
    sagemaker: { create: 1, update: 4, delete: 1 },
    sagemaker_data: { update: 3 },
    sagemaker_kept: { update: 16 },
};
const DESTROYED = Object.fromEntries(Object.entries(MADE).map(([folder, { create }]) => [folder, { delete: create }]));

let folder, emulator, sagemaker;

async function open() {
    folder = mkdtempSync(join(tmpdir(), 'rehearse-terraform-'));
    cpSync(new URL('terraform', import.meta.url), folder, { recursive: true });
    writeFileSync(join(folder, 'rc'), `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`);
    writeFileSync(join(folder, 'code.zip'), code);
    emulator = await start();
    sagemaker = new SageMakerClient(client(emulator));
}

async function close() {
    await emulator?.kill();
    rmSync(folder, { recursive: true, force: true });
}

/** What it printed. Only what is said here is in its environment: no profile or proxy of the one who runs the test. */
async function terraform(...words) {
    const env = {
        PATH: process.env.PATH, HOME: folder, TF_CLI_CONFIG_FILE: join(folder, 'rc'), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1',
        AWS_ENDPOINT_URL: emulator.endpoint,
    };
    try {
        return (await run('terraform', words, { cwd: folder, env, maxBuffer: 1 << 26 })).stdout;
    } catch (error) {
        throw new Error(`terraform ${words.join(' ')}: ${error.stdout}\n${error.stderr}`);
    }
}

/** Applies or destroys: { actions: { folder: { create, update, delete } }, outputs }. What is there was looked at by a plan just before. */
async function change(command, text) {
    const told = (await terraform(command, '-json', '-auto-approve', '-refresh=false', '-parallelism=30', '-var', `text=${text}`))
        .trim().split('\n').map((line) => JSON.parse(line));
    const actions = {};
    for (const { hook } of told.filter(({ type, hook }) => type === 'apply_complete' && hook.action !== 'read')) {
        const of = (actions[hook.resource.module.replace('module.', '')] ??= {});
        of[hook.action] = (of[hook.action] ?? 0) + 1;
    }
    return { actions, outputs: told.findLast(({ type }) => type === 'outputs')?.outputs };
}

/** A plan, which looks at all there is, finds nothing to do: any difference exits with 2. */
const unchanged = (text) => terraform('plan', '-no-color', '-detailed-exitcode', '-parallelism=30', '-var', `text=${text}`);

/** The model and the endpoint that the configuration speaks of and does not make. */
async function prepare() {
    const s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key: 'train/data.csv', Body: abalone(100, 1) }));
    await sagemaker.send(new CreateTrainingJobCommand({
        TrainingJobName: 'one', RoleArn: 'arn:aws:iam::000000000000:role/Trainer',
        AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' }, HyperParameters: { num_round: '3' },
        InputDataConfig: [{ ChannelName: 'train', ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/train' } } }],
        OutputDataConfig: { S3OutputPath: 's3://data/models' }, ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 5 }, StoppingCondition: { MaxRuntimeInSeconds: 600 },
    }));
    const done = await until(async () => {
        const now = await sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName: 'one' }));
        return now.TrainingJobStatus !== 'InProgress' && now;
    }, { what: 'a training job' });
    assert.equal(done.TrainingJobStatus, 'Completed', done.FailureReason);

    const variant = { VariantName: 'all', InstanceType: 'ml.m5.large', InitialInstanceCount: 1 };
    await sagemaker.send(new CreateEndpointConfigCommand({ EndpointConfigName: 'watched', ExecutionRoleArn: 'arn:aws:iam::000000000000:role/Any', ProductionVariants: [variant] }));
    await sagemaker.send(new CreateEndpointCommand({ EndpointName: 'watched', EndpointConfigName: 'watched' }));
}

async function application_works(text) {
    const { Code } = await new LambdaClient(client(emulator)).send(new GetFunctionCommand({ FunctionName: 'worker', Qualifier: 'live' }));
    assert.deepEqual(Buffer.from(await (await fetch(Code.Location)).arrayBuffer()), code);
    await new SFNClient(client(emulator)).send(new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:flow' }));
    const logs = new CloudWatchLogsClient(client(emulator));
    const ended = { logGroupName: '/aws/vendedlogs/states/flow', filterPattern: `{ $.type = "ExecutionSucceeded" && $.details.output = "*${text}*" }` };
    await until(async () => (await logs.send(new FilterLogEventsCommand(ended))).events.length === 1, { what: 'the log of an execution' });
}

const endpoint = () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'tf-endpoint' }));
let first;

describe('Terraform', { skip }, () => {
    before(open);
    after(close);

    test('Terraform makes all there is, and then finds nothing to do', async () => {
        await Promise.all([terraform('init'), prepare()]);
        const { actions, outputs } = await change('apply', 'one');
        assert.deepEqual(actions, MADE);
        assert.equal(outputs.body.value, 'one');
        await unchanged('one');

        await application_works('one');
        first = await endpoint();
        assert.equal(first.EndpointStatus, 'InService');
        assert.equal((await sagemaker.send(new DescribeFeatureGroupCommand({ FeatureGroupName: 'tf-customers' }))).FeatureGroupStatus, 'Created');
        const [{ DomainId }] = (await sagemaker.send(new ListDomainsCommand({}))).Domains;
        assert.equal((await sagemaker.send(new DescribeDomainCommand({ DomainId }))).DefaultUserSettings.SecurityGroups[0], 'sg-0123456789abcdef0');
    });

    test('it changes what is told otherwise, in place where AWS can, and then finds nothing to do', async () => {
        const { actions, outputs } = await change('apply', 'two');
        assert.deepEqual(actions, CHANGED);
        assert.equal(outputs.body.value, 'two');
        await unchanged('two');

        await application_works('two');
        const second = await endpoint();
        assert.equal(second.EndpointStatus, 'InService');
        assert.notEqual(second.EndpointConfigName, first.EndpointConfigName);
        assert.equal(second.ProductionVariants[0].CurrentInstanceCount, 2);
        assert.equal((await sagemaker.send(new DescribePipelineCommand({ PipelineName: 'tf-pipeline' }))).PipelineDescription, 'two');
        const schedule = await sagemaker.send(new DescribeMonitoringScheduleCommand({ MonitoringScheduleName: 'tf-hourly' }));
        assert.equal(schedule.MonitoringScheduleConfig.ScheduleConfig.ScheduleExpression, 'cron(0 12 ? * * *)');
        const [notebook] = (await sagemaker.send(new ListNotebookInstancesCommand({}))).NotebookInstances;
        assert.deepEqual([notebook.InstanceType, notebook.NotebookInstanceStatus], ['ml.t3.large', 'InService']);
    });

    test('it destroys what it made, and nothing is left', async () => {
        assert.deepEqual((await change('destroy', 'two')).actions, DESTROYED);
        const endpoints = async () => (await sagemaker.send(new ListEndpointsCommand({}))).Endpoints.map((one) => one.EndpointName);
        await until(async () => !(await endpoints()).includes('tf-endpoint'), { what: 'the end of the endpoint' }); // the provider does not wait for it
        assert.deepEqual((await sagemaker.send(new ListModelsCommand({}))).Models, []);
        assert.deepEqual((await sagemaker.send(new ListPipelinesCommand({}))).PipelineSummaries, []);
        assert.deepEqual((await sagemaker.send(new ListDomainsCommand({}))).Domains, []);
    });
});
