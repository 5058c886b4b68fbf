// A recorded game played back on the page: the same views, at any moment, and nothing that can be changed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, root, start } from '../integration/emulator.mjs';
import { newPage, until, useBrowser } from './browser.mjs';

useBrowser();

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');

/** Records a game until its first trouble has stood for a while. */
async function record(file) {
    const emulator = await start([tiny, '--memory', '--record', file, '--speed', '30']);
    const page = await newPage();
    try {
        await page.goto(`${emulator.endpoint}/_rehearse/`);
        await page.locator('.trouble').waitFor({ timeout: 60_000 });
        await page.waitForTimeout(2000);
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

test('a recorded game is gone through by a slider', { timeout: 120_000 }, async () => {
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
