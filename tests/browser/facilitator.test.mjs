// The control room: what the facilitator sees at a glance, and what each lever sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contest, facilitator } from './mock_event.mjs';
import { at, clock, game } from './mock_game.mjs';
import { text, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const open = (use, more = {}) => withPage({ view: 'room', ...more, state: { session: facilitator(), game: contest(), ...more.state } }, use);
const row = (page, name) => page.locator('.roster tbody tr', { hasText: name });
const section = (page, name) => page.locator('.act > details', { has: page.locator('summary', { hasText: new RegExp(`^${name}$`) }) });
const chooseTeam = (page, name) => page.locator('.roster').getByRole('button', { name, exact: true }).click();
const sent = (mock, path) => mock.posts.filter((one) => one.path === path).map((one) => one.body);

test('the roster tells at a glance who needs help, and why', () =>
    open(async (page) => {
        assert.match(await row(page, 'Team 1').innerText(), /2\s+Team 1[^]*in trouble[^]*Let them order 0:5\d[^]*the role may not invoke the function\.[^]*The role lost its function[^]*found[^]*115\s*\+15\s+1\/3\s+1\s+GetRolePolicy/);
        assert.match(await row(page, 'Keep Calm').innerText(), /wants “Muffin”[^]*idle[^]*Step failure: One or multiple steps failed\.[^]*and 2 more/, 'of a document the sentence');
        assert.doesNotMatch(await row(page, 'Keep Calm').innerText(), /A slow function/);
        await chooseTeam(page, '<b>Keep Calm</b> & Karrot On');
        await row(page, 'Keep Calm').getByText('A slow function').waitFor();
        await page.getByRole('button', { name: 'By need' }).click();
        await until(page, () => /Team 1/.test(document.querySelector('.roster tbody tr').innerText));
        assert.deepEqual(await page.locator('.summary dd').allInnerTexts(), ['1', '1', '1', '6']);
    }));

test('what happens to a team is seen at once', () =>
    open(async (page, mock) => {
        const [first] = mock.state.roster.rows;
        mock.emit('roster', { ...first, health: 'good', troubles: [], faults: [], score: 500, rank: 1 }, 'facilitator');
        await until(page, () => /Team 1[^]*well/.test(document.querySelector('.roster tbody').innerText));
        mock.emit('log', { n: 50, at: at(13), kind: 'fault', team: null, text: { en: 'Something new.' } }, 'facilitator');
        await page.getByText('Something new.').waitFor();
    }));

test('states: from the draft to the end, which is asked for twice', () =>
    open(
        async (page, mock) => {
            const { roster } = mock.state;
            Object.assign(roster.clock, { state: 'draft', started_at: null });
            mock.emit('clock', roster.clock, 'facilitator');
            await page.getByRole('button', { name: 'Start the warm-up' }).click();
            await page.getByRole('button', { name: 'Start the game' }).click();
            await page.getByRole('button', { name: 'Lock the scoring' }).click();
            await page.getByText('Points do not count.').waitFor();
            await page.getByRole('button', { name: 'Score again' }).click();
            await page.getByRole('button', { name: 'End the game' }).click();
            await page.locator('.ask').waitFor();
            assert.equal(sent(mock, 'api/state').length, 4, 'not yet');
            await page.keyboard.press('Escape');
            await until(page, () => !document.querySelector('.ask'));
            await page.getByRole('button', { name: 'End the game' }).click();
            await page.locator('.ask').getByRole('button', { name: 'End the game' }).click();
            await until(page, () => /Ended/.test(document.querySelector('.helm .now').innerText));
            assert.deepEqual(sent(mock, 'api/state').map((one) => one.state), ['warm-up', 'live', 'locked', 'live', 'ended']);
        }));

test('pause, freeze and reveal, longer for all', () =>
    open(async (page, mock) => {
        await page.locator('.helm').getByRole('button', { name: 'Pause' }).click();
        await page.locator('.helm').getByRole('button', { name: 'Freeze the board' }).click();
        await page.locator('.helm').getByText('frozen since 12:10').waitFor();
        await page.locator('.helm').getByRole('button', { name: 'Reveal the board' }).click();
        await page.locator('.helm').getByRole('button', { name: '+5 min' }).click();
        await until(page, () => /3[78]:/.test(document.querySelector('.time .left').innerText));
        assert.deepEqual([sent(mock, 'api/clock'), sent(mock, 'api/freeze'), sent(mock, 'api/extend')], [[{ paused: true }], [{ frozen: true }, { frozen: false }], [{ team: null, ms: 300000 }]]);
    }));

test('the schedule is set in the time of the clock on the wall, and only what was changed is sent', () =>
    open(async (page, mock) => {
        await page.locator('.schedule summary').click();
        const wall = new Date(Date.now() + 10 * 60_000), two = (n) => String(n).padStart(2, '0');
        await page.getByLabel('Scoring locked').fill(`${two(wall.getHours())}:${two(wall.getMinutes())}`);
        await page.getByRole('button', { name: 'Save the schedule' }).click();
        await until(page, () => document.querySelector('[name=lock_at]').value);
        const [body] = sent(mock, 'api/schedule');
        assert.deepEqual(Object.keys(body), ['lock_at']);
        assert.ok(Math.abs(body.lock_at - (clock().now + 10 * 60_000)) <= 90_000, `${body.lock_at - clock().now} ms from now`);
    }));

test('a fault for all, with its parameter; withdrawn for one', () =>
    open(async (page, mock) => {
        await section(page, 'Faults').locator('summary').first().click();
        await page.getByLabel('rate').fill('0.5');
        await page.getByRole('button', { name: 'Inject: Rush hour' }).click();
        await page.getByText('✓ Injected for 3 teams.').waitFor();
        await chooseTeam(page, 'Team 1');
        await page.getByRole('button', { name: 'Withdraw: The role lost its function' }).click();
        await page.getByText('✓ Withdrawn for 1 team.').waitFor();
        assert.deepEqual(sent(mock, 'api/fault'), [
            { fault: 'throttled', team: null, do: 'inject', parameters: { rate: 0.5 } },
            { fault: 'role-lost-lambda', team: '100000000001', do: 'withdraw' },
        ]);
        assert.ok(await page.getByRole('button', { name: 'Inject: A path in the definition' }).isEnabled(), 'it stands elsewhere, not here');
    }));

test('a message in both languages to one team', () =>
    open(async (page, mock) => {
        await chooseTeam(page, 'Team 1');
        await section(page, 'Message').locator('summary').click();
        await page.getByLabel('Text', { exact: true }).fill('Lunch is here.');
        await page.getByLabel('In Korean').fill('점심이 왔어요.');
        await page.getByLabel('Level').selectOption('good');
        await page.getByRole('button', { name: 'Send' }).click();
        await page.getByText('✓ Sent.').waitFor();
        assert.deepEqual(sent(mock, 'api/message'), [{ text: { en: 'Lunch is here.', ko: '점심이 왔어요.' }, level: 'good', team: '100000000001' }]);
        assert.equal(await page.getByLabel('Text', { exact: true }).inputValue(), '');
    }));

test('one team: more time, points with a reason, a challenge solved by hand', () =>
    open(async (page, mock) => {
        await chooseTeam(page, '치와와 또는 머핀');
        await section(page, 'More time').locator('summary').click();
        await page.locator('.act').getByRole('button', { name: '+10 min' }).click();
        await section(page, 'Correct the score').locator('summary').click();
        await page.getByLabel('Points').fill('-20');
        await page.getByLabel('Reason, which the team reads').fill('The network was ours.');
        await page.getByRole('button', { name: 'Write it down' }).click();
        await page.getByText('✓ The score is 170 now.').waitFor();
        await section(page, 'Challenges').locator('summary').click();
        await page.getByRole('button', { name: 'Solve: The night rush' }).click();
        await page.locator('.act .ask').getByRole('button', { name: 'Solve' }).click();
        await page.getByText('✓ Solved.').waitFor();
        assert.deepEqual([sent(mock, 'api/extend')[0], sent(mock, 'api/score')[0], sent(mock, 'api/solve')[0]], [
            { team: '100000000002', ms: 600000 }, { team: '100000000002', points: -20, reason: 'The network was ours.', challenge: null }, { challenge: 'night', team: '100000000002' },
        ]);
    }));

test('names: a wish granted, a name taken away, and whether they wait', () =>
    open(async (page, mock) => {
        await page.locator('.act details', { hasText: 'Names of teams' }).locator('summary').click();
        await page.getByRole('button', { name: 'With a yes' }).click();
        await chooseTeam(page, '<b>Keep Calm</b> & Karrot On');
        await section(page, 'Name').locator('summary').click();
        await page.getByRole('button', { name: 'Accept' }).click();
        await row(page, 'Muffin').waitFor();
        await page.getByRole('button', { name: 'Take away' }).click();
        await page.locator('.act .ask').getByRole('button', { name: 'Take away' }).click();
        await row(page, 'Team 3').waitFor();
        assert.deepEqual([sent(mock, 'api/names'), sent(mock, 'api/team')], [[{ names: 'approved' }], [{ team: '100000000003', name: 'Muffin' }, { team: '100000000003', name: null }]]);
    }));

test('keys are made anew when asked twice', () =>
    open(async (page, mock) => {
        await chooseTeam(page, 'Team 1');
        await section(page, 'Keys').locator('summary').click();
        await page.getByRole('button', { name: 'New keys' }).click();
        assert.equal(sent(mock, 'api/keys').length, 0);
        await page.locator('.act .ask').getByRole('button', { name: 'New keys' }).click();
        await page.getByText('✓ New keys are made').waitFor();
        assert.deepEqual(sent(mock, 'api/keys'), [{ team: '100000000001' }]);
    }));

test('a facilitator looks at one team after the other, and comes back to the room', () =>
    open(async (page, mock) => {
        await row(page, 'Keep Calm').getByRole('link', { name: 'Look' }).click();
        await page.locator('.tally').waitFor();
        assert.equal(mock.asked.at(-1).get('team'), '100000000003');
        await page.getByRole('combobox', { name: 'Looking at' }).selectOption('100000000001');
        while (mock.asked.at(-1).get('team') !== '100000000001') await page.waitForTimeout(20);
        await page.getByRole('navigation', { name: 'Views of the team' }).getByRole('link', { name: 'Calls' }).click();
        await page.getByRole('heading', { name: 'Recent calls' }).waitFor();
        await page.getByRole('link', { name: 'Control room' }).click();
        await page.locator('.roster').waitFor();
    }));

test('the log is sifted by kind and team', () =>
    open(
        async (page) => {
            assert.equal(await page.locator('.log-entries li').count(), 8);
            await page.getByLabel('Kind').selectOption('score');
            await until(page, () => document.querySelectorAll('.log-entries li').length === 1);
            await page.getByLabel('Kind').selectOption('');
            await page.getByRole('combobox', { name: 'Team' }).selectOption('100000000001');
            await until(page, () => document.querySelectorAll('.log-entries li').length === 3);
        },
        { view: 'log' }));

test('the sheet: a slip with a code for each team, keys only when asked for, files to take home', () =>
    open(
        async (page) => {
            await page.getByText('K7QF-3MZP').waitFor();
            assert.equal(await page.locator('.slip .qr').count(), 3);
            assert.equal(await page.getByText('AKIAREHEARSE00000001').count(), 0);
            await page.getByRole('button', { name: 'With access keys' }).click();
            await page.getByText('AKIAREHEARSE00000001').first().waitFor();
            const links = await page.locator('.exports a').evaluateAll((all) => all.map((one) => one.getAttribute('href').replace(/.*_rehearse\//, '')));
            assert.deepEqual(links, ['api/export?format=csv', 'api/export?format=log', 'api/export?format=json', 'api/export?format=ctftime', 'api/export?format=archive', 'review.html?language=en']);
            await page.emulateMedia({ media: 'print' });
            assert.equal(await page.locator('.exports').isVisible(), false);
            assert.equal(await page.locator('.slip').first().isVisible(), true);
        },
        { view: 'sheet' }));

test('a replay: no levers, a slider of time', () =>
    open(
        async (page, mock) => {
            await page.getByRole('button', { name: '30 seconds on' }).click();
            await until(page, () => /^12:[45]/.test(document.querySelector('.seek output').innerText));
            await page.getByLabel('Moment of the game').focus();
            await page.keyboard.press('Home');
            await until(page, () => /^0:0/.test(document.querySelector('.seek output').innerText));
            assert.equal(sent(mock, 'api/seek').at(-1).at, at(0));
            assert.equal(await page.locator('.act, .helm').count(), 0);
        },
        { state: { session: facilitator({ may: ['clock', 'seek'] }), game: { ...game(), solo: false, replay: { from: at(0), to: at(45) } } } }));

test('the facilitator’s page tells a lost connection, and goes on', () =>
    open(
        async (page, mock) => {
            mock.refuse = true;
            mock.drop();
            await page.getByText('Connection lost. Trying again…').first().waitFor();
            mock.refuse = false;
            await until(page, () => !document.querySelector('.lost'));
            assert.match(await text(page, '.helm .now'), /Live/);
        },
        { forgive: /ERR_|Failed to load resource/ }));
