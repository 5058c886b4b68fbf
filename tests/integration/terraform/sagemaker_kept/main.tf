variable "text" {}
resource "aws_iam_role" "r" {
  name               = "tf-studio"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "sagemaker.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_sagemaker_domain" "d" {
  domain_name = "tf-domain"
  auth_mode   = "IAM"
  vpc_id      = "vpc-0123456789abcdef0"
  subnet_ids  = ["subnet-0123456789abcdef0"]
  default_user_settings {
    execution_role  = aws_iam_role.r.arn
    security_groups = ["sg-0123456789abcdef0"]
    jupyter_server_app_settings {
      default_resource_spec { instance_type = "system" }
    }
  }
  default_space_settings { execution_role = aws_iam_role.r.arn }
  retention_policy { home_efs_file_system = "Delete" }
  tags = { text = var.text }
}
resource "aws_sagemaker_user_profile" "u" {
  domain_id         = aws_sagemaker_domain.d.id
  user_profile_name = "ann"
  user_settings {
    execution_role  = aws_iam_role.r.arn
    security_groups = ["sg-0123456789abcdef0"]
  }
  tags = { text = var.text }
}
resource "aws_sagemaker_space" "s" {
  domain_id          = aws_sagemaker_domain.d.id
  space_name         = "room"
  space_display_name = var.text
  ownership_settings { owner_user_profile_name = aws_sagemaker_user_profile.u.user_profile_name }
  space_sharing_settings { sharing_type = "Private" }
  space_settings {
    app_type = "JupyterLab"
    space_storage_settings {
      ebs_storage_settings { ebs_volume_size_in_gb = 10 }
    }
  }
}
resource "aws_sagemaker_app" "a" {
  domain_id         = aws_sagemaker_domain.d.id
  user_profile_name = aws_sagemaker_user_profile.u.user_profile_name
  app_name          = "default"
  app_type          = "JupyterServer"
  tags              = { text = var.text }
}
resource "aws_sagemaker_image" "i" {
  image_name  = "tf-image"
  role_arn    = aws_iam_role.r.arn
  description = var.text
}
resource "aws_sagemaker_image_version" "v" {
  image_name = aws_sagemaker_image.i.image_name
  base_image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
}
resource "aws_sagemaker_app_image_config" "c" {
  app_image_config_name = "tf-image-config"
  kernel_gateway_image_config {
    kernel_spec {
      name         = "kernel"
      display_name = var.text
    }
  }
}
resource "aws_sagemaker_studio_lifecycle_config" "l" {
  studio_lifecycle_config_name     = "tf-studio-start"
  studio_lifecycle_config_app_type = "JupyterLab"
  studio_lifecycle_config_content  = base64encode("echo ready")
  tags                             = { text = var.text }
}
resource "aws_sagemaker_code_repository" "c" {
  code_repository_name = "tf-code"
  git_config {
    repository_url = "https://github.com/aws/amazon-sagemaker-examples.git"
  }
  tags = { text = var.text }
}
resource "aws_sagemaker_notebook_instance_lifecycle_configuration" "n" {
  name     = "tf-start"
  on_start = base64encode(var.text)
}
resource "aws_sagemaker_notebook_instance" "n" {
  name                    = "tf-notebook"
  role_arn                = aws_iam_role.r.arn
  instance_type           = var.text == "one" ? "ml.t3.medium" : "ml.t3.large"
  lifecycle_config_name   = aws_sagemaker_notebook_instance_lifecycle_configuration.n.name
  default_code_repository = aws_sagemaker_code_repository.c.code_repository_name
  tags                    = { text = var.text }
}
resource "aws_sagemaker_mlflow_tracking_server" "m" {
  tracking_server_name = "tf-flow"
  role_arn             = aws_iam_role.r.arn
  artifact_store_uri   = "s3://tf-artifacts/mlflow"
  tracking_server_size = var.text == "one" ? "Small" : "Medium"
}
resource "aws_sagemaker_device_fleet" "f" {
  device_fleet_name = "tf-fleet"
  role_arn          = aws_iam_role.r.arn
  description       = var.text
  output_config { s3_output_location = "s3://tf-artifacts/fleet/" }
}
resource "aws_sagemaker_device" "d" {
  device_fleet_name = aws_sagemaker_device_fleet.f.device_fleet_name
  device {
    device_name = "camera"
    description = var.text
  }
}
resource "aws_sagemaker_hub" "h" {
  hub_name        = "tf-hub"
  hub_description = var.text
}
resource "aws_sagemaker_project" "p" {
  project_name        = "tf-project"
  project_description = var.text
  service_catalog_provisioning_details { product_id = "prod-abcdefghijklm" }
}
resource "aws_sagemaker_workforce" "w" {
  workforce_name = "tf-crowd"
  cognito_config {
    client_id = "client"
    user_pool = "us-east-1_abcdefghi"
  }
}
resource "aws_sagemaker_workteam" "w" {
  workteam_name  = "tf-team"
  workforce_name = aws_sagemaker_workforce.w.workforce_name
  description    = var.text
  member_definition {
    cognito_member_definition {
      client_id  = "client"
      user_pool  = "us-east-1_abcdefghi"
      user_group = "labelers"
    }
  }
}
resource "aws_sagemaker_servicecatalog_portfolio_status" "p" {
  status = "Enabled"
}
