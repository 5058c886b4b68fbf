// What is hosted, by Terraform: model, endpoint configuration, endpoint, model package group and pipeline, applied, planned without a
// difference, changed, destroyed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateTrainingJobCommand, DescribeEndpointCommand, DescribePipelineCommand, DescribeTrainingJobCommand, ListEndpointsCommand, ListModelsCommand, ListPipelinesCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { client, until } from './emulator.mjs';
import { abalone } from './sagemaker_data.mjs';
import { provider, skip, unchanged, workspace } from './terraform.mjs';

const XGBOOST = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1';
const configuration = (endpoint) => `${provider(endpoint, 'iam', 'sts', 'sagemaker')}
variable "text" { default = "one" }
variable "count_of_instances" { default = 1 }
resource "aws_iam_role" "r" {
  name               = "tf-sagemaker"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "sagemaker.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
resource "aws_sagemaker_model" "m" {
  name               = "tf-model"
  execution_role_arn = aws_iam_role.r.arn
  primary_container {
    image          = "${XGBOOST}"
    model_data_url = "s3://data/models/one/output/model.tar.gz"
  }
  tags       = { text = var.text }
  depends_on = [aws_iam_role_policy.p]
}
resource "aws_sagemaker_endpoint_configuration" "c" {
  name_prefix = "tf-config-"
  production_variants {
    variant_name           = "all"
    model_name             = aws_sagemaker_model.m.name
    initial_instance_count = var.count_of_instances
    instance_type          = "ml.m5.large"
  }
  lifecycle { create_before_destroy = true }
}
resource "aws_sagemaker_endpoint_configuration" "s" {
  name = "tf-serverless"
  production_variants {
    variant_name = "all"
    model_name   = aws_sagemaker_model.m.name
    serverless_config {
      max_concurrency   = 2
      memory_size_in_mb = 1024
    }
  }
  data_capture_config {
    enable_capture              = true
    initial_sampling_percentage = 50
    destination_s3_uri          = "s3://data/captured"
    capture_options { capture_mode = "Input" }
  }
}
resource "aws_sagemaker_endpoint" "e" {
  name                 = "tf-endpoint"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.c.name
  tags                 = { text = var.text }
}
resource "aws_sagemaker_model_package_group" "g" {
  model_package_group_name        = "tf-group"
  model_package_group_description = "what was trained"
  tags                            = { text = var.text }
}
resource "aws_sagemaker_model_package_group_policy" "g" {
  model_package_group_name = aws_sagemaker_model_package_group.g.model_package_group_name
  resource_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "Read", Effect = "Allow", Principal = { AWS = aws_iam_role.r.arn },
    Action = ["sagemaker:DescribeModelPackageGroup"], Resource = aws_sagemaker_model_package_group.g.arn }] })
}
resource "aws_sagemaker_pipeline" "p" {
  pipeline_name         = "tf-pipeline"
  pipeline_display_name = "tf-pipeline"
  pipeline_description  = var.text
  role_arn              = aws_iam_role.r.arn
  pipeline_definition   = jsonencode({ Version = "2020-12-01", Steps = [{ Name = "Stop", Type = "Fail", Arguments = { ErrorMessage = var.text } }] })
  tags                  = { text = var.text }
}
`;

/** The model that the endpoint answers with. */
async function train(emulator) {
    const s3 = new S3Client({ ...client(emulator), forcePathStyle: true }), sagemaker = new SageMakerClient(client(emulator));
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
}

test('Terraform makes, changes and destroys a model, its endpoint, a registry group and a pipeline', { skip }, () =>
    workspace(configuration, async ({ terraform, apply, emulator }) => {
        const sagemaker = new SageMakerClient(client(emulator));
        await train(emulator);
        assert.match(await apply(), /9 added, 0 changed, 0 destroyed/);
        await unchanged(terraform);
        const before = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'tf-endpoint' }));
        assert.equal(before.EndpointStatus, 'InService');
        assert.match(await apply('-var', 'text=two', '-var', 'count_of_instances=2'), /1 added, 4 changed, 1 destroyed/);
        await unchanged(terraform, '-var', 'text=two', '-var', 'count_of_instances=2');
        const after = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: 'tf-endpoint' }));
        assert.equal(after.EndpointStatus, 'InService');
        assert.notEqual(after.EndpointConfigName, before.EndpointConfigName);
        assert.equal(after.ProductionVariants[0].CurrentInstanceCount, 2);
        assert.equal((await sagemaker.send(new DescribePipelineCommand({ PipelineName: 'tf-pipeline' }))).PipelineDescription, 'two');
        assert.match((await terraform('destroy', '-auto-approve')).stdout, /9 destroyed/);
        await until(async () => !(await sagemaker.send(new ListEndpointsCommand({}))).Endpoints.length, { what: 'the end of the endpoint' }); // the provider does not wait for it
        assert.deepEqual((await sagemaker.send(new ListModelsCommand({}))).Models, []);
        assert.deepEqual((await sagemaker.send(new ListPipelinesCommand({}))).PipelineSummaries, []);
    }));
