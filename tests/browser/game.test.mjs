// A whole short game (integration/packs/tiny) in the real emulator, played by what the page shows: the trouble is seen, read,
// mended through the SDK, and the score rises before one's eyes; the clock, a rewind, and a server that dies meanwhile.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ListStateMachinesCommand, SFNClient, TagResourceCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { client, root, start } from '../integration/emulator.mjs';
import { newPage, text, until, useBrowser } from './browser.mjs';

useBrowser();

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');
const mended = JSON.stringify({ StartAt: 'Greet', States: { Greet: { Type: 'Pass', Parameters: { 'greeting.$': '$.name' }, End: true } } });

/** use(page, emulator, stop) with the page open; whoever comes without a session is refused once, which the console tells. */
async function play(args, use, options) {
    const emulator = await start([tiny, ...args], options);
    const page = await newPage();
    try {
        await page.goto(`${emulator.endpoint}/_rehearse/`);
        await page.locator('.tally').waitFor();
        await use(page, emulator);
        assert.deepEqual(page.said.filter((said) => !/Failed to load resource|ERR_/.test(said)), []);
    } finally {
        await page.context().close();
        await emulator.kill('SIGKILL');
    }
}

const score = (page) => page.evaluate(() => Number(document.querySelector('.tally .points').innerText.replace('−', '-').replace(/[^\d-]/g, '')));

async function machineOf(sfn) {
    return (await sfn.send(new ListStateMachinesCommand({}))).stateMachines[0].stateMachineArn;
}

test('a game from the first trouble to the last, by the page and the SDK', { timeout: 600_000 }, () =>
    play(['--memory', '--speed', '20', '--duration', '60m'], async (page, emulator) => {
        await page.getByText('Customers wait to be greeted.').first().waitFor();
        await page.getByText('Begin here').waitFor();
        const trouble = page.locator('.trouble');
        await trouble.getByText('The greeting failed: States.Runtime').waitFor();
        assert.match(await trouble.innerText(), /aws stepfunctions describe-execution --execution-arn arn:aws:states:/);

        // By keyboard: what a game tells meanwhile moves what a pointer aims at.
        await page.getByRole('button', { name: 'Hint 1 of 3: Buy for 5' }).press('Enter');
        await page.getByRole('button', { name: 'Pay 5' }).press('Enter');
        await page.getByText('Look at an execution that failed.').waitFor();

        await page.getByRole('link', { name: 'Executions' }).click();
        await page.locator('tr.failed a').first().click();
        await page.getByText("'$.customer' specified for the field 'greeting.$' could not be found").first().waitFor();
        await page.getByRole('button', { name: 'Greet, Pass: failed' }).waitFor();

        await page.getByRole('link', { name: 'Team', exact: true }).click();
        const sfn = new SFNClient(client(emulator));
        const before = await score(page);
        await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: await machineOf(sfn), definition: mended }));
        await page.getByText('The definition reads a field that nobody sends').first().waitFor();
        await page.locator('.faults .recovered').waitFor();
        await until(page, (was) => Number(document.querySelector('.tally .points').innerText) > was, before);
        assert.equal(await page.getByText('Begin here').count(), 0, 'who has called knows how');

        await trouble.getByText('ServiceQuotaExceededException').first().waitFor();
        await sfn.send(new TagResourceCommand({ resourceArn: await machineOf(sfn), tags: [{ key: 'open', value: 'yes' }] }));
        await until(page, () => document.querySelectorAll('.faults .recovered').length === 2 && !document.querySelector('.trouble'));

        await page.getByRole('link', { name: 'Calls' }).click();
        await page.getByText('UpdateStateMachine').first().waitFor();
        await page.getByRole('link', { name: 'Board' }).click();
        await page.getByRole('cell', { name: 'Team 1' }).waitFor();
        await page.getByRole('link', { name: 'Guide' }).click();
        await page.getByText('Look before you touch.').waitFor();

        await page.getByRole('link', { name: 'Team', exact: true }).click();
        await page.getByLabel('Speed').selectOption('60');
        await page.getByText('The shift is over.').waitFor({ timeout: 200_000 });
    }));

test('a name, a pause, a mark, and the way back to it', { timeout: 400_000 }, () =>
    play(['--memory', '--speed', '10', '--duration', '60m'], async (page) => {
        await page.getByRole('button', { name: 'Name your team' }).click();
        await page.getByLabel('Name your team').fill('<i>chihuahua</i> OR 머핀');
        await page.getByRole('button', { name: 'Take the name' }).click();
        await until(page, () => document.querySelector('.team-name .text')?.innerText === '<i>chihuahua</i> OR 머핀');

        await until(page, () => document.querySelector('.tally .points').innerText !== '0');
        await page.getByRole('button', { name: 'Pause' }).press('Enter');
        await page.getByRole('button', { name: 'Resume' }).waitFor();
        await page.getByRole('button', { name: /^Marks/ }).click();
        await page.getByLabel('Name of the mark').fill('here');
        await page.getByRole('button', { name: 'Set a mark' }).click();
        await page.getByRole('button', { name: 'Rewind: here' }).waitFor();
        const [points, left] = [await score(page), await text(page, '.time .left')];
        await page.getByRole('button', { name: '+1 min' }).click();
        const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
        await until(page, (wanted) => document.querySelector('.time .left').innerText.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) === wanted, seconds(left) - 60);
        await page.getByRole('button', { name: 'Rewind: here' }).click();
        await page.getByRole('button', { name: 'Go back' }).click();
        await until(page, (was) => document.querySelector('.time .left').innerText === was, left);
        await until(page, (was) => Number(document.querySelector('.tally .points').innerText) === was, points);
    }));

test('a mark is there after a restart, and leads back to before it', { timeout: 400_000 }, async () => {
    const data = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    try {
        await play(['--data', data, '--speed', '10', '--duration', '60m'], async (page, emulator) => {
            await until(page, () => document.querySelector('.tally .points').innerText !== '0');
            await page.getByRole('button', { name: 'Pause' }).press('Enter');
            await page.getByRole('button', { name: 'Resume' }).waitFor();
            await page.getByRole('button', { name: /^Marks/ }).click();
            await page.getByLabel('Name of the mark').fill('here');
            await page.getByRole('button', { name: 'Set a mark' }).click();
            await page.getByRole('button', { name: 'Rewind: here' }).waitFor();
            const [points, left] = [await score(page), await text(page, '.time .left')];
            await page.getByRole('button', { name: '+1 min' }).click();
            await until(page, (was) => document.querySelector('.time .left').innerText !== was, left);
            await emulator.kill('SIGKILL');
            const again = await start([tiny, '--data', data, '--speed', '10', '--duration', '60m'], { port: new URL(emulator.endpoint).port });
            try {
                await page.reload();
                await page.getByRole('button', { name: /^Marks/ }).click();
                await page.getByRole('button', { name: 'Rewind: here' }).click();
                await page.getByRole('button', { name: 'Go back' }).click();
                await until(page, (was) => document.querySelector('.time .left').innerText === was, left);
                await until(page, (was) => Number(document.querySelector('.tally .points').innerText) === was, points);
            } finally {
                await again.kill('SIGKILL');
            }
        });
    } finally {
        rmSync(data, { recursive: true, force: true });
    }
});

test('the server dies and comes back: the page waits, and goes on', { timeout: 400_000 }, async () => {
    const data = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    try {
        await play(['--data', data, '--speed', '10', '--duration', '60m'], async (page, emulator) => {
            await until(page, () => document.querySelector('.tally .points').innerText !== '0');
            await emulator.kill('SIGKILL');
            await page.getByText('Connection lost. Trying again…').first().waitFor();
            const again = await start([tiny, '--data', data, '--speed', '10', '--duration', '60m'], { port: new URL(emulator.endpoint).port });
            try {
                const before = await score(page);
                await until(page, () => !document.querySelector('.lost'));
                await until(page, (was) => Number(document.querySelector('.tally .points').innerText) > was || document.querySelector('.trouble'), before);
            } finally {
                await again.kill('SIGKILL');
            }
        });
    } finally {
        rmSync(data, { recursive: true, force: true });
    }
});
