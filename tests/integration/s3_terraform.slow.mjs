// Terraform's AWS provider, from a mirror on this machine: a bucket with what is usually said of one, applied, changed, planned
// without a difference, destroyed. Its own waiting for lifecycle rules to settle takes a minute each time.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { start } from './emulator.mjs';

const run = promisify(execFile);
const mirror = [process.env.REHEARSE_TERRAFORM_MIRROR, '/opt/tf-plugins', '/usr/local/share/terraform/plugins', '/usr/share/terraform/plugins']
    .find((path) => path && existsSync(join(path, 'registry.terraform.io', 'hashicorp', 'aws')));
const missing = spawnSync('terraform', ['version']).error ? 'there is no terraform' : !mirror && 'there is no mirror with its AWS provider';

const configuration = (endpoint) => `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "days" { default = 30 }
variable "text" { default = "one" }
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  s3_use_path_style           = true
  endpoints {
    s3 = "${endpoint}"
  }
}
resource "aws_s3_bucket" "b" {
  bucket        = "tf-bucket"
  force_destroy = true
  tags          = { team = "a" }
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_lifecycle_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    id     = "old"
    status = "Enabled"
    filter { prefix = "logs/" }
    expiration { days = var.days }
    noncurrent_version_expiration { noncurrent_days = 7 }
  }
  rule {
    id     = "all"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload { days_after_initiation = 3 }
  }
}
resource "aws_s3_bucket_policy" "b" {
  bucket = aws_s3_bucket.b.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = { AWS = "arn:aws:iam::222233334444:root" },
    Action = "s3:*", Resource = [aws_s3_bucket.b.arn, "\${aws_s3_bucket.b.arn}/*"] }] })
}
resource "aws_s3_bucket_public_access_block" "b" {
  bucket            = aws_s3_bucket.b.id
  block_public_acls = true
}
resource "aws_s3_bucket_ownership_controls" "b" {
  bucket = aws_s3_bucket.b.id
  rule { object_ownership = "BucketOwnerEnforced" }
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
  }
}
resource "aws_s3_bucket_cors_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  cors_rule {
    allowed_methods = ["GET"]
    allowed_origins = ["*"]
  }
}
resource "aws_s3_bucket_website_configuration" "b" {
  bucket = aws_s3_bucket.b.id
  index_document { suffix = "index.html" }
}
resource "aws_s3_bucket_notification" "b" {
  bucket      = aws_s3_bucket.b.id
  eventbridge = true
}
resource "aws_s3_object" "o" {
  count        = 3
  bucket       = aws_s3_bucket.b.id
  key          = "data/\${count.index}"
  content      = var.text
  content_type = "text/plain"
  metadata     = { a = "b" }
  tags         = { t = "1" }
  depends_on   = [aws_s3_bucket_versioning.b]
}
data "aws_s3_object" "o" {
  bucket = aws_s3_bucket.b.id
  key    = aws_s3_object.o[1].key
}
output "body" { value = data.aws_s3_object.o.body }
`;

test('Terraform makes, changes and destroys a bucket and what belongs to it', { skip: missing }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-terraform-'));
    const emulator = await start(['sandbox', '--memory']);
    try {
        writeFileSync(join(folder, 'main.tf'), configuration(emulator.endpoint));
        writeFileSync(join(folder, 'rc'), `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`);
        const env = { ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'rc'), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
        const terraform = (...args) => run('terraform', [...args, '-no-color'], { cwd: folder, env, maxBuffer: 1 << 24 });
        const changed = ['-var', 'days=60', '-var', 'text=two'];
        const apply = async (...vars) => (await terraform('apply', '-auto-approve', ...vars)).stdout;
        await terraform('init');
        assert.match(await apply(), /13 added, 0 changed, 0 destroyed[\s\S]*body = "one"/);
        assert.match((await terraform('plan', '-detailed-exitcode')).stdout, /No changes/); // any difference exits with 2
        assert.match(await apply(...changed), /0 added, 4 changed, 0 destroyed[\s\S]*body = "two"/);
        assert.match((await terraform('plan', '-detailed-exitcode', ...changed)).stdout, /No changes/);
        assert.match((await terraform('destroy', '-auto-approve', ...changed)).stdout, /13 destroyed/);
    } finally {
        await emulator.kill();
        rmSync(folder, { recursive: true, force: true });
    }
});
