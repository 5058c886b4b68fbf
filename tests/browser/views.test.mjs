// The other views: calls, executions with their picture, guides, keys, the board, the door; copying; both languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../../emulator/page/app/words_en.js';
import { ko } from '../../emulator/page/app/words_ko.js';
import * as review_words from '../../emulator/page/app/words_review.js';
import * as staff_words from '../../emulator/page/app/words_staff.js';
import { contest, facilitator } from './mock_event.mjs';
import { execution, game, session, team } from './mock_game.mjs';
import { startMock } from './mock.mjs';
import { newPage, text, turnTo, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

test('calls are filtered by their words, by errors, by who made them', () =>
    withPage({ view: 'calls' }, async (page) => {
        const rows = page.locator('.calls tbody tr');
        assert.equal(await rows.count(), 9);
        await page.getByLabel('Errors only').check();
        await until(page, () => document.querySelectorAll('.calls tbody tr').length === 3);
        await page.getByLabel('Ours only').check();
        await until(page, () => document.querySelectorAll('.calls tbody tr').length === 2);
        await page.getByRole('searchbox').fill('policy nosuch');
        await until(page, () => document.querySelectorAll('.calls tbody tr').length === 1);
        assert.match(await rows.innerText(), /iam:GetRolePolicy\s+404 NoSuchEntity/);
        await page.getByRole('searchbox').fill('nothing like it');
        await page.getByText('No call fits the filter.').waitFor();
    }));

test('a failed execution: the event, the picture, the history of one state', () =>
    withPage({ view: 'executions' }, async (page) => {
        assert.match(await page.locator('tr', { hasText: 'order-1842' }).innerText(), /Event 14, TaskFailed in state “Price”/);
        await page.getByRole('link', { name: 'order-1842' }).click();
        await page.getByRole('button', { name: 'Price, Task: failed' }).waitFor();
        assert.equal(await page.locator('.node.succeeded').count(), 3);
        assert.equal(await page.getByRole('button', { name: 'Reserve, Task: not reached' }).count(), 1, 'what is inside of a Map is drawn');
        await page.getByRole('button', { name: 'Price, Task: failed' }).focus();
        await page.keyboard.press('Enter');
        await until(page, () => document.querySelectorAll('.history li').length === 4);
        const account = page.locator('.account');
        assert.match(await account.locator('.state_error').innerText(), /^Error Event 14, TaskFailed\s+Lambda\.AccessDeniedException: .* is not authorized to perform/);
        assert.match(await account.locator('.state_input').innerText(), /"tier": "gold"/);
        assert.equal(await account.locator('.state_output').count(), 0, 'nothing came of it');
        await page.getByRole('button', { name: 'Gold, Pass: succeeded' }).click();
        assert.match(await account.locator('.state_output').innerText(), /"order": 1842/);
        await page.getByRole('button', { name: 'All states' }).click();
        await until(page, () => document.querySelectorAll('.history li').length === 15);
    }));

test('a forecast: the fan, what came, an item of one\'s choice, how far to trust it, what failed', () =>
    withPage({ view: 'forecast' }, async (page) => {
        await page.getByRole('img', { name: /^Forecast of busan: the first step between / }).waitFor();
        await until(page, () => document.querySelectorAll('.fan canvas').length > 0);
        assert.equal(await page.locator('.steps tbody tr').count(), 14);
        assert.deepEqual((await page.locator('.steps tbody tr td:last-child').allInnerTexts()).map((text) => text === '–').filter(Boolean).length, 11);
        assert.match(await text(page, '.accuracy'), /Average wQL\s+0\.0210/);
        assert.match(await text(page, '.jobs tr.failed'), /CREATE_FAILED[^]*is not a valid timestamp: row 1/);
        await page.getByLabel('Item').selectOption('seoul');
        await page.getByRole('img', { name: /^Forecast of seoul/ }).waitFor();
        assert.match(page.url(), /seoul$/);
    }));

test('monitoring: the schedule in alert, its executions, how far features drifted, what was violated', () =>
    withPage({ view: 'monitoring' }, async (page) => {
        await page.getByText('DataQuality of the endpoint churn').waitFor();
        assert.equal(await text(page, '.alert'), 'Alert');
        assert.equal(await page.locator('.runs li').count(), 3);
        assert.deepEqual(await page.locator('.distances tbody th').allInnerTexts(), ['minutes', 'calls', 'plan']);
        assert.equal(await page.getByRole('img', { name: 'minutes: 0.41 from the baseline, 0.1 is allowed.' }).count(), 1);
        assert.equal(await page.locator('.distances tr.far').count(), 1);
        assert.equal(await page.locator('.distribution').count(), 3);
        assert.match(await text(page, '.violations tbody tr'), /minutes\s+baseline_drift_check\s+Baseline drift distance: 0\.41 exceeds threshold: 0\.1/);
        await page.getByLabel('Schedule').selectOption('calm');
        await page.getByText('It has not run yet.').waitFor();
        assert.match(page.url(), /calm$/);
    }));

test('without schedules there is no way to monitoring', () =>
    withPage({ state: { monitors: [] } }, async (page) => {
        await page.getByRole('heading', { name: 'Challenges' }).waitFor();
        assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Monitoring' }).count(), 0);
    }));

test('without forecasts there is no way to them', () =>
    withPage({ state: { forecasts: [] } }, async (page) => {
        await page.getByRole('heading', { name: 'Challenges' }).waitFor();
        assert.equal(await page.getByRole('navigation').getByRole('link', { name: 'Forecasts' }).count(), 0);
    }));

test('an execution that is not there', () =>
    withPage({ view: `execution/${encodeURIComponent(execution('nobody'))}`, state: { details: () => null }, forgive: /404/ }, async (page) => {
        await page.getByText('There is no such execution.').waitFor();
    }));

test('a guide is elements, never markup; links lead to the web only', () =>
    withPage({ view: 'guide/order' }, async (page) => {
        await page.getByRole('heading', { name: 'Look at it' }).waitFor();
        const prose = page.locator('.prose');
        assert.equal(await prose.locator('ol > li').count(), 3);
        assert.equal(await prose.locator('ol > li > ul > li').count(), 2);
        assert.equal(await prose.locator('td').count(), 6);
        assert.deepEqual(await prose.locator('pre').allInnerTexts(), ['aws stepfunctions list-state-machines\naws stepfunctions describe-state-machine --state-machine-arn ARN', 'aws stepfunctions list-executions --state-machine-arn ARN\naws iam list-roles']);
        assert.deepEqual(await prose.locator('a').evaluateAll((links) => links.map((link) => link.href)), ['https://docs.aws.amazon.com/step-functions/latest/dg/welcome.html']);
        assert.equal(await prose.locator('script').count(), 0);
        await page.getByText('<script>alert(1)</script>').waitFor();
    }));

test('a guide that is there in English only says so in Korean', () =>
    withPage({ view: 'guide/refund', locale: 'ko-KR' }, async (page) => {
        await page.getByText('이 가이드는 한국어로 제공되지 않습니다.').waitFor();
        assert.equal(await page.locator('.prose').getAttribute('lang'), 'en');
    }));

test('names are text, whatever stands in them', () =>
    withPage({ view: 'board' }, async (page) => {
        await page.getByText('<b>Keep Calm</b> & Karrot On').waitFor();
        assert.equal(await page.locator('.board b').count(), 0);
        assert.match(await page.locator('.board tr.own').innerText(), /Team 1/);
    }));

test('copying gives the whole text, the secret too, and says that it has', () =>
    withPage({ view: 'keys', permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
        assert.doesNotMatch(await text(page, 'pre'), /q7Yw0/, 'the secret is hidden until it is asked for');
        await page.getByRole('button', { name: 'Copy: Shell lines' }).click();
        await until(page, () => document.querySelector('#announcer').innerText === 'Copied');
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), team().exports.shell);
        await page.getByRole('button', { name: 'Show: Secret key' }).click();
        await until(page, () => document.querySelector('pre').innerText.includes('q7Yw0'));
        await page.goto(page.url().replace('#/keys', '#/team'));
        await page.getByRole('button', { name: 'Copy: See it for yourself' }).click();
        await until(page, () => document.querySelector('.copy.done'));
        assert.equal(await page.evaluate(() => navigator.clipboard.readText()), team().challenges[0].trouble.look);
    }));

test('both languages have the same words, each of the same kind', () => {
    for (const words of [{ en, ko }, staff_words, review_words]) {
        assert.deepEqual(Object.keys(words.ko).sort(), Object.keys(words.en).sort());
        for (const key of Object.keys(words.en)) {
            assert.equal(typeof words.ko[key], typeof words.en[key], key);
            if (typeof words.en[key] === 'function') assert.equal(words.ko[key].length, words.en[key].length, key);
            else assert.ok(words.ko[key].trim(), key);
        }
    }
});

test('Korean at the switch, and still Korean after a reload', () =>
    withPage({}, async (page) => {
        await page.getByRole('button', { name: '한국어' }).click();
        await page.getByRole('heading', { name: '챌린지' }).waitFor();
        assert.equal(await page.locator('html').getAttribute('lang'), 'ko');
        await page.getByText('주문을 되살려라').first().waitFor();
        await page.reload();
        await page.getByRole('heading', { name: '챌린지' }).waitFor();
        assert.match(await text(page, '.trouble'), /지금 점수를 얻지 못하고 있습니다/);
        await page.getByRole('button', { name: 'English' }).click();
        await page.getByRole('heading', { name: 'Challenges' }).waitFor();
    }));

const player_views = ['team', 'board', 'executions', `execution/${encodeURIComponent(execution('order-1842'))}`, 'forecast', 'monitoring', 'chat', 'console', 'calls', 'guide', 'keys'];
const staff_views = ['room', 'queue', 'log', 'sheet', 'review', 'wall'];

for (const [role, views, state] of [['a player', player_views, {}], ['the facilitator', staff_views, { session: facilitator(), game: contest() }]])
    test(`no English is left over in Korean for ${role}`, () =>
        withPage({ locale: 'ko-KR', view: views[0], state }, async (page) => {
            const english = [en, staff_words.en, review_words.en].flatMap(Object.values).filter((word) => typeof word === 'string' && word !== 'English' && /[a-z]/i.test(word));
            for (const view of views) {
                await turnTo(page, view);
                await page.evaluate(() => document.querySelectorAll('details').forEach((element) => (element.open = true)));
                const left = await page.evaluate((words) => {
                    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                    const found = [];
                    // What AWS calls its members stays as it is.
                    while (walker.nextNode()) if (words.includes(walker.currentNode.data.trim()) && !walker.currentNode.parentElement.closest('.history dt, .detail dt')) found.push(walker.currentNode.data);
                    return found;
                }, english);
                assert.deepEqual(left, [], view);
            }
        }));

test('the theme goes round, holds after a reload, and follows the system unless told', () =>
    withPage({ colorScheme: 'dark' }, async (page) => {
        const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        const dark = await ground();
        await page.getByRole('button', { name: 'Theme: As the system' }).click();
        await page.getByRole('button', { name: 'Theme: Light' }).waitFor();
        const light = await ground();
        assert.notEqual(light, dark);
        await page.reload();
        await page.getByRole('button', { name: 'Theme: Light' }).click();
        await page.getByRole('button', { name: 'Theme: Dark' }).waitFor();
        assert.equal(await ground(), dark);
    }));

test('language and theme are there before anything is painted', () =>
    withPage({ colorScheme: 'light' }, async (page) => {
        await page.evaluate(() => Object.assign(localStorage, { 'rehearse.language': 'ko', 'rehearse.theme': 'dark' }));
        await page.addInitScript(() => requestAnimationFrame(() => (window.at_first = [document.documentElement.lang, document.documentElement.dataset.theme])));
        await page.reload();
        await until(page, () => window.at_first);
        assert.deepEqual(await page.evaluate(() => window.at_first), ['ko', 'dark']);
    }));

async function atTheDoor(state, fragment, use) {
    const mock = await startMock({ state });
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

test('the link’s token opens the door once and is gone from the address', () =>
    atTheDoor({ signedIn: false }, `#token=${'feed'.repeat(16)}`, async (page, mock) => {
        await page.locator('.tally').waitFor();
        assert.deepEqual(mock.posts[0].body, { token: 'feed'.repeat(16) });
        assert.doesNotMatch(page.url(), /token/);
    }));

test('without a link a token is asked for, and a wrong one refused', () =>
    atTheDoor({ signedIn: false }, '', async (page) => {
        await page.getByText('I have a token').click();
        await page.getByLabel('Token').fill('nonsense');
        await page.getByRole('button', { name: 'Enter' }).click();
        await page.getByText('That token opens nothing.').waitFor();
        await page.getByLabel('Token').fill('feed'.repeat(16));
        await page.getByRole('button', { name: 'Enter' }).click();
        await page.locator('.tally').waitFor();
    }));

test('a single player on the own machine needs none', () =>
    atTheDoor({ signedIn: false, open: true }, '', async (page) => page.locator('.tally').waitFor()));

test('where no game is played the page says how to use the cloud', () =>
    atTheDoor({ session: null }, '', async (page) => {
        await page.getByRole('heading', { name: 'No game is being played here' }).waitFor();
        await page.getByText('export AWS_ENDPOINT_URL=http://127.0.0.1:4566').waitFor();
    }));

test('the board of many teams shows ranks and this team’s own', () =>
    withPage({ view: 'team', state: { session: session({ solo: false, may: [] }), game: { ...game(), solo: false } } }, async (page) => {
        assert.match(await text(page, '.tally dl'), /1 of 3/);
    }));
