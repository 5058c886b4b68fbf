// Two pipelines in a game's account: one that trains and then fails by its condition, one that waits to be answered.
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreatePipelineCommand, SageMakerClient, StartPipelineExecutionCommand } from '@aws-sdk/client-sagemaker';
import { client } from '../integration/emulator.mjs';
import { abalone } from '../integration/sagemaker_data.mjs';

const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';

export async function startPipelines(emulator) {
    const RoleArn = `arn:aws:iam::${emulator.exports.AWS_ACCOUNT_ID ?? '100000000001'}:role/Pipeline`;
    const iam = new IAMClient(client(emulator)), s3 = new S3Client({ ...client(emulator), forcePathStyle: true }), sagemaker = new SageMakerClient(client(emulator));
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: 'Pipeline', AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' }, Action: 'sts:AssumeRole' }] }) }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'Pipeline', PolicyName: 'All', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }) }));
    await s3.send(new CreateBucketCommand({ Bucket: 'abalone' }));
    for (const [name, seed] of [['train', 1], ['validation', 2]]) await s3.send(new PutObjectCommand({ Bucket: 'abalone', Key: `${name}/data.csv`, Body: abalone(200, seed) }));
    const channel = (ChannelName) => ({ ChannelName, ContentType: 'text/csv', DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://abalone/${ChannelName}` } } });
    const Steps = [
        { Name: 'Train', Type: 'Training', Arguments: { AlgorithmSpecification: { TrainingImage: XGBOOST, TrainingInputMode: 'File' }, HyperParameters: { num_round: '10', objective: 'reg:squarederror' }, InputDataConfig: [channel('train'), channel('validation')], OutputDataConfig: { S3OutputPath: 's3://abalone/models' }, ResourceConfig: { InstanceCount: 1, InstanceType: 'ml.m5.large', VolumeSizeInGB: 1 }, RoleArn: Role?.Arn ?? RoleArn, StoppingCondition: { MaxRuntimeInSeconds: 600 } } },
        { Name: 'GoodEnough', Type: 'Condition', Arguments: { Conditions: [{ Type: 'LessThan', LeftValue: { Get: "Steps.Train.FinalMetricDataList['validation:rmse'].Value" }, RightValue: 0.001 }], IfSteps: [{ Name: 'Never', Type: 'Fail', Arguments: { ErrorMessage: 'never' } }], ElseSteps: [{ Name: 'TooBad', Type: 'Fail', Arguments: { ErrorMessage: 'The model is too bad.' } }] } },
    ];
    await sagemaker.send(new CreatePipelineCommand({ PipelineName: 'abalone', RoleArn: Role.Arn, PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps }) }));
    await sagemaker.send(new StartPipelineExecutionCommand({ PipelineName: 'abalone', PipelineExecutionDisplayName: 'night-1' }));
    const ask = { Name: 'Ask', Type: 'Callback', SqsQueueUrl: 'https://sqs.us-east-1.amazonaws.com/1/approvals', Arguments: { model: 'abalone' }, OutputParameters: [] };
    await sagemaker.send(new CreatePipelineCommand({ PipelineName: 'approval', RoleArn: Role.Arn, PipelineDefinition: JSON.stringify({ Version: '2020-12-01', Steps: [ask] }) }));
    await sagemaker.send(new StartPipelineExecutionCommand({ PipelineName: 'approval', PipelineExecutionDisplayName: 'ask-1' }));
}
