// How soon the page can be used: a team's first view in a Chromium context that knows nothing yet (no cache), from the start of the navigation
// until the view stands there, is painted and the main thread is free to answer. Beside it what the browser takes on this machine, now, for a
// page of one line, and what came over the wire.
//
//     tests/bench/run page             or, with a release that is built: node tests/bench/page.mjs [RUNS [PACK [OTHER-BINARY]]]
//
// With another build of the emulator both are measured in turn, so that a busy machine is busy for both.
import { createServer } from 'node:http';
import { launch } from '../browser/chromium.mjs';
import { start } from '../integration/emulator.mjs';

const [runs = 15] = process.argv.slice(2, 3).map(Number), pack = process.argv[3] ?? 'tour-de-ml', other = process.argv[4];
const at = (list, share) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];
const row = (what, list, unit) => console.log(`${what.padEnd(58)} ${[0, 0.5, 0.9].map((share) => at(list, share).toFixed(0)).join(' / ').padStart(20)} ${unit}`);

/** In the page, before anything of its own: notes when the first view is there, and when what was to do after it is done. */
function watch() {
    const done = (name) => requestAnimationFrame(() => setTimeout(() => {
        window[name] = performance.now();
        console.debug(name);
    }));
    new MutationObserver((changes, observer) => {
        if (!document.querySelector('.tally')) return;
        observer.disconnect();
        window.drawn = performance.now();
        done('usable');
    }).observe(document, { childList: true, subtree: true });
}

/** Goes there and waits until the view is usable, and as long again as the chart takes, which nobody waits for. The page says when that is: asked,
 *  it would first have to run what playwright asks with, some 15 ms of the main thread before it is free. */
async function go(page, url) {
    const usable = page.waitForEvent('console', (said) => said.text() === 'usable');
    await page.goto(url);
    await usable;
    await page.waitForTimeout(500);
    return page.evaluate(() => {
        const { responseStart } = performance.getEntriesByType('navigation')[0], paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN;
        return { responseStart, paint, drawn: window.drawn, usable: window.usable };
    });
}

/** A visit by who has been nowhere but on the page of one line: the browser's processes run, and nothing of ours is in any cache. */
async function visit(browser, url, cookies = []) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    try {
        if (cookies.length) await context.addCookies(cookies);
        const page = await context.newPage();
        await page.addInitScript(watch);
        const least = await go(page, one_line);
        const devtools = await context.newCDPSession(page);
        await devtools.send('Network.enable');
        let bytes = 0, requests = 0;
        devtools.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
        devtools.on('Network.requestWillBeSent', () => requests++);
        return { ...(await go(page, url)), least: least.usable, bytes: bytes / 1024, requests };
    } finally {
        await context.close();
    }
}

async function startServed(program) {
    const emulator = await start([pack, '--memory'], { program });
    const session = await fetch(`${emulator.endpoint}/_rehearse/session`, { method: 'POST', headers: { 'content-type': 'application/json', origin: emulator.endpoint }, body: '{}' });
    const [name, value] = session.headers.get('set-cookie').split(';')[0].split('=');
    return { emulator, url: `${emulator.endpoint}/_rehearse/`, cookies: [{ name, value, domain: new URL(emulator.endpoint).hostname, path: '/_rehearse/', httpOnly: true, sameSite: 'Strict' }] };
}

const server = createServer((request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>One line</title><p class="tally">Here.'));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const one_line = `http://127.0.0.1:${server.address().port}/`;
const browser = await launch();
const served = [];
try {
    served.push({ label: pack, ...(await startServed()), known: [], unknown: [] });
    if (other) served.push({ label: other, ...(await startServed(other)), known: [], unknown: [] });
    for (let i = -1; i < runs; i++) {
        const kept = i >= 0; // the first time the browser itself warms up
        for (const one of served) {
            const known = await visit(browser, one.url, one.cookies), unknown = await visit(browser, one.url);
            if (kept) one.known.push(known);
            if (kept) one.unknown.push(unknown);
        }
    }
    console.log(`${runs} visits each: least / median / 90 %`);
    for (const { label, known, unknown } of served) {
        console.log(label);
        row('    first byte', known.map((one) => one.responseStart), 'ms');
        row('    drawn', known.map((one) => one.drawn), 'ms');
        row('    first paint with content', known.map((one) => one.paint), 'ms');
        row('    usable', known.map((one) => one.usable), 'ms');
        row('    a page of one line, in the same contexts: usable', known.map((one) => one.least), 'ms');
        row('    usable for who is let in without a session', unknown.map((one) => one.usable), 'ms');
        row('    over the wire, chart included', known.map((one) => one.bytes), 'KiB');
        row('    requests', known.map((one) => one.requests), '');
    }
} finally {
    server.close();
    await browser.close();
    for (const { emulator } of served) await emulator.kill();
}
