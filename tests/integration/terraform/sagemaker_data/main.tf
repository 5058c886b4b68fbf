variable "text" {}
resource "aws_iam_role" "r" {
  name               = "tf-data"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "sagemaker.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.r.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}
resource "aws_s3_bucket" "b" {
  bucket        = "tf-features"
  force_destroy = true
}
resource "aws_sagemaker_feature_group" "f" {
  feature_group_name             = "tf-customers"
  record_identifier_feature_name = "customer"
  event_time_feature_name        = "at"
  role_arn                       = aws_iam_role.r.arn
  feature_definition {
    feature_name = "customer"
    feature_type = "String"
  }
  feature_definition {
    feature_name = "at"
    feature_type = "Fractional"
  }
  online_store_config { enable_online_store = true }
  offline_store_config {
    s3_storage_config { s3_uri = "s3://${aws_s3_bucket.b.bucket}/offline" }
  }
  tags       = { text = var.text }
  depends_on = [aws_iam_role_policy.p]
}
resource "aws_sagemaker_data_quality_job_definition" "d" {
  name     = "tf-quality"
  role_arn = aws_iam_role.r.arn
  data_quality_app_specification { image_uri = "156813124566.dkr.ecr.us-east-1.amazonaws.com/sagemaker-model-monitor-analyzer" }
  data_quality_job_input {
    endpoint_input { endpoint_name = "watched" }
  }
  data_quality_job_output_config {
    monitoring_outputs {
      s3_output { s3_uri = "s3://${aws_s3_bucket.b.bucket}/reports" }
    }
  }
  job_resources {
    cluster_config {
      instance_count    = 1
      instance_type     = "ml.t3.medium"
      volume_size_in_gb = 20
    }
  }
  tags = { text = var.text }
}
resource "aws_sagemaker_monitoring_schedule" "s" {
  name = "tf-hourly"
  monitoring_schedule_config {
    monitoring_job_definition_name = aws_sagemaker_data_quality_job_definition.d.name
    monitoring_type                = "DataQuality"
    schedule_config { schedule_expression = var.text == "one" ? "cron(0 * ? * * *)" : "cron(0 12 ? * * *)" }
  }
  tags = { text = var.text }
}
