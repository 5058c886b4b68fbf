// The picture at the top of README.md: a player alone at first-shift, who has mended the first two faults and meets the next. Run it anew when
// the page looks different (a Korean font belongs on the machine, for the language switch):
//     node picture.mjs [FILE]
import { join } from 'node:path';
import { GetRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DescribeStateMachineCommand, ListStateMachinesCommand, SFNClient, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { chromium } from 'playwright-core';
import { client, root, start } from '../integration/emulator.mjs';

const file = process.argv[2] ?? join(root, 'fixtures', 'pictures', 'tour-de-ml.png');
const emulator = await start(['first-shift', '--memory', '--speed', '8', '--seed', '1']);

async function permit() {
    const iam = new IAMClient(client(emulator)), policy = { RoleName: 'OrderRole', PolicyName: 'CallOrderFunctions' };
    const document = JSON.parse(decodeURIComponent((await iam.send(new GetRolePolicyCommand(policy))).PolicyDocument));
    document.Statement[0].Resource.push(document.Statement[0].Resource[0].replace('check-order', 'reserve-unicorn'));
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));
}

const browser = await chromium.launch({ executablePath: process.env.REHEARSE_CHROMIUM ?? '/usr/bin/chromium', args: process.getuid() === 0 ? ['--no-sandbox'] : [] });
try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-US' });
    await page.goto(`${emulator.endpoint}/_rehearse/`);
    await page.locator('.trouble').waitFor({ timeout: 120_000 });
    await page.waitForTimeout(12_000); // what the fault costs is seen
    const states = new SFNClient(client(emulator));
    const [{ stateMachineArn }] = (await states.send(new ListStateMachinesCommand({}))).stateMachines;
    const definition = JSON.parse((await states.send(new DescribeStateMachineCommand({ stateMachineArn }))).definition);
    definition.States.Price.Parameters.Payload['discount.$'] = '$.rate.discount';
    await states.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(definition) }));
    await page.locator('.faults .recovered').first().waitFor({ timeout: 120_000 });
    await page.waitForTimeout(4_000);
    await permit();
    await page.locator('.trouble').waitFor({ state: 'detached', timeout: 120_000 });
    await page.locator('.trouble').waitFor({ timeout: 240_000 });
    await page.mouse.move(0, 0);
    await page.waitForTimeout(500);
    await page.screenshot({ path: file });
} finally {
    await browser.close();
    await emulator.kill('SIGKILL');
}
