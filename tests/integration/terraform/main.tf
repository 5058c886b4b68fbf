# All in one state: a provider takes five seconds of processor time to start and tell its schema, once a command. One that is told
# `endpoints` takes eight more, so the test says AWS_ENDPOINT_URL.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
}
variable "text" {}
module "application" {
  source = "./application"
  text   = var.text
}
module "lexv2" {
  source = "./lexv2"
  text   = var.text
}
module "s3" {
  source = "./s3"
  text   = var.text
}
module "sagemaker" {
  source = "./sagemaker"
  text   = var.text
}
module "sagemaker_data" {
  source = "./sagemaker_data"
  text   = var.text
}
module "sagemaker_kept" {
  source = "./sagemaker_kept"
  text   = var.text
}
output "body" { value = module.s3.body }
