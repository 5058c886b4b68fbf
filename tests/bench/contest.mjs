// A contest at its full size: so many teams whose customers come every 20 s, a page open for each (its stream of events), the wall and the
// facilitator; then what it costs, and how late an event is on a page.
//
//     tests/bench/run contest          or, with a release that is built: node tests/bench/contest.mjs [TEAMS [SECONDS [PACK]]]
import http from 'node:http';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, start } from '../integration/emulator.mjs';

const [teams = 200, seconds = 60] = process.argv.slice(2, 4).map(Number), pack = process.argv[4] ?? 'first-shift';
const row = (what, figure) => console.log(`${what.padEnd(64)} ${String(figure).padStart(16)}`);
const at = (list, share) => list.toSorted((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * share))];

/** CPU seconds of a process, and what it has in memory. */
function usage(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
    return { cpu: (Number(fields[11]) + Number(fields[12])) / 100, mib: Number(resident) / 1024 };
}

/** The emulator's own children: the packs' processes. */
function childrenOf(pid) {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((name) => {
        try {
            return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1] === String(pid);
        } catch {
            return false;
        }
    });
}

function ask(emulator, path, { method = 'GET', body, cookie, csrf } = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request(`${emulator.endpoint}/_rehearse/${path}`, {
            agent: false, method, headers: { ...(body && { 'content-type': 'application/json' }), ...(cookie && { cookie }), ...(csrf && { 'x-csrf-token': csrf }) },
        }, (answer) => {
            let text = '';
            answer.on('data', (chunk) => (text += chunk));
            answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text ? JSON.parse(text) : null }));
        });
        request.on('error', reject);
        request.end(body && JSON.stringify(body));
    });
}

async function enter(emulator, token) {
    const answer = await ask(emulator, 'session', { method: 'POST', body: { token } });
    return { cookie: answer.headers['set-cookie'][0].split(';')[0], csrf: answer.body.csrf };
}

/** A page's stream: tells each event and counts its bytes. */
function listen(emulator, session, query, told) {
    return new Promise((resolve, reject) => {
        const request = http.get(`${emulator.endpoint}/_rehearse/events${query}`, { agent: false, headers: { cookie: session.cookie } }, (answer) => {
            let text = '';
            answer.on('data', (chunk) => {
                text += chunk;
                for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
                    const event = /^event: (.*)$/m.exec(text.slice(0, end))?.[1], data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
                    if (event) told(event, data);
                }
            });
            resolve(request);
        });
        request.on('error', reject);
    });
}

const data = mkdtempSync(join(tmpdir(), 'rehearse-bench-'));
const emulator = await start([pack, '--teams', String(teams), '--data', data]);
try {
    const tokens = readFileSync(join(data, 'teams.csv'), 'utf8').trim().split('\n').slice(1).map((line) => line.match(/#token=([0-9a-f]{64})/)[1]);
    const facilitator = await enter(emulator, readFileSync(join(data, 'facilitator-token'), 'utf8'));
    let events = 0, bytes = 0;
    const late = [], messages = [], stalls = [];
    let sent = 0, beat = performance.now();
    const heart = setInterval(() => {
        stalls.push(performance.now() - beat - 10);
        beat = performance.now();
    }, 10);
    const told = (event, text) => {
        events++;
        bytes += text.length;
        if (event === 'score') late.push(Date.now() - JSON.parse(text).entry.at);
        if (event === 'message' && sent) messages.push(performance.now() - sent);
    };
    const streams = [];
    for (const token of tokens) streams.push(await listen(emulator, await enter(emulator, token), '', told));
    streams.push(await listen(emulator, facilitator, '?view=board', told), await listen(emulator, facilitator, '?view=facilitator', told));
    await sleep(15000); // until all customers come in their turn
    const children = childrenOf(emulator.pid), before = [emulator.pid, ...children].map((pid) => usage(pid).cpu), begun = performance.now();
    events = bytes = late.length = stalls.length = 0;
    for (let i = 0; i < 10; i++) {
        sent = performance.now();
        await ask(emulator, 'api/message', { method: 'POST', body: { text: `${i}` }, ...facilitator });
        await sleep((seconds * 1000) / 10);
    }
    const took = (performance.now() - begun) / 1000, used = [emulator.pid, ...children].map((pid, i) => usage(pid).cpu - before[i]);
    row(`${teams} teams of ${pack}, pages open`, streams.length);
    row('CPU of the emulator', `${((100 * used[0]) / took).toFixed(1)} % of a core`);
    row('CPU of its pack', `${((100 * used.slice(1).reduce((sum, one) => sum + one, 0)) / took).toFixed(1)} % of a core`);
    row('memory of the emulator', `${usage(emulator.pid).mib.toFixed(0)} MiB`);
    row('memory of its pack', `${children.reduce((sum, pid) => sum + usage(pid).mib, 0).toFixed(0)} MiB`);
    row('events told to pages', `${(events / took).toFixed(0)} /s`);
    row('bytes told to pages', `${(bytes / took / 1024).toFixed(0)} KiB/s`);
    row('score entry ▶ page, median / 99 % / most', late.length ? `${at(late, 0.5)} / ${at(late, 0.99)} / ${at(late, 1)} ms` : '–');
    row('message to all ▶ each page, median / 99 % / most', `${at(messages, 0.5).toFixed(0)} / ${at(messages, 0.99).toFixed(0)} / ${at(messages, 1).toFixed(0)} ms`);
    row('of that, this measuring program itself stood still for at most', `${at(stalls, 1).toFixed(0)} ms`);
    clearInterval(heart);
    for (const stream of streams) stream.destroy();
} finally {
    await emulator.kill();
    rmSync(data, { recursive: true, force: true });
}
