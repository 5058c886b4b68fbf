// An event with teams, a facilitator and a supporter, over HTTP alone: who may what, what survives kill -9, what is left of it afterwards.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CreateBucketCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { binary, client, root, start, until } from './emulator.mjs';
import { ask, enter, listen } from './page_client.mjs';

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');
const folders = [], running = [];

function folder() {
    const made = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    folders.push(made);
    return made;
}

async function play(args) {
    const emulator = await start([tiny, '--duration', '2h', ...args]);
    running.push(emulator);
    return emulator;
}

after(async () => {
    for (const emulator of running) await emulator.kill('SIGKILL');
    for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const csv = 'name,members,code\nAlpha,"Ada:captain; Ben; Cho:observer",ALPHA-2026\n"=Beta",,\n';

async function event(args = ['--speed', '20']) {
    const data = folder(), list = join(data, 'list.csv');
    writeFileSync(list, csv);
    const options = ['--data', join(data, 'state'), '--teams', list, ...args];
    const emulator = await play(options);
    const file = (name) => readFileSync(join(data, 'state', name), 'utf8');
    const keys = file('teams.csv').trim().split('\n').slice(1).map((line) => line.split(','));
    return { emulator, options, data: join(data, 'state'), file, teams: keys.map(([name, account, id, secret, code, page]) => ({ name, account, id, secret, code, token: page.slice(-64) })) };
}

const as = (emulator, team) => client(emulator, { credentials: { accessKeyId: team.id, secretAccessKey: team.secret }, forcePathStyle: true });

test('members join by a code, and their roles part what they may', async () => {
    const { emulator, teams } = await event();
    const ada = await enter(emulator, { code: 'alpha 2026', name: 'ada' });
    assert.deepEqual([ada.session.member.role, ada.session.may], ['captain', ['play', 'name', 'members']]);
    const stranger = await ask(emulator, 'session', { method: 'POST', body: { code: 'ALPHA-2026', name: 'Zed' } });
    assert.deepEqual([stranger.status, stranger.body.members], [409, ['Ada', 'Ben', 'Cho']]);
    assert.equal((await ask(emulator, 'session', { method: 'POST', body: { code: 'NOPE-NOPE', name: 'Zed' } })).status, 401);
    const cho = await enter(emulator, { code: teams[0].code, name: 'Cho' });
    assert.equal((await cho.get('team')).exports, null, 'who looks on sees no keys');
    assert.equal((await ada.get('team')).exports.access_key_id, teams[0].id);
    assert.equal((await cho.post('question', { text: 'May I?' })).status, 403);
    const stream = await listen(emulator, ada.cookie);
    await until(async () => (await ada.post('name', { name: 'chihuahua OR muffin' })).status === 200);
    await stream.seen('game');
    assert.equal((await ada.post('member', { member: cho.session.member.id, role: 'member' })).status, 200);
    await stream.seen('members', (one) => one.members.some((member) => member.name === 'Cho' && member.role === 'member'));
    assert.equal((await cho.post('question', { text: 'May I now?' })).status, 200);
    const first = await enter(emulator, { code: teams[1].code, name: 'Dan' });
    assert.equal(first.session.member.role, 'captain', 'where nobody is listed the first to join is');
    for (let i = 0; i < 10; i++) await ask(emulator, 'session', { method: 'POST', body: { code: `WRONG-${i}`, name: 'Eve' } });
    assert.equal((await ask(emulator, 'session', { method: 'POST', body: { code: teams[1].code, name: 'Eve' } })).status, 429, 'codes are not guessed');
    stream.close();
    await emulator.kill();
});

test('keys open nothing before the event, change nothing in a pause, and stop when they are rotated', async () => {
    const { emulator, teams, file } = await event(['--begin', 'hand']);
    const facilitator = await enter(emulator, file('facilitator-token'));
    const s3 = new S3Client(as(emulator, teams[0])), page = await enter(emulator, teams[0].token);
    assert.equal((await page.get('game')).challenges.length > 0, true);
    await assert.rejects(s3.send(new ListBucketsCommand({})), { name: 'AccessDenied', message: /has not begun/ });
    assert.equal((await facilitator.post('state', { state: 'locked' })).status, 409);
    assert.equal((await facilitator.post('state', { state: 'live' })).body.state, 'live');
    await s3.send(new CreateBucketCommand({ Bucket: 'before-the-pause' }));
    await facilitator.post('clock', { paused: true });
    assert.equal((await page.get('team')).clock.state, 'paused');
    await assert.rejects(s3.send(new CreateBucketCommand({ Bucket: 'in-the-pause' })), { name: 'AccessDenied', message: /paused/ });
    assert.equal((await s3.send(new ListBucketsCommand({}))).Buckets.length, 1);
    await facilitator.post('clock', { paused: false });
    const sheet = (await facilitator.post('keys', { team: teams[0].account })).body;
    await assert.rejects(s3.send(new ListBucketsCommand({})), { name: 'InvalidAccessKeyId' });
    assert.equal((await ask(emulator, 'api/team', { cookie: page.cookie })).status, 401, 'its pages end, too');
    const anew = new S3Client(as(emulator, { id: sheet.access_key_id, secret: sheet.secret_access_key }));
    assert.equal((await anew.send(new ListBucketsCommand({}))).Buckets.length, 1);
    await emulator.kill();
});

test('what is the facilitator\'s cannot be reached with a team\'s keys or page', async () => {
    const { emulator, teams } = await event();
    const page = await enter(emulator, teams[0].token);
    const reads = ['roster', 'faults', 'log', 'sheet', 'export?format=csv', 'export?format=archive'];
    const writes = ['state', 'schedule', 'extend', 'freeze', 'unlock', 'solve', 'fault', 'score', 'team', 'names', 'keys'];
    for (const path of reads) {
        assert.equal((await ask(emulator, `api/${path}`, { cookie: page.cookie })).status, 403, path);
        assert.equal((await ask(emulator, `api/${path}`)).status, 401, path);
    }
    for (const path of writes) assert.equal((await page.post(path, { team: teams[0].account })).status, 403, path);
    for (const path of ['events?view=facilitator', 'events?view=support']) assert.equal((await ask(emulator, path, { cookie: page.cookie })).status, 403, path);
    const signed = { authorization: `AWS4-HMAC-SHA256 Credential=${teams[0].id}/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}` };
    assert.equal((await ask(emulator, 'api/roster', { headers: signed })).status, 401);
    for (const token of [teams[0].token, teams[0].secret, 'x']) {
        assert.equal((await ask(emulator, 'metrics', { headers: { authorization: `Bearer ${token}` } })).status, 401);
        assert.equal((await ask(emulator, 'reset', { method: 'POST', headers: { authorization: `Bearer ${token}` } })).status, 401);
    }
    await emulator.kill();
});

test('the facilitator sees all of it live, breaks and decides', async () => {
    const { emulator, teams, file } = await event();
    const facilitator = await enter(emulator, file('facilitator-token')), page = await enter(emulator, teams[0].token);
    const staff = await listen(emulator, facilitator.cookie, { view: 'facilitator' }), team = await listen(emulator, page.cookie);
    await until(async () => (await facilitator.get('roster')).rows[0].pages === 1, { what: 'a page that is open' });
    const [fault] = (await facilitator.get('faults')).faults;
    assert.ok((await facilitator.post('fault', { fault: fault.fault, do: 'inject', team: teams[0].account })).body.changed <= 1);
    await until(async () => (await facilitator.get('roster')).rows[0].health === 'trouble', { what: 'its trouble' });
    const row = await staff.seen('roster', (one) => one.team === teams[0].account && one.troubles.length > 0);
    assert.ok(row.data.faults.some((one) => one.fault === fault.fault));
    await staff.seen('log', (one) => one.kind === 'fault' && one.team === teams[0].account);
    assert.equal((await facilitator.post('fault', { fault: fault.fault, do: 'withdraw', team: null })).status, 200);
    assert.equal((await facilitator.post('score', { team: teams[0].account, points: 77, reason: { en: 'A fine name', ko: '멋진 이름' } })).status, 200);
    const entry = (await team.seen('score', (one) => one.entry.kind === 'override')).data.entry;
    assert.deepEqual([entry.points, entry.by, entry.reason.ko], [77, 'facilitator', '멋진 이름']);
    await facilitator.post('freeze', { frozen: true });
    const frozen = (await page.get('board')).rows.map((one) => one.score);
    await facilitator.post('score', { team: teams[1].account, points: 5000, reason: 'overtakes' });
    assert.deepEqual((await page.get(`board?at=${Date.now() * 2}`)).rows.map((one) => one.score), frozen, 'not even by asking for later');
    assert.ok((await facilitator.get('board')).rows[0].score >= 5000);
    assert.deepEqual((await facilitator.get('board?public=true')).rows.map((one) => one.score), frozen);
    const wall = await listen(emulator, page.cookie, { view: 'board' });
    await facilitator.post('freeze', { frozen: false });
    await wall.seen('board', (one) => one.frozen_at === null && one.rows[0].team === teams[1].account);
    assert.equal((await facilitator.post('extend', { team: teams[0].account, ms: 60000 })).body.extra_ms, 60000);
    await team.seen('clock', (one) => one.extra_ms === 60000);
    for (const stream of [staff, team, wall]) stream.close();
    await emulator.kill();
});

test('questions wait in a queue, are answered, and published to all', async () => {
    const { emulator, teams, file } = await event();
    const supporter = await enter(emulator, file('supporter-token'));
    assert.deepEqual([supporter.session.role, supporter.session.may], ['supporter', ['support']]);
    const pages = await Promise.all(teams.map((team) => enter(emulator, team.token)));
    const queue = await listen(emulator, supporter.cookie, { view: 'support' }), other = await listen(emulator, pages[1].cookie);
    await until(async () => other.events.length, { what: 'the other page' });
    const asked = (await pages[0].post('question', { text: '로그는 어디에 있나요?', challenge: 'greet' })).body;
    await queue.seen('question', (one) => one.seq === asked.seq && one.name === 'Alpha');
    assert.equal((await supporter.post('question/take', { question: asked.seq, by: 'Min-ji' })).body.state, 'taken');
    assert.equal((await pages[1].post('question/answer', { question: asked.seq, by: 'x', text: 'x' })).status, 403);
    assert.equal((await supporter.post('question/answer', { question: asked.seq, by: 'Min-ji', text: { en: 'In CloudWatch', ko: '클라우드워치에 있습니다' } })).body.state, 'answered');
    assert.ok(!other.events.some((one) => one.name === 'question'), 'it is the asker\'s alone');
    await supporter.post('question/answer', { question: asked.seq, by: 'Min-ji', text: 'For everybody', publish: true });
    const told = (await other.seen('question')).data;
    assert.deepEqual([told.team, told.name, told.answers.length], [null, null, 2]);
    assert.equal((await supporter.get(`team?team=${teams[0].account}`)).exports, null, 'a supporter sees no keys');
    assert.equal((await ask(emulator, 'api/sheet', { cookie: supporter.cookie })).status, 403);
    queue.close();
    other.close();
    await emulator.kill();
});

test('all of it survives kill -9', async () => {
    const { emulator, options, teams, file } = await event(['--speed', '0.01', '--begin', 'hand']); // no probe scores between a look and the kill
    const facilitator = await enter(emulator, file('facilitator-token'));
    await facilitator.post('state', { state: 'live' });
    const ada = await enter(emulator, { code: 'ALPHA-2026', name: 'Ada' });
    await ada.post('name', { name: 'Keep Calm' });
    await facilitator.post('names', { names: 'approved' });
    const dan = await enter(emulator, { code: teams[1].code, name: 'Dan' });
    await dan.post('name', { name: 'Karrot On' });
    await ada.post('question', { text: 'What if it crashes?' });
    await facilitator.post('score', { team: teams[0].account, points: 10, reason: 'x' });
    await facilitator.post('extend', { team: teams[1].account, ms: 300000 });
    await facilitator.post('freeze', { frozen: true });
    await facilitator.post('clock', { paused: true });
    const before = await facilitator.get('roster'), view = await ada.get('team');
    await emulator.kill('SIGKILL');
    const again = await start([tiny, '--duration', '2h', ...options]);
    running.push(again);
    const back = await enter(again, file('facilitator-token')), roster = await back.get('roster');
    const lasting = (rows) => rows.map(({ name, name_proposed, members, score, extra_ms, questions, faults }) => ({ name, name_proposed, members, score, extra_ms, questions, faults }));
    assert.deepEqual(lasting(roster.rows), lasting(before.rows));
    assert.deepEqual([roster.clock.state, roster.clock.frozen_at, roster.clock.schedule], [before.clock.state, before.clock.frozen_at, before.clock.schedule]);
    assert.equal(roster.names, 'approved');
    const same = await (await fetch(`${again.endpoint}/_rehearse/api/team`, { headers: { cookie: ada.cookie } })).json();
    assert.deepEqual([same.team, same.score, same.questions, same.feed], [view.team, view.score, view.questions, view.feed], 'and her session goes on');
    await again.kill();
});

test('the console shows what an account holds, with the command, and looks like the team', async () => {
    const { emulator, teams, file } = await event();
    const page = await enter(emulator, teams[0].token), other = await enter(emulator, teams[1].token), facilitator = await enter(emulator, file('facilitator-token'));
    const kinds = (await page.get('console')).kinds.map((one) => one.kind);
    const before = (await page.get('calls')).calls.filter((one) => one.by === 'client').length;
    const broken = [];
    for (const kind of (await page.get('console')).kinds.filter((one) => !one.of)) {
        const list = await page.get(`console?kind=${kind.kind}`);
        if (list.error || !list.command?.startsWith('aws ')) broken.push([kind.kind, list.error, list.command]);
    }
    assert.deepEqual(broken, [], 'every list is one that the service knows');
    const sfn = new SFNClient(as(emulator, teams[0]));
    const machine = (await sfn.send(new ListStateMachinesCommand({}))).stateMachines[0];
    const [shown] = (await page.get('console?kind=state-machines')).items;
    assert.deepEqual([shown.id, shown.name], [machine.stateMachineArn, machine.name]);
    await until(async () => (await page.get(`console?kind=executions&of=${encodeURIComponent(shown.id)}`)).items.length, { what: 'an execution' });
    const [execution] = (await page.get(`console?kind=executions&of=${encodeURIComponent(shown.id)}`)).items;
    const detail = await page.get(`console?kind=executions&of=${encodeURIComponent(shown.id)}&id=${encodeURIComponent(execution.id)}`);
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn: execution.id }));
    assert.deepEqual([detail.detail.status, detail.detail.input], [described.status, described.input]);
    assert.match(detail.command, /^aws stepfunctions describe-execution --execution-arn /);
    const history = await page.get(`console?kind=history&of=${encodeURIComponent(`${shown.id}\x1f${execution.id}`)}`);
    assert.ok(history.items.some((one) => one.name === 'ExecutionStarted'));
    assert.equal((await ask(emulator, 'api/console?kind=executions', { cookie: page.cookie })).status, 400);
    assert.equal((await ask(emulator, 'api/console?kind=secrets', { cookie: page.cookie })).status, 404);
    const foreign = await other.get(`console?kind=executions&of=${encodeURIComponent(shown.id)}`);
    assert.ok(foreign.error || foreign.items.length === 0, 'another team\'s is not to be seen');
    assert.ok(kinds.includes('objects') && kinds.includes('log-events') && kinds.includes('bots') && kinds.includes('forecasts'));
    assert.equal((await page.get('calls')).calls.filter((one) => one.by === 'client').length, before + 2, 'only the SDK\'s own two are calls of the team');
    assert.equal((await facilitator.get(`console?team=${teams[0].account}&kind=roles`)).error, null);
    assert.ok((await sfn.send(new ListExecutionsCommand({ stateMachineArn: machine.stateMachineArn }))).executions.length);
    await emulator.kill();
});

test('what is left: exports, the review, and a record that is played back', async () => {
    const { emulator, teams, file, data } = await event(['--speed', '60']);
    const facilitator = await enter(emulator, file('facilitator-token')), page = await enter(emulator, teams[0].token);
    await until(async () => (await page.get('team')).feed.length > 3, { what: 'some scores' });
    await facilitator.post('fault', { fault: (await facilitator.get('faults')).faults[0].fault, do: 'inject' });
    await until(async () => (await page.get('team')).challenges[0].faults.length, { what: 'a trouble' });
    await new SFNClient(as(emulator, teams[0])).send(new ListStateMachinesCommand({}));
    assert.equal((await ask(emulator, 'api/review', { cookie: page.cookie })).status, 409);
    await facilitator.post('freeze', { frozen: true });
    assert.equal((await facilitator.post('state', { state: 'ended' })).status, 200);
    assert.equal((await ask(emulator, 'api/review', { cookie: page.cookie })).status, 409, 'the board would be told by it');
    await facilitator.post('freeze', { frozen: false });
    const review = await page.get('review');
    assert.equal(review.teams.length, 2);
    const trouble = review.teams.find((one) => one.team === teams[0].account).faults.at(-1);
    assert.ok(trouble.learnt.en && trouble.surfaced_at && trouble.calls.some((call) => call.operation === 'ListStateMachines'));
    const board = await facilitator.get('board');
    assert.deepEqual(review.teams.map((one) => [one.team, one.score]), board.rows.map((one) => [one.team, one.score]));
    const html = (await ask(emulator, 'review.html', { cookie: page.cookie }));
    assert.match(html.headers.get('content-disposition'), /attachment/);
    assert.ok(html.body.includes('<polyline') && !/<script|src=|http:|https:/.test(html.body), 'a file that stands alone');
    const exported = async (format) => (await ask(emulator, `api/export?format=${format}`, { cookie: facilitator.cookie })).body;
    const lines = (await exported('csv')).split('\r\n');
    assert.equal(lines[0], 'place,team,team id,score,member name,member id,member email,member score');
    assert.ok(lines.some((line) => line.includes('"\'=Beta"')), 'a name is no formula');
    assert.deepEqual((await exported('json')).data.map((one) => one.score), board.rows.map((one) => one.score));
    assert.deepEqual((await exported('ctftime')).standings.map((one) => one.pos), [1, 2]);
    const log = (await exported('log')).trim().split('\r\n').slice(1);
    assert.equal(log.filter((line) => line.includes(teams[0].account)).reduce((sum, line) => sum + Number(/,"[^"]*",(-?\d+),/.exec(line)[1]), 0), review.teams.find((one) => one.team === teams[0].account).score);
    const metrics = await ask(emulator, 'metrics', { headers: { authorization: `Bearer ${file('facilitator-token')}` } });
    for (const line of ['process_cpu_seconds_total ', 'rehearse_calls_total{service="stepfunctions",outcome="done"} ', `rehearse_team_score{team="${teams[0].account}"} `, 'rehearse_game_state{state="ended"} 1'])
        assert.ok(metrics.body.includes(`\n${line}`), line);
    assert.deepEqual((await ask(emulator, 'health')).body.game, { pack: 'tiny', state: 'ended', teams: 2 });
    const final = await facilitator.get(`team?team=${teams[0].account}`);
    await emulator.kill();

    const record = join(data, 'record.jsonl');
    for (const secret of [teams[0].secret, teams[0].id, teams[0].token, teams[0].code]) assert.ok(!readFileSync(record, 'utf8').includes(secret), 'no key is in a record');
    assert.equal(spawnSync(binary, ['replay', join(data, 'teams.csv')]).status, 1);
    const child = spawn(binary, ['replay', record, '--port', '0', '--at', '00:00:30'], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push({ kill: () => child.kill('SIGKILL') });
    const endpoint = await new Promise((resolve) => child.stdout.on('data', (text) => /http:\S+:\d+/.test(text) && resolve(/http:\S+:\d+/.exec(text)[0])));
    const replay = { endpoint, output: () => '' }, watcher = await enter(replay);
    assert.deepEqual(watcher.session.may, ['clock', 'seek']);
    const { replay: span } = await watcher.get('game');
    const stream = await listen(replay, 'none=wanted');
    assert.equal((await watcher.post('seek', { at: span.from })).status, 200);
    assert.equal((await watcher.get('team')).score, 0);
    await watcher.post('clock', { speed: 60 });
    await stream.seen('score');
    assert.equal((await watcher.post('seek', { at: span.to })).status, 200);
    const end = await watcher.get(`team?team=${teams[0].account}`);
    assert.deepEqual([end.score, end.rank, end.feed.slice(0, 50), end.series], [final.score, final.rank, final.feed, final.series], 'as it was');
    assert.equal((await watcher.get('review')).teams.length, 2);
    assert.equal((await watcher.post('score', {})).status, 405, 'nothing can be changed');
    stream.close();
    child.kill();
});
