// Chromium for a test: one browser for a file of tests, a context and a mock of its own for each test, and at the end of each
// the demand that the page said nothing on the console: no error, no warning, no violation of the Content-Security-Policy.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { launch } from './chromium.mjs';
import { closeFiles, startMock } from './mock.mjs';

let browser;

/** Call once at the top of a file of tests. */
export function useBrowser() {
    before(async () => {
        browser = await launch();
    });
    after(() => Promise.all([browser?.close(), closeFiles()]));
}

export const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 860 }, wall: { width: 2560, height: 1440 } };

export async function newPage({ size = 'desk', locale = 'en-US', colorScheme = 'light', ...more } = {}) {
    const context = await browser.newContext({ viewport: sizes[size], locale, colorScheme, ...more });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.said = [];
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && page.said.push(message.text()));
    page.on('pageerror', (error) => page.said.push(error.stack));
    return page;
}

/** use(page, mock) with the page open at `view`; `state` is the mock's, `forgive` a pattern of what the console may say. */
export async function withPage({ view = 'team', state, forgive, ...options }, use) {
    const mock = await startMock({ state });
    const page = await newPage(options);
    try {
        await page.goto(`${mock.url}#/${view}`);
        await page.locator('main h1').first().waitFor({ state: 'attached' });
        await use(page, mock);
        assert.deepEqual(page.said.filter((text) => !forgive?.test(text)), [], 'the page complained');
    } finally {
        await page.context().close();
        await mock.close();
    }
}

/** Waits until a function in the page gives something true: as long as a busy machine may need, for nobody measures it. */
export const until = (page, what, argument) => page.waitForFunction(what, argument, { timeout: 60_000 });

/** What was to be drawn is drawn, and has been laid out. */
export const drawn = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)))));

/** Leads an open page to another view, without loading it anew, and waits until the view and what it asks for are there. */
export async function turnTo(page, view) {
    await page.evaluate((wanted) => (location.hash = `#/${wanted}`), view);
    await page.locator(`main.view-${view.split('/')[0]} h1`).first().waitFor({ state: 'attached' });
    await until(page, () => ![...document.querySelectorAll('main .empty')].some((one) => ['Loading…', '불러오는 중…'].includes(one.textContent)));
    await drawn(page);
}

export const text = (page, selector) => page.locator(selector).first().innerText();

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe-core finds on the page as it is shown, WCAG 2.2 AA and what is good practice besides: one line each. */
export async function barriers(page) {
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
    const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] }), rules);
    return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} (${node.any[0]?.message ?? node.all[0]?.message ?? node.none[0]?.message ?? ''})`));
}
