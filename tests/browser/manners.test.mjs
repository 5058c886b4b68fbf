// Manners: works from a phone's width and by keyboard, can be read by everybody, and costs little over the wire.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startMock } from './mock.mjs';
import { execution } from './mock_game.mjs';
import { newPage, until, useBrowser, withPage } from './browser.mjs';

useBrowser();

const views = ['team', 'board', 'executions', `execution/${encodeURIComponent(execution('order-1842'))}`, 'forecast', 'monitoring', 'chat', 'calls', 'guide/order', 'keys'];
const most_bytes = 150 * 1024;

/** Leads an open page to another view, without loading it anew. */
async function turnTo(page, view) {
    await page.evaluate((wanted) => (location.hash = `#/${wanted}`), view);
    await page.waitForTimeout(250);
}

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
        await page.waitForTimeout(300);
        assert.ok(bytes > 20_000 && bytes <= most_bytes, `${bytes} bytes`);
    } finally {
        await page.context().close();
        await mock.close();
    }
});

for (const width of [360, 390, 768, 1280])
    test(`nothing sticks out at ${width} pixels`, () =>
        withPage({ viewport: { width, height: 844 } }, async (page) => {
            await page.setViewportSize({ width, height: 844 });
            for (const language of ['English', '한국어'])
                for (const view of views) {
                    await turnTo(page, view);
                    await page.getByRole('button', { name: language }).click();
                    await page.waitForTimeout(60);
                    const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
                    assert.ok(wide <= shown, `${view} in ${language}: ${wide} > ${shown}`);
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
        await page.getByRole('heading', { name: 'Board' }).waitFor();
        assert.equal(await page.evaluate(() => document.activeElement.id), 'content', 'the focus goes where the new view begins');
        await page.goto(page.url().replace('#/board', '#/team'));

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

/** In the page: everything that a reader by ear, by key or with weak eyes would stumble over. */
function stumbles() {
    const found = [];
    const shown = (element) => element.checkVisibility({ checkVisibilityCSS: true }) && !element.closest('.unseen');
    const all = (selector) => [...document.querySelectorAll(selector)];
    const name = (element) => element.getAttribute('aria-label') || (element.getAttribute('aria-labelledby') && document.getElementById(element.getAttribute('aria-labelledby'))?.textContent)
        || [...(element.labels ?? [])].map((label) => label.textContent).join(' ').trim() || element.textContent.trim() || element.title;

    for (const element of all('a, button, input, select, summary, [role=button], [role=img], [role=region], [role=group], nav, section')) {
        if (!shown(element)) continue;
        if (!name(element)) found.push(`without a name: ${element.outerHTML.slice(0, 90)}`);
    }
    for (const element of all('[aria-labelledby]')) if (!document.getElementById(element.getAttribute('aria-labelledby'))) found.push(`labelled by nothing: ${element.outerHTML.slice(0, 90)}`);
    const ids = all('[id]').map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id twice: ${id}`);
    for (const [what, selector] of [['main', 'main'], ['header', 'header.bar'], ['heading of first order', 'h1']])
        if (document.querySelectorAll(selector).length !== 1) found.push(`${document.querySelectorAll(selector).length} × ${what}`);
    let level = 1;
    for (const heading of all('main h1, main h2, main h3, main h4, main h5')) {
        const own = Number(heading.localName[1]);
        if (own > level + 1) found.push(`heading jumps from ${level} to ${own}: ${heading.textContent}`);
        level = own;
    }
    for (const element of all('a, button, input, select, summary')) {
        const box = element.getBoundingClientRect();
        const inText = getComputedStyle(element).display === 'inline';
        if (shown(element) && !inText && element.className !== 'skip' && (box.height < 24 || box.width < 24) && !element.closest('label') && element.localName !== 'summary')
            found.push(`smaller than 24 pixels: ${element.outerHTML.slice(0, 90)} ${box.width}×${box.height}`);
    }

    // Contrast, WCAG 2.2 AA: 4.5 to 1, 3 to 1 for large text and for the edges of controls.
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
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !shown(element) || element.closest(':disabled, .skip, noscript')) continue;
        const style = getComputedStyle(element);
        const svg = element.namespaceURI.endsWith('svg');
        const ground = svg && element.closest('.node') ? over(rgba(getComputedStyle(element.closest('.node').querySelector('rect')).fill), groundOf(element)) : groundOf(element);
        const contrast = ratio(over(rgba(svg ? style.fill : style.color), ground), ground);
        const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
        if (contrast < (large ? 3 : 4.5)) found.push(`contrast ${contrast.toFixed(2)}: “${walker.currentNode.data.trim().slice(0, 40)}” .${element.className}`);
    }
    for (const element of all('button:not(.quiet):not(.icon):not(.switch button), input:not([type=checkbox]), select')) {
        if (!shown(element) || element.disabled || element.closest('.switch')) continue;
        const contrast = ratio(over(rgba(getComputedStyle(element).borderTopColor), groundOf(element.parentElement)), groundOf(element.parentElement));
        if (contrast < 3) found.push(`edge ${contrast.toFixed(2)}: ${element.outerHTML.slice(0, 80)}`);
    }
    return [...new Set(found)];
}

for (const colorScheme of ['light', 'dark'])
    for (const size of ['phone', 'desk'])
        test(`nobody stumbles: ${colorScheme}, ${size}`, () =>
            withPage({ colorScheme, size }, async (page) => {
                await page.getByRole('button', { name: /Marks/ }).click();
                await page.getByRole('button', { name: /Buy for/ }).click();
                await page.locator('.hints .ask').waitFor();
                for (const view of views) {
                    await turnTo(page, view);
                    assert.deepEqual(await page.evaluate(stumbles), [], view);
                }
            }));
