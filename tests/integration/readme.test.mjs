// Every command that README.md prints works as it stands there: the emulator runs on a port and a state folder of the
// test's own, nothing else is changed. (`./tests/run` is what runs this.)
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { binary, root, until } from './emulator.mjs';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap((m) => m[1].trimEnd().split('\n'));
const home = mkdtempSync(join(tmpdir(), 'rehearse-'));
let running;
after(() => {
    running?.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
});

/** `./emulator/start sandbox`, on a port of its own; resolves to what it printed. */
function startAsPrinted(command) {
    const [file, ...args] = command.split(' ');
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

/** An `aws` older than AWS_ENDPOINT_URL is told the endpoint as README says. */
function needsEndpoint() {
    const [, one, two] = /aws-cli\/(\d+)\.(\d+)/.exec(spawnSync('aws', ['--version'], { encoding: 'utf8' }).stdout) ?? [];
    return Number(one) < 2 ? Number(two) < 29 : Number(two) < 13;
}

test('the commands of README.md, in their order', { timeout: 300_000 }, async () => {
    assert.equal(commands[0], './emulator/start sandbox');
    assert.equal(commands[1], './tests/run');
    accessSync(join(root, 'tests/run'), constants.X_OK);
    let told = await startAsPrinted(commands[0]);
    const endpointOf = (text) => /AWS_ENDPOINT_URL=(\S+)/.exec(text)[1];
    const exports = commands.filter((c) => c.startsWith('export ')).map((c) => c.slice('export '.length));
    const printed = [...told.matchAll(/export (\S+)/g)].map((m) => m[1]);
    assert.deepEqual(exports, printed.map((line) => line.replace(endpointOf(told), 'http://127.0.0.1:4566')));

    const old = needsEndpoint();
    const environment = Object.fromEntries(exports.map((line) => line.split('=')));
    const run = (command) => {
        const endpoint = endpointOf(told);
        const whole = command.replaceAll('http://127.0.0.1:4566', endpoint) + (old && command.startsWith('aws ') ? ` --endpoint-url ${endpoint}` : '');
        return execFileSync('bash', ['-c', whole], { cwd: root, encoding: 'utf8', env: { ...process.env, ...environment, AWS_ENDPOINT_URL: endpoint, AWS_PAGER: '', HOME: home } });
    };
    const rest = commands.slice(2).filter((c) => !c.startsWith('export '));
    const started = rest.findIndex((c) => c.includes('start-execution'));
    for (const command of rest.slice(0, started + 1)) run(command);

    const ended = new Promise((resolve) => running.removeAllListeners('exit').on('exit', resolve));
    running.kill('SIGKILL');
    await ended;
    told = await startAsPrinted(commands[0]);
    const describe = rest[started + 1], history = rest[started + 2];
    const done = await until(() => {
        const now = JSON.parse(run(describe));
        return now.status === 'RUNNING' ? null : now;
    }, { pause: 1000, tries: 90 });
    assert.equal(done.status, 'SUCCEEDED', done.cause);
    assert.deepEqual(JSON.parse(done.output)[0], { offer: 'Shadowfax for 100 coins' });
    const types = JSON.parse(run(history));
    assert.equal(types.at(-1), 'ExecutionSucceeded');
    for (const command of rest.slice(started + 3)) run(command);
    assert.throws(() => run(describe), /ExecutionDoesNotExist/);
});

test('README.md and `rehearse help run` name the same options', () => {
    const options = (text) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort();
    const usage = /^    rehearse run [^]*?\n\n/m.exec(readme)[0];
    const help = execFileSync(binary, ['help', 'run'], { encoding: 'utf8' });
    assert.deepEqual(options(usage.split(/\n +rehearse (?!run)/)[0]), options(help));
});
