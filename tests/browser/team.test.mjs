// What a team sees: the score, its reasons, why it is not being scored, hints, the clock in a single player's hands.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challenges, clock, session, started, team } from './mock_game.mjs';
import { drawn, text, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

test('the score, its trends, and the reasons with their signs', () =>
    withPage({}, async (page) => {
        assert.equal(await text(page, '.tally .points'), '115');
        assert.deepEqual(await page.locator('.tally dd').allInnerTexts(), ['−5', '+15']);
        assert.equal(await page.locator('.feed .entry').count(), 9);
        assert.match(await text(page, '.feed .entry'), /^−5\n+A customer could not order: the role may not invoke the function\.\n+11:20 · cost · Let them order\n?= 115/);
        assert.match(await page.title(), /^115 · First shift$/);
    }));

test('the chart is drawn, and told in words', () =>
    withPage({}, async (page) => {
        await page.locator('.plot canvas').first().waitFor();
        assert.match(await page.locator('.chart').getAttribute('aria-label'), /now 115, lowest −5, highest 120/);
        const box = await page.locator('.plot canvas').first().boundingBox();
        assert.ok(box.width > 500 && box.height > 100, `${box.width}×${box.height}`);
    }));

test('not being scored: because, the AWS error, the command that shows it', () =>
    withPage({}, async (page) => {
        const trouble = page.locator('.challenge', { hasText: 'Let them order' }).locator('.trouble');
        const said = await trouble.innerText();
        assert.match(said, /You are not being scored since 11:20/);
        assert.match(said, /Because: the order stopped at “Price”/);
        assert.match(said, /AccessDeniedException lambda:Invoke/);
        assert.match(said, /is not authorized to perform: lambda:InvokeFunction/);
        assert.match(said, /aws stepfunctions get-execution-history --reverse-order --execution-arn arn:aws:states/);
        assert.equal(await page.locator('.challenge', { hasText: 'Give the money back' }).locator('.trouble').count(), 0);
    }));

test('a challenge whose trouble is over says so', () =>
    withPage({}, async (page, mock) => {
        const [order] = challenges();
        mock.emit('challenge', { ...order, trouble: null });
        await until(page, () => !document.querySelector('.trouble'));
        assert.match(await text(page, '.challenge .well'), /Every customer is served/);
    }));

test('a hint: its price, a question, the purchase', () =>
    withPage({}, async (page, mock) => {
        await page.getByRole('button', { name: 'Hint 1 of 3: Buy for 20' }).click();
        assert.equal(mock.posts.length, 0, 'nothing is bought by the first click');
        await page.getByRole('group', { name: 'Pay 20 points for this hint?' }).waitFor();
        await page.getByRole('button', { name: 'Pay 20' }).click();
        await page.getByText('Who is the state machine when it calls a function?').waitFor();
        assert.deepEqual(mock.posts, [{ path: 'api/hint', body: { challenge: 'order', fault: 2, stage: 1 }, csrf: session().csrf }]);
        assert.equal(await text(page, '.tally .points'), '95');
        await page.getByRole('button', { name: 'Hint 2 of 3: Buy for 30' }).waitFor();
    }));

test('a hint that was asked for by mistake costs nothing', () =>
    withPage({}, async (page, mock) => {
        await page.getByRole('button', { name: /Buy for 20/ }).click();
        await page.getByRole('button', { name: 'Keep the points' }).click();
        await page.getByRole('button', { name: /Buy for 20/ }).waitFor();
        assert.equal(mock.posts.length, 0);
    }));

test('what the server refuses is said in its words', () =>
    withPage({ forgive: /409/ }, async (page, mock) => {
        mock.state.team.challenges[0].hints[1].text = { en: 'somebody else of the team was faster' };
        await page.getByRole('button', { name: /Buy for 20/ }).click();
        await page.getByRole('button', { name: 'Pay 20' }).click();
        assert.match(await text(page, '[role=alert]'), /This hint was bought already/);
    }));

test('pause, step, speed', () =>
    withPage({}, async (page, mock) => {
        const step = page.getByRole('button', { name: '+1 min' });
        assert.ok(await step.isDisabled(), 'a running clock is not stepped');
        await page.getByRole('button', { name: 'Pause' }).click();
        await page.getByRole('button', { name: 'Resume' }).waitFor();
        const before = await text(page, '.time .left');
        await step.click();
        await until(page, (was) => document.querySelector('.time .left').innerText !== was, before);
        await page.getByLabel('Speed').selectOption('10');
        await until(page, () => document.querySelector('.time b')?.innerText.includes('10×'));
        assert.deepEqual(mock.posts.map((post) => post.body), [{ paused: true }, { step_ms: 60000 }, { speed: 10 }]);
    }));

test('time left goes down by the clock’s speed, and stands while it is paused', () => {
    const now = started + 60_000;
    return withPage({ state: { team: team({ clock: clock({ now, ends_at: started + 3_600_000, speed: 60 }) }) } }, async (page, mock) => {
        await until(page, () => document.querySelector('.time .left').innerText < '57:30');
        mock.emit('clock', clock({ state: 'paused', running: false, now, ends_at: started + 3_600_000, speed: 60 }));
        await until(page, () => document.querySelector('.time .left').innerText === '59:00');
    });
});

test('a step that has ended is not undone by the answer that told of its beginning', () =>
    withPage({ state: { team: team({ clock: clock({ state: 'paused', running: false, now: started + 60_000, ends_at: started + 3_600_000 }) }) } }, async (page) => {
        const shown = (left) => until(page, (wanted) => document.querySelector('.time .left').innerText === wanted, left);
        let answered;
        await page.route('**/api/clock', async (route) => {
            const response = await route.fetch(), body = await response.json();
            await shown('58:00'); // the event was quicker
            await route.fulfill({ response, json: { ...body, now: body.now - 30_000 } });
            answered = true;
        });
        await shown('59:00');
        await page.getByRole('button', { name: '+1 min' }).click();
        while (!answered) await drawn(page);
        await drawn(page);
        assert.equal(await page.locator('.time .left').innerText(), '58:00');
    }));

test('a mark, and the way back to it', () =>
    withPage({}, async (page, mock) => {
        await page.getByRole('button', { name: 'Marks (2)' }).click();
        await page.getByLabel('Name of the mark').fill('before the fix');
        await page.getByRole('button', { name: 'Set a mark' }).click();
        await page.getByRole('button', { name: 'Rewind: before the fix' }).waitFor();
        await page.getByRole('button', { name: 'Rewind: start' }).click();
        await page.getByRole('button', { name: 'Go back' }).click();
        await until(page, () => document.querySelector('.tally .points').innerText === '0');
        assert.deepEqual(mock.posts.map((post) => post.body), [{ label: 'before the fix' }, { mark: 1 }]);
    }));

test('a team in a contest has no clock in its hands', () =>
    withPage({ state: { session: session({ solo: false, may: [] }) } }, async (page) => {
        assert.equal(await page.locator('.controls').count(), 0);
    }));

test('empty states have words', () =>
    withPage({ state: { team: team({ feed: [], series: [], messages: [], calls: [], challenges: [], marks: [], score: 0 }) } }, async (page) => {
        await page.getByText('Nothing has gone wrong yet. It will.').waitFor();
        await page.getByText('No word from the CTO. Enjoy it.').waitFor();
        await page.getByText('Paste these lines into a terminal').waitFor();
        await page.goto(page.url().replace('#/team', '#/calls'));
        await page.getByText('No calls yet.').waitFor();
    }));

test('an answer: wrong, judged later, right', () =>
    withPage({}, async (page) => {
        const box = page.getByLabel(/Which state of/);
        const give = page.getByRole('button', { name: 'Answer', exact: true });
        await box.fill('Tier');
        await give.click();
        await page.getByText('That is not it.').waitFor();
        await page.getByText('earns 20 · 2 tries left').waitFor();
        await box.fill('later');
        await give.click();
        await page.getByText('Close, but no.').waitFor();
        await box.fill('Price');
        await give.click();
        await until(page, () => document.querySelectorAll('.answers .right').length === 2);
    }));

test('a team takes a name; one that is refused is not taken', () =>
    withPage({ forgive: /409/ }, async (page, mock) => {
        await page.getByRole('button', { name: 'Name your team' }).click();
        await until(page, () => document.activeElement.name === 'name');
        await page.keyboard.type('<Keep Calm>');
        await page.keyboard.press('Enter');
        await page.getByText('That name cannot be had.').waitFor();
        await page.getByLabel('Name your team').fill('치와와 또는 머핀');
        await page.getByRole('button', { name: 'Take the name' }).click();
        await until(page, () => document.querySelector('.team-name .text')?.innerText === '치와와 또는 머핀');
        assert.deepEqual(mock.posts.at(-1).body, { name: '치와와 또는 머핀' });
    }));

test('the same reason again and again is one line of the feed', () =>
    withPage({}, async (page) => {
        assert.match(await text(page, '.feed .entry:nth-child(3)'), /^\+20\n+An order got through: check, price, reserve, notify\.\n+9:00–10:00 · 2 times · earned/);
    }));

test('when the game is over the page says so, with the score', () =>
    withPage({}, async (page, mock) => {
        mock.emit('clock', { ...mock.state.team.clock, state: 'ended' });
        await page.getByText('The shift is over. Your score: 115.').waitFor();
    }));

test('a reason that repeats the error’s sentence is told without it, and once', () => {
    const given = team();
    const error = (order) => ({ code: 'States.Runtime', message: `Order ${order}: no such path.`, service: 'states', operation: 'StartExecution' });
    const cost = (seq, order) => ({ ...given.feed[0], seq, reason: { en: `StartExecution answered States.Runtime: Order ${order}: no such path.` }, error: error(order) });
    return withPage({ state: { team: { ...given, feed: [cost(3, 103), cost(2, 102), cost(1, 101)] } } }, async (page) => {
        assert.equal(await page.locator('.feed .entry').count(), 1);
        assert.match(await text(page, '.feed .entry'), /^−15\n+StartExecution answered States\.Runtime\n/);
        await page.locator('.feed summary').click();
        await page.getByText('Order 103: no such path.').waitFor();
    });
});
