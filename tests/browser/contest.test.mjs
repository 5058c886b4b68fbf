// An event as teams see it: how one joins, how it stands, questions, members, the console, the board and the wall, the review.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, team } from './mock_game.mjs';
import { contest, contestSession, contestTeam, queue, review } from './mock_event.mjs';
import { startMock } from './mock.mjs';
import { drawn, newPage, text, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const playing = (more = {}, session = {}) => ({ session: contestSession(session), game: contest(), team: contestTeam(more) });

async function atTheDoor(state, fragment, use) {
    const mock = await startMock({ state: { ...playing(), signedIn: false, ...state } });
    const page = await newPage();
    try {
        await page.goto(`${mock.url}${fragment}`);
        await use(page, mock);
        assert.deepEqual(page.said.filter((said) => !/Failed to load resource/.test(said)), []);
    } finally {
        await page.context().close();
        await mock.close();
    }
}

test('a team is joined by its code and a name', () =>
    atTheDoor({}, '', async (page, mock) => {
        await page.getByLabel('Team code').fill('aaaa-bbbb');
        await page.getByLabel('Your name').fill('Ada');
        await page.getByRole('button', { name: 'Join' }).click();
        await page.getByText('There is no such code.').waitFor();
        await page.getByLabel('Team code').fill('k7qf 3mzp'.replace(' ', '-'));
        await page.getByRole('button', { name: 'Join' }).click();
        await page.locator('.tally').waitFor();
        assert.deepEqual(mock.posts.at(-1).body, { code: 'k7qf-3mzp', name: 'Ada' });
    }));

test('the code of a scanned link is filled in, and gone from the address; of a list one chooses one’s name', () =>
    atTheDoor({ listed: ['Ben', 'Cho'] }, '#code=K7QF-3MZP', async (page, mock) => {
        await until(page, () => document.querySelector('[name=code]')?.value === 'K7QF-3MZP');
        assert.doesNotMatch(page.url(), /code/);
        await page.getByLabel('Your name').fill('Ada');
        await page.getByRole('button', { name: 'Join' }).click();
        await page.getByText('That name is not on the list.').waitFor();
        await page.getByLabel('Your name').selectOption('Cho');
        await page.getByRole('button', { name: 'Join' }).click();
        await page.locator('.tally').waitFor();
        assert.equal(mock.posts.at(-1).body.name, 'Cho');
    }));

const standings = [
    [{ state: 'draft', running: true, started_at: null, schedule: { live_at: clock().now + 125_000 } }, /The game has not begun\..* in 2:0\d/s, /Not begun\s+2:0\d/],
    [{ state: 'warm-up', scoring: false, schedule: { live_at: clock().now + 125_000 } }, /Warm-up:.*Nothing is scored yet.* in 2:0\d/s, /Warm-up\s+2:0\d/],
    [{ state: 'paused', running: false }, /The game is paused\./, /Paused\s+32:50/],
    [{ state: 'locked', scoring: false }, /Scoring is over: no points are given or taken any more\..* in 32:/s, /Scoring locked/],
    [{ state: 'ended', running: false }, /The shift is over\. Your score: 115\.\s*Look back at the game/, /Ended/],
    [{ frozen_at: clock().started_at + 600_000 }, /The board is frozen since 10:00\. Your own score goes on\./, /Live/],
];

for (const [change, says, frame] of standings)
    test(`how the event stands: ${change.state ?? 'frozen'}`, () =>
        withPage({ state: playing({ clock: clock(change) }) }, async (page) => {
            assert.match(await text(page, '.standing'), says);
            assert.match(await text(page, '.time'), frame);
        }));

test('what becomes of the event is shown at once', () =>
    withPage({ state: playing() }, async (page, mock) => {
        assert.equal(await page.locator('.standing').count(), 0);
        mock.emit('clock', clock({ state: 'locked', scoring: false }));
        await page.getByText('Scoring is over').waitFor();
        mock.emit('clock', clock({ state: 'ended', running: false }));
        await page.getByRole('link', { name: 'Review', exact: true }).waitFor();
    }));

test('a solved challenge that breaks again says so; one whose points do not count says why; how a locked one opens', () => {
    const { challenges } = contestTeam();
    const again = { ...challenges[1], standing: 1, scoring: { on: false, why: { en: 'Its deadline for points is over.' } } };
    return withPage({ state: playing({ challenges: [challenges[0], again, challenges[2]] }) }, async (page) => {
        const article = page.locator('.challenge', { hasText: 'Give the money back' }).first();
        await article.getByText('Solved, broken again').waitFor();
        await article.getByText('Its deadline for points is over.').waitFor();
        await page.getByText('It opens when this is solved: Let them order, Give the money back.').waitFor();
    });
});

test('an entry that did not count is told with what it would have been', () => {
    const given = contestTeam();
    const entry = { ...given.feed[0], seq: 99, points: 0, unscored: -5, by: 'facilitator' };
    return withPage({ state: playing({ feed: [entry] }) }, async (page) => assert.match(await text(page, '.feed .entry'), /^−5\n[^]*not counted · by the facilitator/));
});

test('a question is asked, answered, and its answer told', () =>
    withPage({ state: playing(), view: 'questions' }, async (page, mock) => {
        await page.getByLabel('Your question').fill('Which role?');
        await page.getByLabel('About').selectOption('order');
        await page.getByRole('button', { name: 'Ask' }).click();
        await page.locator('.ticket', { hasText: 'Which role?' }).getByText('waits').waitFor();
        assert.equal(await page.getByLabel('Your question').inputValue(), '');
        const [{ body }] = mock.posts.filter(({ path }) => path === 'api/question');
        assert.deepEqual(body, { text: 'Which role?', challenge: 'order' });
        await page.getByText('Asked by another team').waitFor();
        await page.getByRole('link', { name: 'Team', exact: true }).click();
        const mine = mock.state.team.questions[0];
        mock.emit('question', { ...mine, state: 'answered', answers: [{ at: clock().now + 1, by: 'Min-ji', text: { en: 'OrderRole.' } }] });
        await until(page, () => document.querySelector('.bar .count')?.textContent === '1');
        await page.getByRole('link', { name: /^Questions/ }).click();
        await page.getByText('OrderRole.').waitFor();
        await until(page, () => !document.querySelector('.bar .count'));
    }));

test('a captain changes roles and removes a member, when asked twice', () =>
    withPage({ state: playing() }, async (page, mock) => {
        await page.getByLabel('Role of 민지').selectOption('observer');
        await until(page, () => document.querySelectorAll('.members select').length === 3);
        assert.deepEqual(mock.posts.at(-1).body, { member: 'm2', role: 'observer' });
        await page.getByRole('button', { name: 'Remove: Ben' }).click();
        await page.getByRole('button', { name: 'Remove', exact: true }).click();
        await until(page, () => !document.querySelector('.members').innerText.includes('Ben'));
    }));

test('who came to the wrong team leaves it and joins another', () =>
    withPage({ state: playing(), forgive: /401/ }, async (page, mock) => {
        await page.getByRole('button', { name: 'Sign out' }).click();
        await page.getByLabel('Team code').fill('K7QF-3MZP');
        await page.getByLabel('Your name').fill('Ada');
        await page.getByRole('button', { name: 'Join' }).click();
        await page.locator('.tally').waitFor();
        assert.equal(mock.posts.filter(({ path }) => path === 'session/end').length, 1);
    }));

test('an observer reads: no keys, nothing to buy, to answer or to ask', () =>
    withPage({ state: playing({ exports: null }, { may: [], member: { id: 'm3', name: 'Ben', role: 'observer' } }) }, async (page) => {
        for (const name of [/Buy for/, 'Answer', 'Name your team', /Remove/]) assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
        assert.equal(await page.getByRole('link', { name: 'Keys' }).count(), 0);
        await page.getByRole('link', { name: /^Questions/ }).click();
        await page.getByRole('heading', { name: 'Questions' }).waitFor();
        assert.equal(await page.getByLabel('Your question').count(), 0);
    }));

test('the console leads from a machine to the history of an execution, with the command beside it', () =>
    withPage({ state: playing(), view: 'console' }, async (page) => {
        await page.getByText('aws stepfunctions list-state-machines').waitFor();
        await page.getByRole('link', { name: 'order-flow' }).click();
        await page.getByText('aws stepfunctions describe-state-machine --state-machine-arn').waitFor();
        await page.getByText('2025-11-22T09:00:00.000Z').waitFor();
        await page.getByText('"StartAt": "Check"').waitFor();
        await page.locator('.inside').getByRole('link', { name: 'Executions' }).click();
        await page.getByRole('link', { name: 'order-1842' }).waitFor();
        await page.getByRole('button', { name: 'Show more' }).click();
        await page.getByRole('link', { name: 'order-1', exact: true }).waitFor();
        await page.getByRole('link', { name: 'order-1842' }).click();
        await page.locator('.inside').getByRole('link', { name: 'History' }).click();
        await page.getByText('Price: Lambda.AccessDeniedException').waitFor();
        assert.deepEqual(await page.locator('.crumbs li').allInnerTexts(), ['State machines', 'order-flow', 'Executions', 'order-1842', 'History']);
        await page.getByRole('link', { name: 'Roles' }).click();
        await page.getByText('ServiceFailure').waitFor();
        await page.goBack();
        await page.getByText('Price: Lambda.AccessDeniedException').waitFor();
    }));

test('ranks glide on the board, and stand still for who wants it so', async () => {
    for (const reducedMotion of ['no-preference', 'reduce'])
        await withPage({ state: playing(), view: 'board', reducedMotion }, async (page, mock) => {
            await page.getByText('Team 1').waitFor();
            await page.evaluate(() => {
                window.glided = 0;
                const animate = Element.prototype.animate;
                Element.prototype.animate = function (...rest) {
                    window.glided += 1;
                    return animate.apply(this, rest);
                };
            });
            const { rows } = mock.state.board, [first, second, third] = rows;
            mock.emit('board', { rows: [{ ...second, rank: 1, score: 400 }, { ...first, rank: 2 }, third], frozen_at: null });
            await until(page, () => /Team 1/.test(document.querySelector('.board tbody tr').innerText));
            await drawn(page);
            assert.equal(await page.evaluate(() => window.glided), reducedMotion === 'reduce' ? 0 : 2);
        });
});

test('the wall shows a code, the link that it holds, and the freeze', () =>
    withPage({ state: playing(), view: 'wall', size: 'wall' }, async (page, mock) => {
        await page.getByRole('img', { name: 'Code of this page’s address' }).waitFor();
        assert.equal(await text(page, '.link'), mock.url.replace('http://', '').replace(/\/$/, ''));
        assert.ok(await page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('.rows .name')).fontSize)) > 60, 'large enough for the back of a room');
        mock.emit('board', { rows: mock.state.board.rows, frozen_at: clock().started_at + 60_000 });
        await page.getByText('Frozen since 1:00').waitFor();
        assert.equal(await page.locator('header.bar').count(), 0);
    }));

test('two hundred teams go round on the wall, page by page', () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({ rank: i + 1, team: String(i), name: `Team ${i + 1}`, score: 1000 - i, trend: { minute: 0, five_minutes: 0 }, solved: 0, reached_at: 0 }));
    return withPage({ state: { ...playing(), board: { event: 'mock-0', at: 0, clock: clock(), frozen_at: null, rows } }, view: 'wall' }, async (page) => {
        await page.getByText('1 / 7').waitFor();
        assert.equal(await page.locator('.rows li').count(), 30);
        assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), 'all of it is seen at once');
    });
});

const ended = () => playing({ clock: clock({ state: 'ended', running: false }) });

test('the review sets a team beside the winner: times, timeline, calls around, what was learnt', () =>
    withPage({ state: ended(), view: 'review' }, async (page) => {
        await page.getByText('치와와 또는 머핀 won with +690.').waitFor();
        assert.match(await page.locator('.all-teams tr.own').innerText(), /2\s+Team 1\s+2:30\s+9:40\s+2\/2\s+1\s+415/);
        assert.equal(await page.locator('.timeline > ol:not(.axis) > li').count(), 3, 'what came to either');
        const card = page.locator('.fault-card', { hasText: 'A path in the definition' });
        assert.match(await card.innerText(), /names the path that was not found\.[^]*Team 1[^]*2:00[^]*5:20[^]*치와와 또는 머핀[^]*0:50[^]*2:10/);
        await card.getByText('7 calls around it').click();
        await card.getByText('iam:GetRolePolicy').first().waitFor();
        await page.getByRole('button', { name: '<b>Keep Calm</b> & Karrot On' }).click();
        await until(page, () => document.querySelector('.all-teams tr.own').innerText.includes('Keep Calm'));
        await page.getByLabel('Beside it').selectOption('100000000001');
        await until(page, () => document.querySelector('.fault-card').innerText.includes('Team 1'));
        assert.match(await page.getByRole('link', { name: 'Save as a file' }).getAttribute('href'), /\/review\.html\?language=en$/);
    }));

test('alone one looks back, too', () =>
    withPage({ state: { team: team({ clock: clock({ state: 'ended', running: false }) }), review: { ...review(), winner: '100000000001', teams: review().teams.slice(0, 1) } } }, async (page) => {
        await page.getByRole('link', { name: 'Look back at the game' }).click();
        await page.locator('.fault-card', { hasText: 'A path in the definition' }).getByText('names the path that was not found.').waitFor();
        assert.equal(await page.locator('.side').count(), 2, 'one beside each of its faults');
    }));

test('before the end the review says when it opens', () =>
    withPage({ state: { ...playing(), review: null }, view: 'review', forgive: /409/ }, (page) => page.getByText('The review opens when the game is over.').waitFor()));

test('the queue of the support: the longest wait first, taken, answered for all', () =>
    withPage({ state: { ...playing(), session: { ...contestSession(), role: 'supporter', team: null, member: null, may: ['support'] }, queue: queue() }, view: 'queue' }, async (page, mock) => {
        assert.deepEqual((await page.locator('.ticket .who b').allInnerTexts()).slice(0, 3), ['Team 1', '<b>Keep Calm</b> & Karrot On', '치와와 또는 머핀']);
        await page.getByLabel('My name').fill('Jun');
        await page.locator('.ticket').first().getByRole('button', { name: 'I take it' }).click();
        await page.getByLabel('Answer to Team 1').fill('Look at the permissions boundary.');
        await page.getByLabel('Show it to every team').check();
        await page.locator('.ticket form').getByRole('button', { name: 'Answer' }).click();
        await until(page, () => document.querySelectorAll('.ticket').length === 2);
        const [take, answer] = mock.posts.filter(({ path }) => path.startsWith('api/question/')).map(({ body }) => body);
        assert.deepEqual(take, { question: 3, by: 'Jun' });
        assert.deepEqual(answer, { question: 3, by: 'Jun', text: 'Look at the permissions boundary.', publish: true });
        await page.getByRole('button', { name: 'Answered' }).click();
        await page.getByText('Look at the permissions boundary.').waitFor();
        await page.getByRole('button', { name: 'All' }).click();
        await page.getByRole('link', { name: 'Look: 치와와 또는 머핀' }).first().click();
        await page.locator('.tally').waitFor();
        assert.equal(mock.asked.at(-1).get('team'), '100000000002');
        mock.emit('question', { ...queue()[0], seq: 20, text: 'And this?' }, 'support');
        await until(page, () => document.querySelector('.bar .count')?.textContent === '2');
    }));
