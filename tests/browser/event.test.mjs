// A whole short event (integration/packs/tiny) in the real emulator: two teams, a facilitator and a supporter, each at a page of
// their own. REHEARSE_SHOTS names a folder into which it takes pictures on the way, to be looked at.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ListStateMachinesCommand, SFNClient, TagResourceCommand, UpdateStateMachineCommand } from '@aws-sdk/client-sfn';
import { root, start } from '../integration/emulator.mjs';
import { barriers, newPage, text, turnTo, useBrowser } from './browser.mjs';

useBrowser();

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');
const mended = JSON.stringify({ StartAt: 'Greet', States: { Greet: { Type: 'Pass', Parameters: { 'greeting.$': '$.name' }, End: true } } });
const shots = process.env.REHEARSE_SHOTS;

async function shoot(page, name) {
    if (!shots) return;
    const size = page.viewportSize();
    for (const width of [390, 1280, 2560])
        for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            await page.setViewportSize({ width, height: width === 390 ? 844 : width === 1280 ? 860 : 1440 });
            for (const [language, words] of [['en', 'English'], ['ko', '한국어']]) {
                const button = page.getByRole('button', { name: words });
                if (await button.count()) await button.click();
                await page.waitForTimeout(300);
                await page.screenshot({ path: join(shots, `${name}-${width}-${colorScheme}-${language}.png`) });
            }
            const english = page.getByRole('button', { name: 'English' });
            if (await english.count()) await english.click();
        }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(size);
    await page.waitForTimeout(200);
}

function printed(emulator) {
    const text = emulator.output();
    const teams = [...text.matchAll(/^"(.*?)",(\d{12}),(\w+),([^,]+),([\w-]+),(\S+)$/gm)].map(([, name, account, accessKeyId, secretAccessKey, code, page]) => ({ name, account, accessKeyId, secretAccessKey, code, page }));
    return { teams, facilitator: /facilitator's page: (\S+)/.exec(text)[1], supporter: /supporters' page: +(\S+)/.exec(text)[1] };
}

const clientOf = (emulator, { accessKeyId, secretAccessKey }) => new SFNClient({ endpoint: emulator.endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey }, disableHostPrefix: true, maxAttempts: 1 });

async function mend(sfn) {
    const [{ stateMachineArn }] = (await sfn.send(new ListStateMachinesCommand({}))).stateMachines;
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn, definition: mended }));
    return stateMachineArn;
}

const open = async (link) => {
    const page = await newPage();
    await page.goto(link);
    return page;
};

async function joinBy(page, code, name) {
    await page.getByLabel('Team code').fill(code);
    await page.getByLabel('Your name').fill(name);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.locator('.tally').waitFor();
}

/** The review as a file to keep: opened from the disk it stands alone, says what the page said, can be read in the dark and on paper. */
async function lookAtFile(folder, file, title) {
    const path = join(shots ?? folder, 'review.html');
    writeFileSync(path, file);
    assert.doesNotMatch(file, /<script|<link|src=|https?:/);
    for (const colorScheme of ['light', 'dark']) {
        const page = await newPage({ colorScheme, size: 'phone' });
        try {
            await page.goto(`file://${path}`);
            assert.match(await text(page, 'h1'), new RegExp(title));
            assert.deepEqual(await barriers(page), [], `${title}, ${colorScheme}`);
            assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out');
            const teams = await page.locator('article').evaluateAll((all) => all.map((one) => [one.querySelector('h2').innerText, one.querySelectorAll('polyline.own').length, one.querySelectorAll('polyline.other').length, one.querySelectorAll('.mark').length > 0, one.querySelectorAll('rect').length > 0]));
            assert.match(teams[0][0], /^1\. Keep Calm/);
            for (const [team, own, other, marks, lanes] of teams) assert.deepEqual([own, other, marks, lanes], [1, 1, true, true], `${team}: beside another, with marks and a timeline`);
            assert.ok((await page.locator('.lessons li').count()) > 0);
            assert.equal(await page.locator('.calls').first().isVisible(), false);
            await page.emulateMedia({ media: 'print' });
            assert.equal(await page.locator('.calls').first().isVisible(), true, 'paper cannot be unfolded');
            if (shots) await page.pdf({ path: join(shots, `review-${title}.pdf`) });
            await page.emulateMedia({ media: 'screen' });
            if (shots) await page.screenshot({ path: join(shots, `review-${title}-${colorScheme}.png`), fullPage: true });
            assert.deepEqual(page.said, []);
        } finally {
            await page.context().close();
        }
    }
}

test('an event from the draft to the review', { timeout: 900_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-')), list = join(folder, 'teams.csv');
    writeFileSync(list, 'name,members\nKeep Calm,"Ada:captain; Ben:observer"\nTeam 2,\n');
    const emulator = await start([tiny, '--memory', '--teams', list, '--begin', 'hand', '--duration', '3h', '--speed', '10']);
    const pages = [];
    try {
        const { teams: [first, second], facilitator, supporter } = printed(emulator);
        const room = await open(facilitator), ada = await open(`${emulator.endpoint}/_rehearse/#code=${first.code}`), muffin = await open(`${emulator.endpoint}/_rehearse/`), help = await open(supporter);
        pages.push(room, ada, muffin, help);

        // Who is there: by the code of the link and a name of the list; by a typed code, and the team takes a name.
        await ada.getByLabel('Your name').fill('Zoe');
        await ada.getByRole('button', { name: 'Join' }).click();
        await ada.locator('select[name=name]').selectOption('Ada'); // the list comes with the answer, in the field's place
        await ada.getByRole('button', { name: 'Join' }).click();
        await ada.getByText('The game has not begun.').waitFor();
        await joinBy(muffin, second.code.toLowerCase().replace('-', ''), '민지');
        await muffin.getByRole('button', { name: 'Name your team' }).click();
        await muffin.getByLabel('Name your team').fill('치와와 또는 머핀');
        await muffin.getByRole('button', { name: 'Take the name' }).click();
        await room.locator('.roster').getByRole('button', { name: '치와와 또는 머핀' }).waitFor();
        await room.getByText('Not begun').first().waitFor();
        assert.match(await room.locator('.roster tbody tr', { hasText: 'Keep Calm' }).innerText(), /1 here/);
        await shoot(room, 'room-draft');

        // It begins; both are in trouble, one finds out and mends.
        await room.getByRole('button', { name: 'Start the game' }).click();
        await ada.locator('.trouble').first().waitFor({ timeout: 200_000 });
        await ada.getByText('The greeting failed: States.Runtime').first().waitFor();
        await room.locator('.roster').getByText('in trouble').first().waitFor();
        await shoot(ada, 'team-trouble');
        await turnTo(ada, 'console');
        await ada.locator('.kinds').getByRole('link', { name: 'State machines' }).click();
        await ada.locator('.items').getByRole('link', { name: 'greeter' }).click();
        await ada.locator('.inside').getByRole('link', { name: 'Executions' }).click();
        await ada.locator('.items a').first().click();
        await ada.getByText('could not be found in the input').first().waitFor();
        await shoot(ada, 'console');
        await turnTo(ada, 'team');
        const machine = await mend(clientOf(emulator, first));
        await ada.locator('.faults .recovered').first().waitFor({ timeout: 200_000 });

        // A question, taken and answered for all.
        await turnTo(muffin, 'questions');
        await muffin.getByLabel('Your question').fill('어디를 보아야 하나요?');
        await muffin.getByRole('button', { name: 'Ask' }).click();
        await help.locator('.ticket', { hasText: '어디를 보아야 하나요?' }).waitFor();
        await help.getByLabel('My name').fill('Min-ji');
        await help.getByRole('button', { name: 'I take it' }).click();
        await muffin.getByText('Min-ji is on it').waitFor();
        await help.getByLabel(/^Answer to/).fill('실행 하나를 끝에서부터 읽어 보세요.');
        await help.getByLabel('Show it to every team').check();
        await help.locator('.ticket form').getByRole('button', { name: 'Answer' }).click();
        await muffin.locator('.ticket').getByText('실행 하나를 끝에서부터 읽어 보세요.').waitFor();
        await turnTo(ada, 'questions');
        await ada.getByText('Asked by another team').waitFor();
        await shoot(ada, 'questions');
        await turnTo(ada, 'team');

        // The facilitator's levers, each felt at a team's page.
        const act = room.locator('.act'), section = (name) => act.locator('details', { has: room.locator('summary', { hasText: new RegExp(`^${name}$`) }) }).locator('summary').first();
        await room.locator('.roster').getByRole('button', { name: '치와와 또는 머핀' }).click();
        await section('Message').click();
        await act.getByLabel('Text', { exact: true }).fill('Ten minutes of lunch.');
        await act.getByRole('button', { name: 'Send' }).click();
        await turnTo(muffin, 'team');
        await muffin.locator('.messages').getByText('Ten minutes of lunch.').waitFor();
        assert.equal(await ada.getByText('Ten minutes of lunch.').count(), 0, 'to one team alone');
        await section('Correct the score').click();
        await act.getByLabel('Points').fill('-20');
        await act.getByLabel('Reason, which the team reads').fill('The network was ours.');
        await act.getByRole('button', { name: 'Write it down' }).click();
        await muffin.getByText('The network was ours.').first().waitFor();
        await section('Faults').click();
        await act.getByRole('button', { name: 'Withdraw: The definition reads a field that nobody sends' }).click();
        await act.getByText('✓ Withdrawn').waitFor();
        await shoot(room, 'room');
        await room.locator('.helm').getByRole('button', { name: 'Pause' }).click();
        await ada.getByText('The game is paused.').waitFor();
        await room.locator('.helm').getByRole('button', { name: 'Resume' }).click();
        await room.locator('.helm').getByRole('button', { name: 'Freeze the board' }).click();
        await ada.getByText('The board is frozen').waitFor();
        await turnTo(room, 'wall');
        await room.getByText('Frozen since').waitFor();
        await shoot(room, 'wall');
        await clientOf(emulator, first).send(new TagResourceCommand({ resourceArn: machine, tags: [{ key: 'open', value: 'yes' }] }));
        await turnTo(room, 'room');

        // Nothing of it opens with a team's session.
        assert.deepEqual(await ada.evaluate(async () => Promise.all(['api/roster', 'api/faults', 'api/sheet', 'api/log', 'api/export?format=log'].map(async (path) => (await fetch(path)).status))), [403, 403, 403, 403, 403]);

        // The end, and looking back.
        await turnTo(room, 'sheet');
        await room.getByText(second.code).waitFor();
        await shoot(room, 'sheet');
        await turnTo(room, 'room');
        await room.getByRole('button', { name: 'End the game' }).click();
        await room.locator('.ask').getByRole('button', { name: 'End the game' }).click();
        await ada.getByText('The shift is over.').waitFor();
        await room.getByRole('button', { name: 'Reveal the board' }).click();
        await ada.getByRole('link', { name: 'Review', exact: true }).click();
        await ada.getByText('Keep Calm won with').waitFor();
        await ada.locator('.fault-card', { hasText: 'The definition reads a field that nobody sends' }).getByText('What was to be learnt:').waitFor();
        await shoot(ada, 'review');
        assert.deepEqual(await barriers(ada), []);
        await lookAtFile(folder, await ada.evaluate(async () => (await fetch('review.html?language=ko')).text()), '돌아보기');
        await lookAtFile(folder, await ada.evaluate(async () => (await fetch('review.html?language=en')).text()), 'Review');
        for (const page of pages) assert.deepEqual(page.said.filter((said) => !/Failed to load resource|ERR_/.test(said)), []);
    } finally {
        for (const page of pages) await page.context().close();
        await emulator.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
    }
});
