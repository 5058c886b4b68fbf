// Every command that README.md prints works as it stands there: the emulator runs on a port and a state folder of the
// test's own, nothing else is changed. (`./tests/run` is what runs this.)
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { binary, root, until } from './emulator.mjs';

const execute = promisify(execFile);
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].map((m) => m[1].trimEnd());
const chapter = (title) => {
    const [, text] = new RegExp(`^## ${title}\n([^]*?)(?=^## |$(?![^]))`, 'm').exec(readme);
    return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map((m) => m[1].trimEnd());
};
const home = mkdtempSync(join(tmpdir(), 'rehearse-'));
let running;
after(() => {
    running?.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
});

/** `./emulator/start …`, on a port and an address of the test's own; resolves to what it printed. One that a test left behind is ended first. */
async function startAsPrinted(command) {
    if (running?.exitCode === null && !running.signalCode) await stop('SIGKILL');
    const [file, ...args] = command.replace('--listen 0.0.0.0', '--listen 127.0.0.1').split(' ');
    running = spawn(join(root, file), [...args, '--port', '0'], { cwd: root, env: { ...process.env, HOME: home, XDG_STATE_HOME: join(home, 'state') } });
    return new Promise((resolve, reject) => {
        let text = '';
        running.stdout.on('data', (piece) => {
            text += piece;
            if (/^Ready\.$/m.test(text)) resolve(text);
        });
        running.stderr.on('data', (piece) => (text += piece));
        running.on('exit', () => reject(new Error(text)));
    });
}

function stop(signal = 'SIGTERM') {
    const ended = new Promise((resolve) => running.removeAllListeners('exit').on('exit', resolve));
    running.kill(signal);
    return ended;
}

const endpointOf = (text) => /AWS_ENDPOINT_URL=(\S+)/.exec(text)[1];
const exportsOf = (text) => [...text.matchAll(/^ *export (\S+)$/gm)].map((m) => m[1]);

/** Runs commands as printed, in one shell, with what the emulator told to export. Meanwhile this process learns which of its connections have ended. */
function runner(told) {
    const endpoint = endpointOf(told), old = needsEndpoint();
    const environment = Object.fromEntries(exportsOf(told).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
    return async (text) => {
        let whole = text.replaceAll('http://127.0.0.1:4566', endpoint);
        if (old) whole = `aws() { command aws --endpoint-url ${endpoint} "$@"; }\n${whole}`;
        const { stdout } = await execute('bash', ['-ec', whole], { cwd: root, env: { ...process.env, ...environment, AWS_PAGER: '', HOME: home } });
        return stdout;
    };
}

/** An `aws` older than AWS_ENDPOINT_URL is told the endpoint as README says. */
function needsEndpoint() {
    const [, one, two] = /aws-cli\/(\d+)\.(\d+)/.exec(spawnSync('aws', ['--version'], { encoding: 'utf8' }).stdout) ?? [];
    return Number(one) < 2 ? Number(two) < 29 : Number(two) < 13;
}

test('start, and play in five minutes', { timeout: 300_000 }, async () => {
    const [start, tests] = chapter('Start');
    assert.equal(tests, './tests/run');
    accessSync(join(root, 'tests/run'), constants.X_OK);
    const told = await startAsPrinted(start);
    const run = runner(told), [look, mend, other] = chapter('Play in five minutes');
    const site = `${endpointOf(told)}/_rehearse`;
    const session = await fetch(`${site}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const cookie = session.headers.get('set-cookie').split(';')[0];
    const team = () => fetch(`${site}/api/team`, { headers: { cookie } }).then((answer) => answer.json());
    await until(async () => (await team()).challenges.some((one) => one.trouble), { what: 'the trouble' });
    assert.match(await run(look), /States\.Runtime[^]*\$\.check\.model/);
    await run(`${look}\n${mend}`);
    const paid = await until(async () => {
        const { feed } = await team();
        return feed.find((entry) => entry.kind === 'recovered' && entry.points > 0) ?? null;
    }, { pause: 250 });
    assert.equal(paid.challenge, 'vip');
    await stop();
    const names = JSON.parse(await runner(await startAsPrinted(other))(`aws stepfunctions list-state-machines --query 'stateMachines[].name' --output json`));
    assert.deepEqual(names, ['order-unicorn']);
    await stop();
});

test('a plain emulator', { timeout: 300_000 }, async () => {
    const [start, exported, make, look, bucket, empty] = chapter('A plain emulator');
    let told = await startAsPrinted(start);
    assert.deepEqual(exported.split('\n').map((line) => line.slice('export '.length)),
        exportsOf(told).map((line) => line.replace(endpointOf(told), 'http://127.0.0.1:4566')));
    await runner(told)(make);
    await stop('SIGKILL');
    told = await startAsPrinted(start);
    const run = runner(told), [describe, history] = look.split('\n');
    const done = await until(async () => {
        const now = JSON.parse(await run(describe));
        return now.status === 'RUNNING' ? null : now;
    }, { pause: 4000 });
    assert.equal(done.status, 'SUCCEEDED', done.cause);
    assert.deepEqual(JSON.parse(done.output)[0], { offer: 'Shadowfax for 100 coins' });
    assert.equal(JSON.parse(await run(history)).at(-1), 'ExecutionSucceeded');
    assert.match(await run(bucket), /unicorns\.json/);
    await run(empty);
    await assert.rejects(run(describe), /ExecutionDoesNotExist/);
    await stop();
});

test('run a workshop', { timeout: 300_000 }, async () => {
    const [workshop, replay] = chapter('Run a workshop');
    const told = await startAsPrinted(`${workshop} --fresh`);
    assert.match(told, /teams\.csv/);
    assert.equal(readFileSync(/\S+teams\.csv/.exec(told)[0], 'utf8').trim().split('\n').length, 21);
    await stop();
    assert.match(await startAsPrinted(replay.replace('~/.local/state', join(home, 'state'))), /replays .*record\.jsonl/);
    await stop();
});

/** The chapter's Lua, put where its first line says. */
function writeAsPrinted(pack) {
    const [, text] = /^## Write a pack\n([^]*?)(?=^## )/m.exec(readme);
    const places = {
        'pack.lua, behind the other fault': ['pack.lua', /^ +require "faults\.role-lost-bucket",\n/m],
        'pack.lua, in the timeline': ['pack.lua', /^ +\["00:02"\].*\n/m],
        'solution.lua, behind the other step': ['solution.lua', /^ {2}\},\n(?=\})/m],
    };
    for (const [, where, lua] of text.matchAll(/^```lua\n-- (.*)\n([^]*?)^```$/gm)) {
        if (!places[where]) {
            writeFileSync(join(pack, where), lua);
            continue;
        }
        const [file, behind] = places[where], before = readFileSync(join(pack, file), 'utf8');
        assert.match(before, behind, where);
        writeFileSync(join(pack, file), before.replace(behind, (line) => line + lua));
    }
}

test('write a pack', { timeout: 300_000 }, () => {
    const [make, look] = chapter('Write a pack');
    const run = (text) => execFileSync('bash', ['-ec', text], { cwd: root, encoding: 'utf8', env: { ...process.env, HOME: home } });
    assert.match(run(make), /role-lost-bucket( +\d+:\d\d){5} +yes\n[^]*the same seed, the same game: yes\n$/);
    writeAsPrinted(join(home, 'my-first-pack'));
    const told = run(look);
    assert.match(told, /strange-prices( +\d+:\d\d){5} +yes\n[^]*the same seed, the same game: yes\n(?!.*NOT SO)/);
    assert.match(told, /fault strange-prices broke[^]*A guest was told a wrong price[^]*"Buckets"[^]*strange-prices is recovered[^]*A price with a unit/);
});

test('there is no command that no test here runs', () => {
    assert.equal(blocks.length, ['Start', 'Play in five minutes', 'A plain emulator', 'Run a workshop', 'Write a pack'].flatMap(chapter).length);
});

test('README.md and `rehearse help` name the same options', () => {
    const options = (text) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort();
    const usage = /^    rehearse run [^]*?\n\n/m.exec(readme)[0];
    const help = (command) => execFileSync(binary, ['help', command], { encoding: 'utf8' });
    const of = (command) => options(new RegExp(`rehearse ${command} [^]*?(?=    rehearse |\\n\\n)`).exec(usage)[0]);
    for (const command of ['run', 'new', 'play', 'check']) assert.deepEqual(of(command), options(help(command)), command);
});
