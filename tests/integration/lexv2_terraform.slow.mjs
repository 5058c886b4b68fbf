// Terraform's AWS provider, from a mirror on this machine: a Lex V2 bot with a locale, an intent, a slot and a version, applied,
// planned without a difference, changed, destroyed.
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
  required_providers { aws = { source = "hashicorp/aws" } }
}
variable "text" { default = "one" }
provider "aws" {
  region                      = "us-east-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  endpoints {
    lexv2models = "${endpoint}"
    iam         = "${endpoint}"
    sts         = "${endpoint}"
  }
}
resource "aws_iam_role" "r" {
  name               = "tf-lex"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "lexv2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
resource "aws_lexv2models_bot" "b" {
  name                        = "tf-bot"
  description                 = var.text
  role_arn                    = aws_iam_role.r.arn
  idle_session_ttl_in_seconds = 120
  data_privacy { child_directed = false }
  tags = { team = "a" }
}
resource "aws_lexv2models_bot_locale" "l" {
  bot_id                           = aws_lexv2models_bot.b.id
  bot_version                      = "DRAFT"
  locale_id                        = "en_US"
  n_lu_intent_confidence_threshold = 0.7
  description                      = var.text
  voice_settings {
    voice_id = "Kendra"
    engine   = "standard"
  }
}
resource "aws_lexv2models_slot_type" "t" {
  bot_id      = aws_lexv2models_bot.b.id
  bot_version = "DRAFT"
  locale_id   = aws_lexv2models_bot_locale.l.locale_id
  name        = "Kinds"
  value_selection_setting {
    resolution_strategy = "OriginalValue"
  }
  slot_type_values {
    sample_value { value = "rose" }
  }
}
resource "aws_lexv2models_intent" "i" {
  bot_id      = aws_lexv2models_bot.b.id
  bot_version = "DRAFT"
  locale_id   = aws_lexv2models_bot_locale.l.locale_id
  name        = "Order"
  description = var.text
  sample_utterance { utterance = "order flowers" }
  fulfillment_code_hook { enabled = true }
}
resource "aws_lexv2models_slot" "s" {
  bot_id       = aws_lexv2models_bot.b.id
  bot_version  = "DRAFT"
  locale_id    = aws_lexv2models_bot_locale.l.locale_id
  intent_id    = aws_lexv2models_intent.i.intent_id
  name         = "Kind"
  slot_type_id = aws_lexv2models_slot_type.t.slot_type_id
  value_elicitation_setting {
    slot_constraint = "Optional"
  }
}
resource "aws_lexv2models_bot_version" "v" {
  bot_id = aws_lexv2models_bot.b.id
  locale_specification = { (aws_lexv2models_bot_locale.l.locale_id) = { source_bot_version = "DRAFT" } }
  depends_on = [aws_lexv2models_slot.s]
}
`;

test('Terraform makes, changes and destroys a bot and what stands in it', { skip: missing }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-terraform-'));
    const emulator = await start(['sandbox', '--memory']);
    try {
        writeFileSync(join(folder, 'main.tf'), configuration(emulator.endpoint));
        writeFileSync(join(folder, 'rc'), `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`);
        const env = { ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'rc'), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
        const terraform = (...args) => run('terraform', [...args, '-no-color'], { cwd: folder, env, maxBuffer: 1 << 24 });
        const apply = async (...vars) => (await terraform('apply', '-auto-approve', ...vars)).stdout;
        await terraform('init');
        assert.match(await apply(), /7 added, 0 changed, 0 destroyed/);
        assert.match((await terraform('plan', '-detailed-exitcode')).stdout, /No changes/); // any difference exits with 2
        assert.match(await apply('-var', 'text=two'), /0 added, [1-9] changed, 0 destroyed/);
        assert.match((await terraform('destroy', '-auto-approve')).stdout, /7 destroyed/);
    } finally {
        await emulator.kill();
        rmSync(folder, { recursive: true, force: true });
    }
});
