// The page as the binary serves it: from a table and nowhere else, packed, kept by browsers until it changes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from 'node:net';
import { start } from './emulator.mjs';

let emulator;
before(async () => (emulator = await start()));
after(() => emulator.kill());

const house = (path, headers = {}, method = 'GET') => fetch(`${emulator.endpoint}/_rehearse/${path}`, { headers, method, redirect: 'manual' });

/** What fetch would tidy away before it sends it. */
function raw(target) {
    const { hostname, port, host } = new URL(emulator.endpoint);
    return new Promise((resolve, reject) => {
        let said = '';
        const socket = connect(port, hostname, () => socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
        socket.on('data', (bytes) => (said += bytes)).on('close', () => resolve(Number(said.split(' ')[1]))).on('error', reject);
    });
}

test('a browser gets the page, strict; a terminal a line of text', async () => {
    const page = await house('', { accept: 'text/html,application/xhtml+xml' });
    assert.equal(page.status, 200);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(page.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'; style-src 'self'/);
    const html = await page.text();
    assert.match(html, /^<!doctype html>/);
    assert.doesNotMatch(html, /<script>|style="|onclick=/, 'nothing inline');
    const plain = await house('', { accept: '*/*' });
    assert.match(plain.headers.get('content-type'), /^text\/plain/);
    const [, lines] = (await plain.text()).match(/(http:\S+\/welcome)/);
    assert.match(await (await fetch(lines)).text(), /export AWS_ENDPOINT_URL=http:/);
});

test('every file that the page names is there, with its type', async () => {
    const html = await (await house('', { accept: 'text/html' })).text();
    const types = { js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml' };
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]);
    assert.deepEqual(['style.css', 'app/main.js'].filter((path) => !named.includes(path)), []);
    for (const path of [...named, 'lib/dygraph.js']) {
        const file = await house(path);
        assert.equal(file.status, 200, path);
        assert.equal(file.headers.get('content-type'), types[path.split('.').pop()], path);
        assert.ok((await file.text()).length > 100, path);
    }
});

test('a browser that may have a session fetches its first view beside the files', async () => {
    const front = async (headers) => (await house('', { accept: 'text/html', 'accept-encoding': 'gzip', ...headers })).headers.get('link');
    assert.equal(await front({ cookie: 'some=cookie' }), '<session?first=true>; rel=preload; as=fetch; crossorigin');
    assert.equal(await front({}), null, 'who is new would be refused');
});

test('modules import only what is there', async () => {
    const seen = new Set(), todo = ['app/main.js'];
    while (todo.length) {
        const path = todo.pop();
        if (seen.has(path)) continue;
        seen.add(path);
        const file = await house(path);
        assert.equal(file.status, 200, path);
        for (const [, to] of (await file.text()).matchAll(/(?:from |import\()'([^']+)'/g)) todo.push(new URL(to, `http://x/${path}`).pathname.slice(1));
    }
    assert.ok(seen.size > 10); // the first view's are one
});

test('packed for those who can unpack, and not sent again while it is the same', async () => {
    const packed = await house('style.css', { 'accept-encoding': 'gzip' });
    const plain = await house('style.css', { 'accept-encoding': 'identity' });
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(await packed.text(), await plain.text());
    assert.equal((await house('style.css', { 'accept-encoding': 'gzip;q=0, br' })).headers.get('content-encoding'), null);
    const etag = plain.headers.get('etag');
    const again = await house('style.css', { 'if-none-match': `"other", ${etag}` });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), '');
    assert.equal((await house('style.css', { 'if-none-match': '"other"' })).status, 200);
    assert.equal((await house('app/main.js')).headers.get('cache-control'), 'no-cache');
});

test('what is not in the table is not there', async () => {
    for (const target of ['nothing.js', 'app', 'app/', 'app/main.js/', '../page.c', '..%2fpage.c', '%2e%2e/etc/passwd', '/etc/passwd', 'app/%6dain.js', 'app\\main.js', 'index.html%00.js'])
        assert.ok([400, 404].includes(await raw(`/_rehearse/${target}`)), target);
    assert.equal((await house('style.css', {}, 'POST')).status, 405);
    const head = await house('style.css', {}, 'HEAD');
    assert.equal(head.status, 200);
    assert.ok(Number(head.headers.get('content-length')) > 1000);
});
