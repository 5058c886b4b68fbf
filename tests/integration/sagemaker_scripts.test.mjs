// Users' scripts run as SageMaker's containers run them: processing jobs, training in script mode, in a sandbox.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as sm from '@aws-sdk/client-sagemaker';
import { client, start, until } from './emulator.mjs';
import { abalone } from './sagemaker_data.mjs';

const ROLE = 'arn:aws:iam::000000000000:role/SageMakerRole';
const SKLEARN = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3';
const works = () => {
    try {
        execFileSync('bwrap', ['--unshare-user', '--unshare-net', '--unshare-pid', '--ro-bind', '/', '/', '--proc', '/proc', 'true'], { stdio: 'ignore' });
        return existsSync('/usr/bin/python3');
    } catch {
        return false;
    }
};
const skip = !works() && 'there is no bubblewrap that works here, or no /usr/bin/python3';

let emulator, s3, sagemaker, made = 0;
const put = (Key, Body) => s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }));
const text = async (Key) => (await s3.send(new GetObjectCommand({ Bucket: 'data', Key }))).Body.transformToString();
before(async () => {
    emulator = await start(['sandbox', '--memory']);
    sagemaker = new sm.SageMakerClient(client(emulator));
    s3 = new S3Client({ ...client(emulator), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'data' }));
    await put('raw/abalone.csv', abalone(300, 1));
});
after(() => emulator.kill());

async function processing(script, more = {}) {
    const ProcessingJobName = `processing-${++made}`;
    await put(`code/${ProcessingJobName}/script.py`, script);
    const input = (InputName, S3Uri) => ({ InputName, S3Input: { S3Uri, LocalPath: `/opt/ml/processing/input/${InputName}`, S3DataType: 'S3Prefix', S3InputMode: 'File' } });
    await sagemaker.send(new sm.CreateProcessingJobCommand({
        ProcessingJobName, RoleArn: ROLE,
        ProcessingInputs: [input('data', 's3://data/raw'), input('code', `s3://data/code/${ProcessingJobName}/script.py`)],
        ProcessingOutputConfig: { Outputs: ['train', 'test'].map((OutputName) => ({ OutputName, S3Output: { S3Uri: `s3://data/${ProcessingJobName}/${OutputName}`, LocalPath: `/opt/ml/processing/${OutputName}`, S3UploadMode: 'EndOfJob' } })) },
        ProcessingResources: { ClusterConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 } },
        AppSpecification: { ImageUri: SKLEARN, ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/script.py'], ContainerArguments: ['--share', '0.7'] },
        ...more,
    }));
    const done = await until(async () => {
        const now = await sagemaker.send(new sm.DescribeProcessingJobCommand({ ProcessingJobName }));
        return now.ProcessingJobStatus !== 'InProgress' && now;
    }, { what: 'a processing job' });
    return { name: ProcessingJobName, ...done };
}

test('a processing script reads, writes, logs and calls the cloud', { skip }, async () => {
    const done = await processing(`
import os, sys, urllib.request
rows = open("/opt/ml/processing/input/data/abalone.csv").read().split("\\n")[:-1]
cut = int(len(rows) * float(sys.argv[sys.argv.index("--share") + 1]))
os.makedirs("/opt/ml/processing/train/deep", exist_ok=True)
open("/opt/ml/processing/train/deep/train.csv", "w").write("\\n".join(rows[:cut]))
open("/opt/ml/processing/test/test.csv", "w").write("\\n".join(rows[cut:]))
os.symlink("/etc/passwd", "/opt/ml/processing/test/stolen")
open("/opt/ml/output.txt", "w").write("not an output")
print("rows", len(rows), os.environ["AWS_REGION"], os.environ["KEY"])
print(urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_localstack/health").status if False else "end")
`, { Environment: { KEY: 'value' } });
    assert.equal(done.ProcessingJobStatus, 'Completed', done.FailureReason);
    assert.equal((await text(`${done.name}/train/deep/train.csv`)).split('\n').length, 210);
    const found = await s3.send(new ListObjectsV2Command({ Bucket: 'data', Prefix: done.name }));
    assert.deepEqual(found.Contents.map((o) => o.Key), [`${done.name}/test/test.csv`, `${done.name}/train/deep/train.csv`]);
    const logs = await new CloudWatchLogsClient(client(emulator)).send(new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/ProcessingJobs', logStreamNamePrefix: done.name }));
    assert.ok(logs.events.some((e) => e.message.startsWith('rows 300 us-east-1 value')));
});

test('a script that fails, one that leaves a message, one that sleeps too long', { skip }, async () => {
    const failed = await processing('import os\nos.makedirs("/opt/ml/output", exist_ok=True)\nopen("/opt/ml/output/message", "w").write("no good rows")\nraise SystemExit(3)');
    assert.equal(failed.ProcessingJobStatus, 'Failed');
    assert.equal(failed.FailureReason, 'AlgorithmError: See job logs for more information');
    assert.equal(failed.ExitMessage, 'no good rows');
    const strange = await processing('', { AppSpecification: { ImageUri: SKLEARN, ContainerEntrypoint: ['/opt/program/run'] } });
    assert.match(strange.FailureReason, /entrypoint/);
    const unknown = await processing('', { AppSpecification: { ImageUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/mine:1' } });
    assert.match(unknown.FailureReason, /^ClientError: CannotPullContainerError/);
    const name = 'sleeper', slow = processing('import time\ntime.sleep(60)');
    await until(async () => (await sagemaker.send(new sm.ListProcessingJobsCommand({ StatusEquals: 'InProgress' }))).ProcessingJobSummaries.length === 1, { what: name });
    await sagemaker.send(new sm.StopProcessingJobCommand({ ProcessingJobName: `processing-${made}` }));
    assert.equal((await until(async () => { const d = await sagemaker.send(new sm.DescribeProcessingJobCommand({ ProcessingJobName: `processing-${made}` })); return d.ProcessingJobStatus === 'Stopped' && d; })).ProcessingJobStatus, 'Stopped');
    await slow.catch(() => {});
});

const tar = (files) => {
    const blocks = [];
    for (const [name, body] of Object.entries(files)) {
        const head = Buffer.alloc(512), bytes = Buffer.from(body);
        head.write(name, 0); head.write('0000644\0', 100); head.write('0000000\0', 108); head.write('0000000\0', 116);
        head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124); head.write('00000000000\0', 136); head.write('        ', 148); head.write('0', 156); head.write('ustar\0', 257); head.write('00', 263);
        head.write(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
        blocks.push(head, bytes, Buffer.alloc((512 - bytes.length % 512) % 512));
    }
    return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
};

async function train(script) {
    const TrainingJobName = `script-${++made}`;
    await put(`${TrainingJobName}/source/sourcedir.tar.gz`, tar({ 'train.py': script }));
    await sagemaker.send(new sm.CreateTrainingJobCommand({
        TrainingJobName, RoleArn: ROLE, AlgorithmSpecification: { TrainingImage: SKLEARN, TrainingInputMode: 'File', MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+)' }] },
        InputDataConfig: [{ ChannelName: 'train', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: 's3://data/raw' } } }],
        OutputDataConfig: { S3OutputPath: 's3://data/models' }, ResourceConfig: { InstanceType: 'ml.m5.xlarge', InstanceCount: 1, VolumeSizeInGB: 30 }, StoppingCondition: { MaxRuntimeInSeconds: 600 },
        HyperParameters: { sagemaker_program: '"train.py"', sagemaker_submit_directory: `"s3://data/${TrainingJobName}/source/sourcedir.tar.gz"`, epochs: '3' },
    }));
    return until(async () => {
        const now = await sagemaker.send(new sm.DescribeTrainingJobCommand({ TrainingJobName }));
        return now.TrainingJobStatus !== 'InProgress' && now;
    }, { what: 'a training job' });
}

test('training in script mode: arguments, channels, metrics, and how it fails', { skip }, async () => {
    const good = await train(`
import argparse, os
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
epochs = parser.parse_args().epochs
for i in range(epochs):
    print(f"loss={1 / (i + 1)}")
assert os.listdir(os.environ["SM_CHANNEL_TRAIN"]) == ["abalone.csv"]
open(os.environ["SM_MODEL_DIR"] + "/weights.txt", "w").write("1 2 3")
`);
    assert.equal(good.TrainingJobStatus, 'Completed', good.FailureReason);
    assert.ok(Math.abs(good.FinalMetricDataList[0].Value - 1 / 3) < 1e-6);
    const bad = await train('raise ValueError("no such column: rings")');
    assert.equal(bad.TrainingJobStatus, 'Failed');
    assert.match(bad.FailureReason, /^AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: no such column: rings"\nCommand ".*python3.* train\.py --epochs 3", exit code: 1$/);
});
