// A whole short game (packs/tiny): played through the SDK by its page's API, over raw server-sent events, through kill -9 and rewinds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
    DescribeExecutionCommand,
    ListExecutionsCommand,
    ListStateMachinesCommand,
    ListTagsForResourceCommand,
    SFNClient,
    TagResourceCommand,
    UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { binary, client, root, start, until } from './emulator.mjs';
import { ask, enter, listen } from './page_client.mjs';

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');
const folders = [];
const running = [];

function folder() {
    const made = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    folders.push(made);
    return made;
}

async function play(args = ['--memory', '--speed', '20'], pack = tiny) {
    const emulator = await start([pack, '--duration', '2h', ...args]);
    running.push(emulator);
    return emulator;
}

after(async () => {
    for (const emulator of running) await emulator.kill('SIGKILL');
    for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const numberOf = (id) => Number(id.split('-')[1]);
const states = (emulator) => new SFNClient(client(emulator));
const machineOf = async (sfn) => (await sfn.send(new ListStateMachinesCommand({}))).stateMachines[0].stateMachineArn;
const definition = JSON.stringify({
    StartAt: 'Greet',
    States: { Greet: { Type: 'Pass', Parameters: { 'greeting.$': '$.name' }, End: true } },
});

async function mendPath(sfn) {
    await sfn.send(new UpdateStateMachineCommand({ stateMachineArn: await machineOf(sfn), definition }));
}

test('a session opens by itself on this machine, and only for our own page', async () => {
    const emulator = await play();
    const opened = await ask(emulator, 'session', { method: 'POST', body: {} });
    const cookie = opened.headers.get('set-cookie');
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/_rehearse/']) assert.ok(cookie.includes(attribute), attribute);
    assert.equal(opened.headers.get('cache-control'), 'no-store');
    const good = { method: 'POST', body: { paused: true }, cookie: cookie.split(';')[0], csrf: opened.body.csrf };
    const cases = [
        [{ ...good, cookie: undefined }, 401, 'without a session'],
        [{ ...good, cookie: 'rehearse=' + '0'.repeat(64) }, 401, 'with another session'],
        [{ ...good, csrf: undefined }, 403, 'without the header'],
        [{ ...good, csrf: '0'.repeat(64) }, 403, 'with another header'],
        [{ ...good, headers: { origin: 'http://elsewhere.example' } }, 403, 'from a page elsewhere'],
        [{ ...good, headers: { 'sec-fetch-site': 'same-site' } }, 403, 'from a page of another port'],
        [{ ...good, headers: { 'content-type': 'text/plain' } }, 415, 'as a form could send it'],
        [{ ...good, body: '[1]' }, 400, 'no object'],
        [{ ...good, body: '{' }, 400, 'no JSON'],
        [{ ...good, method: 'GET', body: undefined }, 405, 'by GET'],
        [{ ...good, body: {} }, 409, 'nothing to do'],
        [{ ...good, body: { speed: 1e9 } }, 409, 'too fast'],
        [{ ...good, body: { step_ms: 1000 } }, 409, 'a step while it runs'],
        [good, 200, 'as it should be'],
    ];
    for (const [how, status, why] of cases) assert.equal((await ask(emulator, 'api/clock', how)).status, status, why);
    assert.equal((await ask(emulator, 'session', { method: 'POST', body: { token: 'x' } })).status, 401);
    assert.equal((await ask(emulator, 'api/team')).status, 401);
    const foreign = await new Promise((resolve) =>
        http.get(`${emulator.endpoint}/_rehearse/session`, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.statusCode)));
    assert.equal(foreign, 403);
    await emulator.kill();
});

test('a game: what breaks is told, found, mended and paid for', async () => {
    const emulator = await play(), page = await enter(emulator), sfn = states(emulator);
    const view = await page.get('team'), stream = await listen(emulator, page.cookie, { after: view.event });
    assert.deepEqual((await page.get('game')).challenges.map((one) => one.id), ['greet']);
    assert.match((await page.get('guide?language=ko')).markdown, /작은 게임/);
    assert.equal(view.messages[0].from.en, 'Ada, CTO');

    const broken = await stream.seen('challenge', (one) => one.trouble);
    const { trouble, faults, hints } = broken.data;
    assert.equal(trouble.probe, 'customers');
    assert.match(trouble.why.en, /The greeting failed: States.Runtime/);
    assert.match(trouble.look, /^aws stepfunctions describe-execution --execution-arn arn:aws:states:/);
    assert.equal(faults.length, 1);
    assert.equal(faults[0].title, null, 'what it is, is not told before it is over');
    assert.deepEqual(hints, [{ fault: 1, stage: 1, stages: 3, price: 5, text: null, bought_at: null }]);

    const { executions } = await page.get('executions');
    const failed = executions.find((one) => one.status === 'FAILED');
    assert.equal(failed.failing.state, 'Greet');
    assert.match(failed.failing.cause, /\$\.customer/);
    assert.equal((await page.get(`execution?arn=${encodeURIComponent(failed.arn)}`)).execution.arn, failed.arn);

    assert.equal((await page.post('hint', { challenge: 'greet', fault: 1, stage: 2 })).status, 409, 'one after the other');
    const bought = await page.post('hint', { challenge: 'greet', fault: 1, stage: 1 });
    assert.equal(bought.body.hint.text.en, 'Look at an execution that failed.');
    assert.equal((await page.post('hint', { challenge: 'greet', fault: 1, stage: 1 })).status, 409, 'only once');
    await stream.seen('score', (one) => one.entry.kind === 'hint' && one.entry.points === -5);

    const machine = await machineOf(sfn);
    const list = await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine, statusFilter: 'FAILED', maxResults: 1 }));
    await sfn.send(new DescribeExecutionCommand({ executionArn: list.executions[0].executionArn }));
    await stream.seen('score', (one) => one.entry.kind === 'detected' && one.entry.points > 0);
    await mendPath(sfn);
    await stream.seen('score', (one) => one.entry.kind === 'recovered' && one.entry.points > 0);
    await stream.seen('score', (one) => one.entry.kind === 'solved' && one.entry.points === 100);
    await stream.seen('challenge', (one) => one.faults[0]?.title && !one.trouble);

    const closed = await stream.seen('score', (one) => one.entry.kind === 'cost');
    assert.equal(closed.data.entry.points, -5);
    assert.deepEqual(closed.data.entry.error, {
        code: 'ServiceQuotaExceededException', message: 'No more today.', service: 'states', operation: 'StartExecution',
    });
    const again = await stream.seen('challenge', (one) => one.trouble?.error);
    assert.match(again.data.trouble.call, /^aws stepfunctions start-execution --state-machine-arn arn:\S+ --input /);
    await sfn.send(new ListTagsForResourceCommand({ resourceArn: machine }));
    await sfn.send(new TagResourceCommand({ resourceArn: machine, tags: [{ key: 'open', value: 'yes' }] }));
    await stream.seen('challenge', (one) => one.faults[1]?.recovered_at && !one.trouble);

    await assert.rejects(sfn.send(new DescribeExecutionCommand({ executionArn: machine })));
    const call = await stream.seen('call', (one) => one.code);
    assert.equal(call.data.operation, 'DescribeExecution');
    const { calls } = await page.get('calls?errors=true&service=states');
    assert.deepEqual(calls.map((one) => one.code), [call.data.code]);

    await page.post('clock', { paused: true });
    const end = await page.get('team');
    assert.equal(end.score, end.feed[0].total);
    assert.equal(end.score, end.series.at(-1)[1]);
    assert.equal(end.challenges[0].earned, end.score);
    const board = await page.get('board'), earlier = await page.get(`board?at=${view.clock.now}`);
    assert.equal(board.rows[0].score, end.score);
    assert.equal(earlier.rows[0].score, view.score);
    stream.close();
    await emulator.kill();
});

test('a stream goes on where it was: nothing lost, nothing twice', async () => {
    const emulator = await play(['--memory', '--speed', '60']), page = await enter(emulator);
    const whole = await listen(emulator, page.cookie, { after: (await page.get('team')).event });
    let last, piecewise = [];
    for (let i = 0; i < 5; i++) {
        const piece = await listen(emulator, page.cookie, last ? { last, after: 'nonsense-1' } : { after: whole.events[0]?.id });
        if (!last) await until(() => whole.events.length > 2);
        await until(() => piece.events.length >= 3, { what: 'events' });
        piece.close();
        if (last) piecewise.push(...piece.events);
        last = piece.events.at(-1).id;
    }
    await until(() => numberOf(whole.events.at(-1).id) >= numberOf(last));
    const from = numberOf(piecewise[0].id), numbers = piecewise.map((one) => numberOf(one.id));
    assert.deepEqual(numbers, numbers.map((_, i) => from + i));
    for (const one of piecewise) assert.deepEqual(one, whole.events.find((other) => other.id === one.id));
    whole.close();

    const stranger = await listen(emulator, page.cookie, { last: '00000000-7' });
    assert.deepEqual((await stranger.seen('reset')).data, {});
    stranger.close();
    await emulator.kill();
});

test('a game goes on after kill -9 where it stood', async () => {
    const args = ['--data', folder(), '--speed', '20'];
    let emulator = await play(args), page = await enter(emulator);
    const stream = await listen(emulator, page.cookie);
    await stream.seen('challenge', (one) => one.trouble);
    await page.post('hint', { challenge: 'greet', fault: 1, stage: 1 });
    const before = await page.get('team');
    await emulator.kill('SIGKILL');

    emulator = await play(args);
    page = { ...page, get: (path) => ask(emulator, `api/${path}`, { cookie: page.cookie }).then((got) => got.body) };
    const after_ = await page.get('team');
    assert.equal(after_.clock.state, 'live');
    assert.equal(after_.clock.started_at, before.clock.started_at);
    assert.deepEqual(after_.feed.slice(-before.feed.length), before.feed);
    assert.deepEqual(after_.challenges[0].faults, before.challenges[0].faults);
    assert.equal(after_.challenges[0].hints[0].text.en, 'Look at an execution that failed.');
    assert.deepEqual(after_.messages, before.messages);
    assert.deepEqual(after_.exports.access_key_id, before.exports.access_key_id);
    assert.ok(after_.clock.now - before.clock.now < 600_000, 'the clock stood meanwhile');
    const on = await listen(emulator, page.cookie, { last: before.event });
    await on.seen('reset');
    await mendPath(states(emulator));
    await on.seen('score', (one) => one.entry.kind === 'recovered');
    on.close();
    await emulator.kill();

    const other = join(folder(), 'other');
    cpSync(tiny, other, { recursive: true });
    writeFileSync(join(other, 'pack.lua'), readFileSync(join(tiny, 'pack.lua'), 'utf8').replace('id = "tiny"', 'id = "other"'));
    await assert.rejects(play(args, other), /the data are those of the game tiny/);
});

test('a single player goes back to a mark with the whole world', async () => {
    const emulator = await play(), page = await enter(emulator), sfn = states(emulator);
    const stream = await listen(emulator, page.cookie);
    await page.post('clock', { paused: true });
    const marked = await page.post('mark', { label: 'before it broke' });
    assert.equal(marked.body.marks[0].label, 'before it broke');
    const before = await page.get('team');
    await page.post('clock', { step_ms: 100000 });
    await stream.seen('challenge', (one) => one.trouble);
    await mendPath(sfn);
    await page.post('clock', { step_ms: 20000 });
    await stream.seen('score', (one) => one.entry.kind === 'recovered');
    const later = await page.get('team');
    assert.ok(later.score > before.score);

    assert.equal((await page.post('rewind', { mark: 1e6 })).status, 409);
    assert.equal((await page.post('rewind', { mark: marked.body.marks[0].mark })).status, 200);
    await stream.seen('reset');
    const back = await page.get('team');
    assert.equal(back.score, before.score);
    assert.equal(back.clock.now, before.clock.now);
    assert.equal(back.clock.state, 'paused');
    assert.deepEqual(back.challenges[0].faults, []);
    assert.deepEqual(back.series, before.series);
    assert.equal(back.feed[0].kind, 'rewound');
    assert.equal(back.feed[0].points, before.score - back.feed[1].total);
    const seqs = back.feed.map((one) => one.seq);
    assert.ok(later.feed.every((one) => seqs.includes(one.seq)), 'the log keeps what was taken back');
    await page.post('clock', { step_ms: 100000 });
    await until(async () => (await page.get('team')).challenges[0].trouble, { what: 'the same trouble again' });
    assert.equal((await page.post('rewind', { mark: marked.body.marks[0].mark })).status, 200, 'one can go back twice');
    assert.equal((await page.get('team')).score, before.score);
    stream.close();
    await emulator.kill();
});

test('teams see their own page, the facilitator all of them', async () => {
    const data = folder();
    const emulator = await play(['--data', data, '--teams', '3', '--speed', '20']);
    const sheet = readFileSync(join(data, 'teams.csv'), 'utf8').trim().split('\n').slice(1);
    const tokens = sheet.map((line) => line.match(/#token=([0-9a-f]{64})$/)[1]);
    const facilitator = await enter(emulator, readFileSync(join(data, 'facilitator-token'), 'utf8'));
    assert.equal((await ask(emulator, 'session', { method: 'POST', body: {} })).status, 401, 'nobody is let in without a token');
    const [one, two] = await Promise.all(tokens.slice(0, 2).map((token) => enter(emulator, token)));
    assert.deepEqual([one.session.role, one.session.may, one.session.solo], ['team', ['play', 'name', 'members'], false]);
    assert.deepEqual([facilitator.session.role, facilitator.session.may], ['facilitator', ['clock', 'message', 'play', 'name', 'members', 'facilitate', 'support']]);

    assert.notEqual((await one.get('team')).team.id, (await two.get('team')).team.id);
    assert.equal((await one.get(`team?team=${two.session.team}`)).team.id, one.session.team, "another team's page is not to be had");
    assert.equal((await facilitator.get(`team?team=${two.session.team}`)).team.id, two.session.team);
    assert.equal((await one.post('clock', { paused: true })).status, 403);
    assert.equal((await one.post('message', { text: 'hello' })).status, 403);
    assert.equal((await one.post('mark', { label: 'x' })).status, 403);
    assert.equal((await one.post('name', { name: 'chihuahua OR muffin' })).body.team.name, 'chihuahua OR muffin');
    assert.equal((await two.post('name', { name: 'Chihuahua or Muffin' })).status, 409, 'a name is taken once');

    const first = await listen(emulator, one.cookie), second = await listen(emulator, two.cookie), wall = await listen(emulator, two.cookie, { view: 'board' });
    await until(async () => first.events.length && second.events.length, { what: 'both streams' });
    assert.equal((await facilitator.post('message', { text: { en: 'Only you' }, team: one.session.team, level: 'good' })).status, 200);
    assert.equal((await facilitator.post('message', { text: 'All of you' })).status, 200);
    await second.seen('message', (message) => message.text.en === 'All of you');
    await first.seen('message', (message) => message.text.en === 'All of you');
    assert.ok(first.events.some((event) => event.data.text?.en === 'Only you'));
    assert.ok(!second.events.some((event) => event.data.text?.en === 'Only you'));
    const board = await wall.seen('board');
    assert.deepEqual(board.data.rows.map((row) => row.rank), [1, 2, 3]);
    assert.ok(board.data.rows.some((row) => row.name === 'chihuahua OR muffin'));
    const reset = await ask(emulator, 'reset', { method: 'POST', headers: { authorization: `Bearer ${readFileSync(join(data, 'facilitator-token'), 'utf8')}` } });
    assert.equal(reset.status, 200);
    await first.seen('reset');
    const anew = await one.get('team');
    assert.ok(anew.clock.started_at === null || anew.clock.started_at > board.data.rows[0].reached_at, 'the game begins anew, the team stays who it is');
    for (const stream of [first, second, wall]) stream.close();
    for (let i = 0; i < 10; i++) await ask(emulator, 'session', { method: 'POST', body: { token: 'wrong' } });
    assert.equal((await ask(emulator, 'session', { method: 'POST', body: { token: tokens[2] } })).status, 429);
    await emulator.kill();
});

const check = (...words) => spawnSync(binary, ['check', ...words], { encoding: 'utf8' });

test('check proves a pack and says what is wrong with one', () => {
    const good = check(tiny, '--json');
    assert.equal(good.status, 0, good.stdout + good.stderr);
    const report = JSON.parse(good.stdout);
    assert.deepEqual(report.problems, []);
    assert.ok(report.repeats);
    assert.deepEqual(report.faults.map((one) => [one.id, one.visible, one.shown, one.mended, one.paid]),
        [['wrong-path', true, true, true, true], ['closed', true, true, true, true]]);
    assert.equal(JSON.parse(check(tiny, '--json').stdout).score, report.score);
    assert.match(check(tiny, '--seed', '7').stdout, /the same seed, the same game: yes/);

    const cases = [
        ['pack.lua', 'earns = 10', 'earn = 10', 'stderr', /pack\.lua:\d+: probe has no field 'earn' \(did you mean 'earns'\?\)/],
        ['pack.lua', 'return gameday.pack', 'return gameday.pakc', 'stderr', /pack\.lua:\d+: .*did you mean 'pack'/],
        ['pack.lua', 'costs = 5,', 'costs = 5,,', 'stderr', /pack\.lua:\d+: /],
        ['pack.lua', 'break_ = "wrong-path"', 'break_ = "wrong-pat"', 'stderr', /wrong-pat/],
        ['pack.lua', 'CreateRole {', 'CreateRoll {', 'stdout', /NOT SO: challenge\/greet\/setup: pack\.lua:\d+: .*CreateRoll/],
        ['solution.lua', '"$.name"', '"$.nome"', 'stdout', /NOT SO: wrong-path: the solution did not mend it/],
        ['solution.lua', 'team.states.DescribeExecution', 'local _ =', 'stdout', /NOT SO: wrong-path: the solution never made a call that shows it/],
        ['pack.lua', 'definition "$.customer"', 'definition "$.name"', 'stdout', /NOT SO: wrong-path: no probe failed while it stood/],
    ];
    for (const [file, from, to, where, says] of cases) {
        const broken = join(folder(), 'tiny');
        cpSync(tiny, broken, { recursive: true });
        const text = readFileSync(join(broken, file), 'utf8');
        assert.ok(text.includes(from), from);
        writeFileSync(join(broken, file), text.replace(from, to));
        const answer = check(broken);
        assert.equal(answer.status, 1, to);
        assert.match(answer[where], says);
    }
});
