variable "text" {}
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
    image          = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
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
    initial_instance_count = var.text == "one" ? 1 : 2
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
