// Manners: works from a phone's width and by keyboard, can be read by everybody, and costs little over the wire.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMock } from './mock.mjs';
import { clock, execution } from './mock_game.mjs';
import { contest, contestSession, contestTeam, facilitator } from './mock_event.mjs';
import { barriers, drawn, newPage, turnTo, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const views = ['team', 'board', 'executions', `execution/${encodeURIComponent(execution('order-1842'))}`, 'forecast', 'monitoring', 'chat', 'console', 'calls', 'guide/order', 'keys'];
const most_bytes = 150 * 1024;

test('the first view costs no more than 150 KB over the wire, the chart included', async () => {
    const mock = await startMock();
    const page = await newPage();
    try {
        const devtools = await page.context().newCDPSession(page);
        await devtools.send('Network.enable');
        let bytes = 0;
        devtools.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
        await page.goto(mock.url);
        await page.locator('.plot canvas').first().waitFor();
        for (const name of ['Forecast', 'Monitoring']) await page.getByRole('link', { name }).waitFor(); // the last that it asks for
        await drawn(page);
        assert.ok(bytes > 20_000 && bytes <= most_bytes, `${bytes} bytes`);
    } finally {
        await page.context().close();
        await mock.close();
    }
});

test('the first view waits for one module and one answer, not for one behind another', async () => {
    const mock = await startMock();
    const page = await newPage();
    try {
        const asked = [];
        page.on('request', (request) => asked.push(request.url().slice(mock.url.length)));
        await page.goto(mock.url);
        await page.locator('.tally').waitFor();
        assert.deepEqual(asked.filter((path) => /^(app|view)\//.test(path)), ['app/main.js']);
        assert.deepEqual(asked.filter((path) => /^(session|api\/(game|team))/.test(path)), ['session?first=true']);
    } finally {
        await page.context().close();
        await mock.close();
    }
});

const staff = { session: facilitator(), game: contest() };
const crowd = [['a player', views, {}], ['the facilitator', ['room', 'queue', 'log', 'sheet', 'board', 'review', 'team', 'questions'], staff]];

for (const width of [360, 768, 1280, 3840])
    for (const [role, own, state] of crowd)
        test(`nothing sticks out at ${width} pixels for ${role}`, () =>
            withPage({ viewport: { width, height: 844 }, view: own[0], state }, async (page) => {
                for (const view of own) {
                    await turnTo(page, view);
                    for (const language of ['English', '한국어']) {
                        await page.getByRole('button', { name: language }).click();
                        await page.locator('.switch [aria-pressed=true]', { hasText: language }).waitFor();
                        const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
                        assert.ok(wide <= shown, `${view} in ${language}: ${wide} > ${shown}`);
                    }
                }
            }));

test('by keyboard alone: to the content, through the views, a hint and back out of it', () =>
    withPage({}, async (page, mock) => {
        const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.id);
        await page.keyboard.press('Tab');
        assert.equal(await focused(), 'Skip to the content');
        await page.keyboard.press('Enter');
        assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
        await page.evaluate(() => document.querySelector('.bar nav a').focus());
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Executions' }).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.id), 'content', 'the focus goes where the new view begins');
        await page.goto(page.url().replace('#/executions', '#/team'));

        for (let i = 0; i < 80 && !/^Buy for/.test(await focused()); i++) await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await until(page, () => document.activeElement.textContent === 'Pay 20');
        await page.keyboard.press('Escape');
        await until(page, () => /Buy for 20/.test(document.activeElement.textContent));
        assert.equal(mock.posts.length, 0);
        await page.keyboard.press('Enter');
        await until(page, () => document.activeElement.textContent === 'Pay 20');
        await page.keyboard.press('Enter');
        await until(page, () => /Who is the state machine/.test(document.activeElement.textContent));
    }));

test('what has the focus shows it', () =>
    withPage({}, async (page) => {
        for (let i = 0; i < 12; i++) {
            await page.keyboard.press('Tab');
            const outline = await page.evaluate(() => {
                const style = getComputedStyle(document.activeElement);
                return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            });
            assert.ok(outline, `tab ${i + 1}`);
        }
    }));

test('who wants no motion gets none', () =>
    withPage({ reducedMotion: 'reduce' }, async (page, mock) => {
        mock.emit('score', { entry: { ...mock.state.team.feed[1], seq: 99 }, score: 1, trend: { minute: 0, five_minutes: 0 }, rank: 1 });
        await page.locator('.entry.new').waitFor();
        assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    }));

/** In the page, what axe-core does not look at: the edges of controls (3 to 1), and that there is one main part and one title. */
function stumbles() {
    const found = [];
    const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility({ checkVisibilityCSS: true }));
    for (const selector of ['main', 'h1']) if (document.querySelectorAll(selector).length !== 1) found.push(`${document.querySelectorAll(selector).length} × ${selector}`);
    const paint = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
        paint.clearRect(0, 0, 1, 1);
        paint.fillStyle = colour;
        paint.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
    const groundOf = (element) => {
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
        return layers.reduce((under, layer) => over(layer, under), [255, 255, 255]);
    };
    const light = (colour) => {
        const [r, g, b] = colour.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    for (const element of all('button:not(.quiet, .icon, .switch button), input:not([type=checkbox], [type=range]), select, textarea')) {
        if (element.disabled || element.closest('.switch')) continue;
        const ground = groundOf(element.parentElement), contrast = ratio(over(rgba(getComputedStyle(element).borderTopColor), ground), ground);
        if (contrast < 3) found.push(`edge ${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 80)}`);
    }
    return [...new Set(found)];
}

/** Opens what is folded and asks for what is asked back, so that all of a view is looked at. */
async function unfold(page) {
    await page.evaluate(() => document.querySelectorAll('details').forEach((element) => (element.open = true)));
    await drawn(page);
}

const who = {
    team: { views, state: {} },
    contest: { views: ['team', 'questions', 'console', 'board', 'wall', 'review'], state: { session: contestSession(), game: contest(), team: contestTeam({ clock: clock({ frozen_at: clock().now }) }) } },
    facilitator: { views: ['room', 'queue', 'log', 'sheet', 'board', 'wall', 'review', 'team', 'console'], state: staff },
};

for (const colorScheme of ['light', 'dark'])
    for (const size of ['phone', 'desk'])
        for (const [role, { views: own, state }] of Object.entries(who))
            test(`nobody stumbles: ${role}, ${colorScheme}, ${size}`, () =>
                withPage({ colorScheme, size, state, view: own[0], reducedMotion: 'reduce' }, async (page) => {
                    if (role === 'team') {
                        await page.getByRole('button', { name: /Marks/ }).click();
                        await page.getByRole('button', { name: /Buy for/ }).click();
                        await page.locator('.hints .ask').waitFor();
                    }
                    if (role === 'facilitator') await page.locator('.roster button.team').nth(2).click();
                    for (const view of own) {
                        await turnTo(page, view);
                        await unfold(page);
                        assert.deepEqual([...(await page.evaluate(stumbles)), ...(await barriers(page))], [], view);
                    }
                }));
