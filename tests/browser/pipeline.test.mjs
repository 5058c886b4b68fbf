// A pipeline's execution as a picture, in a game: its steps, why one failed, what its job logged and how the metric went.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join } from 'node:path';
import { root, start } from '../integration/emulator.mjs';
import { newPage, useBrowser } from './browser.mjs';
import { startPipelines } from './pipelines.mjs';

useBrowser();

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');

test('a pipeline is watched live, and its job is looked into', { timeout: 400_000 }, async () => {
    const emulator = await start([tiny, '--memory', '--speed', '50', '--duration', '10h']);
    const page = await newPage();
    try {
        await page.goto(`${emulator.endpoint}/_rehearse/`);
        await page.locator('.tally').waitFor();
        await startPipelines(emulator);
        await page.getByRole('link', { name: 'Executions' }).click();
        await page.getByRole('link', { name: 'night-1' }).click();
        await page.getByRole('button', { name: 'TooBad, Fail: failed' }).waitFor();
        await page.getByRole('button', { name: 'Never, Fail: not reached' }).waitFor();
        await page.getByText('The model is too bad.').first().waitFor();
        await page.getByRole('button', { name: 'Train, Training: succeeded' }).click();
        await page.locator('.job .log').getByText('validation-rmse').first().waitFor();
        assert.equal(await page.locator('.job .course polyline').count() > 0, true);
        if (process.env.REHEARSE_SCREENSHOT) await page.screenshot({ path: process.env.REHEARSE_SCREENSHOT, fullPage: true });
        await page.getByRole('link', { name: 'All executions' }).click();
        await page.getByText('in step “TooBad”').waitFor();
        await page.getByRole('link', { name: 'ask-1' }).click();
        await page.getByRole('button', { name: 'Ask, Callback: entered' }).click();
        const message = JSON.parse(await page.locator('.job pre.log').textContent());
        assert.deepEqual({ ...message, token: null, pipelineExecutionArn: null }, { token: null, pipelineExecutionArn: null, status: 'Executing', arguments: { model: 'abalone' } });
        await page.getByText(`--callback-token ${message.token}`).waitFor();
        assert.deepEqual(page.said.filter((said) => !/Failed to load resource|ERR_/.test(said)), []);
    } finally {
        await page.context().close();
        await emulator.kill('SIGKILL');
    }
});
