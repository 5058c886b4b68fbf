// Terraform with its AWS provider, from a mirror on this machine, against an emulator of a test's own.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { start } from './emulator.mjs';

const run = promisify(execFile);
const mirror = [process.env.REHEARSE_TERRAFORM_MIRROR, '/opt/tf-plugins', '/usr/local/share/terraform/plugins', '/usr/share/terraform/plugins']
    .find((path) => path && existsSync(join(path, 'registry.terraform.io', 'hashicorp', 'aws')));
/** Why it cannot be tried here; false: it can. */
export const skip = spawnSync('terraform', ['version']).error ? 'there is no terraform' : !mirror && 'there is no mirror with its AWS provider';

/** The provider's configuration for these services at `endpoint`. */
export const provider = (endpoint, ...services) => `
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
  skip_requesting_account_id  = ${!services.includes('sts')}
  s3_use_path_style           = true
  endpoints {
${services.map((service) => `    ${service} = "${endpoint}"`).join('\n')}
  }
}`;

/** Runs `use` with { terraform, apply, emulator } in a folder with `configuration(endpoint)` and these files. */
export async function workspace(configuration, use, { files = {}, args = ['sandbox', '--memory'] } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-terraform-'));
    const emulator = await start(args);
    try {
        writeFileSync(join(folder, 'main.tf'), configuration(emulator.endpoint));
        writeFileSync(join(folder, 'rc'), `provider_installation {\n  filesystem_mirror { path = "${mirror}" }\n}\n`);
        for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
        const env = { ...process.env, TF_CLI_CONFIG_FILE: join(folder, 'rc'), TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
        const terraform = (...words) => run('terraform', [...words, '-no-color'], { cwd: folder, env, maxBuffer: 1 << 24 });
        const apply = async (...words) => (await terraform('apply', '-auto-approve', ...words)).stdout;
        await terraform('init');
        await use({ terraform, apply, emulator });
    } finally {
        await emulator.kill();
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A plan finds nothing to do: any difference exits with 2. */
export async function unchanged(terraform, ...words) {
    assert.match((await terraform('plan', '-detailed-exitcode', ...words)).stdout, /No changes/);
}
