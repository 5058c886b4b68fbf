// A recorded game played back on the page: the same views, at any moment, and nothing that can be changed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, root, start } from '../integration/emulator.mjs';
import { newPage, turnTo, until, useBrowser } from './browser.mjs';
import { forecast, forecasts, monitors, turn } from './mock_game.mjs';
import { startPipelines } from './pipelines.mjs';

useBrowser();

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');

/** Records a game until its first trouble has stood for a while. */
async function record(file) {
    const emulator = await start([tiny, '--memory', '--record', file, '--speed', '30', '--duration', '10h']);
    const page = await newPage();
    try {
        await page.goto(`${emulator.endpoint}/_rehearse/`);
        await page.locator('.trouble').waitFor();
        await until(page, () => document.querySelector('.tally .points').innerText !== '0');
    } finally {
        await page.context().close();
        await emulator.kill('SIGTERM');
    }
}

function replay(file) {
    const child = spawn(binary, ['replay', file, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const stopped = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
    return new Promise((resolve, reject) => {
        let text = '';
        const hear = (chunk) => {
            text += chunk;
            const link = /http:\/\/\S+\/_rehearse\/\S*/.exec(text);
            if (link && /Ready\./.test(text)) resolve({ link: link[0], stop: () => (child.kill(), stopped) });
        };
        child.stdout.on('data', hear);
        child.stderr.on('data', hear);
        stopped.then(() => reject(new Error(text)));
    });
}

test('a recorded game is gone through by a slider', { timeout: 400_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-')), file = join(folder, 'record.jsonl');
    try {
        await record(file);
        const { link, stop } = await replay(file);
        const page = await newPage();
        try {
            await page.goto(link);
            await page.locator('.seek').waitFor();
            const slider = page.getByLabel('Moment of the game'), score = () => page.locator('.roster td.score b').innerText();
            await slider.focus();
            await page.keyboard.press('End');
            await page.locator('.roster').getByText('in trouble').waitFor();
            await slider.focus();
            await page.keyboard.press('Home');
            await until(page, () => document.querySelector('.roster td.score b').innerText === '0');
            assert.equal(await page.locator('.act, .helm').count(), 0, 'no levers');
            await slider.focus();
            await page.keyboard.press('End');
            await page.locator('.roster').getByText('in trouble').waitFor();
            assert.notEqual(await score(), '0');
            await page.locator('.roster').getByRole('link', { name: 'Look' }).click();
            await page.locator('.tally').waitFor();
            await page.locator('.trouble').first().waitFor();
            assert.deepEqual(page.said.filter((said) => !/Failed to load resource/.test(said)), []);
        } finally {
            await page.context().close();
            assert.equal(await stop(), 0, 'it lived until it was told to stop');
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});

/** Records a game in which an execution fails and two pipelines run. */
async function recordPictures(file) {
    const emulator = await start([tiny, '--memory', '--record', file, '--speed', '30', '--duration', '10h']);
    const page = await newPage();
    try {
        await page.goto(`${emulator.endpoint}/_rehearse/`);
        await page.locator('.trouble').waitFor();
        await startPipelines(emulator);
        await turnTo(page, 'executions');
        await page.locator('tr.failed').getByText('night-1').waitFor();
    } finally {
        await page.context().close();
        await emulator.kill('SIGTERM');
    }
}

/** Of services that take long to set up: what the house would have written of them, behind what it has. */
function appendPictures(file) {
    const lines = readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line)), at = lines.at(-1).at + 1000;
    const team = lines.find((line) => line.view === 'team').team, item = forecasts()[0].arn;
    const write = (line) => appendFileSync(file, `${JSON.stringify({ at, ...line })}\n`);
    write({ view: 'forecasts', team, key: '', data: { forecasts: forecasts() } });
    write({ view: 'forecast', team, key: `${item} `, data: forecast(item, '') });
    write({ view: 'forecast', team, key: `${item} seoul`, data: forecast(item, 'seoul') });
    write({ view: 'monitors', team, key: '', data: { monitors: monitors() } });
    write({ to: `team/${team}`, event: 'chat', data: { id: 'a', session: 's', text: 'Book a unicorn in Seoul', ...turn('Book a unicorn in Seoul') } });
}

test('a replay shows guides and what the services showed: an execution, a pipeline, a forecast, a talk', { timeout: 600_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-')), file = join(folder, 'record.jsonl');
    try {
        await recordPictures(file);
        appendPictures(file);
        const { link, stop } = await replay(file);
        const page = await newPage();
        try {
            await page.goto(link);
            await page.locator('.seek').waitFor();
            const slider = page.getByLabel('Moment of the game');
            await slider.focus();
            await page.keyboard.press('End');
            await page.locator('.roster').getByText('in trouble').waitFor();
            await page.locator('.roster').getByRole('link', { name: 'Look' }).click();
            await page.locator('.tally').waitFor();

            await turnTo(page, 'executions');
            await page.locator('tr.failed', { hasText: 'greeter' }).first().getByRole('link').click();
            await page.getByRole('button', { name: 'Greet, Pass: failed' }).waitFor();
            await page.getByText("'$.customer' specified for the field 'greeting.$' could not be found").first().waitFor();

            await turnTo(page, 'executions');
            await page.getByRole('link', { name: 'night-1' }).click();
            await page.getByRole('button', { name: 'TooBad, Fail: failed' }).waitFor();
            await page.getByRole('button', { name: 'Train, Training: succeeded' }).click();
            await page.locator('.job .log').getByText('validation-rmse').first().waitFor();

            await turnTo(page, 'guide');
            await page.getByText('Look before you touch.').waitFor();
            await turnTo(page, 'forecast');
            await page.locator('.fan canvas, .plot canvas').first().waitFor();
            await turnTo(page, 'monitoring');
            await page.getByText('Baseline drift distance: 0.41').first().waitFor();
            await turnTo(page, 'chat');
            await page.getByRole('log').getByText('Book a unicorn in Seoul').waitFor();
            await page.getByRole('log').getByText('How many nights?').waitFor();
            assert.equal(await page.locator('form.say').count(), 0, 'there is no bot to talk to');

            await slider.focus();
            await page.keyboard.press('Home');
            await page.getByText('Nothing was said to a bot so far.').waitFor();
            await turnTo(page, 'executions');
            await until(page, () => !document.querySelector('.executions') || !document.body.innerText.includes('night-1'));
            assert.deepEqual(page.said, []);
        } finally {
            await page.context().close();
            assert.equal(await stop(), 0, 'it lived until it was told to stop');
        }
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
});
