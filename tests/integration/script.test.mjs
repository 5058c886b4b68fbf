// A pack's process as it runs for users: confined, small, gone with its parent; edits while it plays; packs that mean harm.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { binary, root, sleep, start, until } from './emulator.mjs';
import { enter, listen } from './page_client.mjs';

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');
const folders = [];
const running = [];

function folder() {
    const made = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    folders.push(made);
    return made;
}

async function play(pack, ...args) {
    const emulator = await start([pack, '--memory', ...args]);
    running.push(emulator);
    return emulator;
}

after(async () => {
    for (const emulator of running) await emulator.kill('SIGKILL');
    for (const made of folders) rmSync(made, { recursive: true, force: true });
});

/** The processes that a process has started, alive. */
function childrenOf(pid) {
    const found = spawnSync('ps', ['-o', 'pid=,stat=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout;
    return found
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([id, state]) => id && !state.startsWith('Z'))
        .map(([id]) => Number(id));
}

const statusOf = (pid) => Object.fromEntries(readFileSync(`/proc/${pid}/status`, 'utf8').split('\n').map((line) => line.split(/:\s+/)));
const alive = (pid) => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim().replace(/^Z.*/, '') !== '';

/** What a process holds for itself alone: the pages of programs and libraries are everybody's who runs them. */
function kilobytes(pid) {
    return Number(/^Pss_Anon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

test("a pack's process can open nothing, start nothing, and ends with its parent", async () => {
    const emulator = await play(tiny);
    const [child, ...others] = childrenOf(emulator.pid);
    assert.deepEqual(others, []);
    const status = statusOf(child), limits = readFileSync(`/proc/${child}/limits`, 'utf8');
    assert.equal(status.NoNewPrivs, '1');
    assert.equal(status.Seccomp, '2');
    assert.match(limits, /Max open files +8 +8/);
    assert.match(limits, /Max processes +0 +0/);
    assert.match(limits, /Max address space +268435456 +268435456/);
    assert.match(limits, /Max core file size +0 +0/);
    const open = execFileSync('ls', [`/proc/${child}/fd`], { encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(open.map(Number).sort(), [0, 1, 2, 3]);
    assert.equal(readFileSync(`/proc/${child}/environ`, 'utf8'), '');
    const together = kilobytes(child) + kilobytes(emulator.pid);
    console.log(`    both processes together: ${together} kB`);
    assert.ok(together <= 12 * 1024);
    await emulator.kill('SIGKILL');
    await until(() => !alive(child), { what: 'its end' });
});

test('a pack is edited while it plays; a broken edit is told and the old one goes on', async () => {
    const pack = join(folder(), 'tiny');
    cpSync(tiny, pack, { recursive: true });
    const emulator = await play(pack), page = await listen(emulator, (await enter(emulator)).cookie);
    const text = readFileSync(join(pack, 'pack.lua'), 'utf8');
    writeFileSync(join(pack, 'pack.lua'), text.replace('gameday.fault {', 'gameday.fault { brakes = 1,'));
    const told = await page.seen('notice', (notice) => notice.text.includes('brakes'));
    assert.match(told.data.text, /pack\.lua:\d+: fault has no field 'brakes' \(did you mean 'breaks'\?\)/);
    writeFileSync(join(pack, 'pack.lua'), text.replace('en = "Tiny"', 'en = "Edited"'));
    await page.seen('notice', (notice) => notice.text.includes('played now'));
    assert.equal(childrenOf(emulator.pid).length, 1);
    page.close();
    assert.deepEqual(await emulator.kill(), { code: 0, signal: null });
});

test('a pack that means harm is contained while the loop answers', async () => {
    const pack = folder();
    const harms = [
        'while true do end',
        "local s = 'x' while true do s = s .. s end",
        "(('x'):rep(60000)):find(('.-'):rep(8) .. 'y')",
        'while true do pcall(function() while true do end end) end',
        "for i = 1, 1e9 do (('('):rep(65000)):find('%b()') end",
    ];
    const probes = harms.map((harm, i) => `gameday.probe { id = 'harm-${i}', every = '1s', run = function() ${harm} end },`);
    writeFileSync(
        join(pack, 'pack.lua'),
        `local gameday = require 'gameday'
         return gameday.pack { id = 'harm', title = 'Harm', duration = '10m',
           gameday.challenge { id = 'c', title = 'C', ${probes.join('\n')}
             gameday.probe { id = 'good', every = '1s', run = function() return true end } } }`,
    );
    const emulator = await play(pack), page = await listen(emulator, (await enter(emulator)).cookie);
    let longest = 0, asked = 0;
    const over = page.seen('notice', (notice) => notice.text.startsWith('Not called any more'));
    const timer = setInterval(async () => {
        const begun = performance.now();
        await fetch(`${emulator.endpoint}/_localstack/health`);
        longest = Math.max(longest, performance.now() - begun);
        asked++;
    }, 20);
    await over;
    clearInterval(timer);
    await sleep(50);
    console.log(`    the longest of ${asked} answers meanwhile took ${longest.toFixed(1)} ms`);
    assert.ok(asked > 0);
    const before = page.events.filter((one) => one.name === 'score').length;
    await page.seen('score', () => page.events.filter((one) => one.name === 'score').length > before);
    page.close();
    assert.deepEqual(await emulator.kill(), { code: 0, signal: null });
});

test("the authors' chapter: its pack is proved by check, a slip in it is told", () => {
    const pack = folder();
    const [whole, solution] = [...readFileSync(join(root, 'lua', 'README.md'), 'utf8').matchAll(/```lua\n(.*?)```/gs)].map((m) => m[1]);
    writeFileSync(join(pack, 'pack.lua'), whole);
    writeFileSync(join(pack, 'solution.lua'), solution);
    writeFileSync(join(pack, 'guide.en.md'), '# Guide\n');
    const proved = spawnSync(binary, ['check', pack], { encoding: 'utf8' });
    assert.equal(proved.status, 0, proved.stdout + proved.stderr);
    assert.match(proved.stdout, /the same seed, the same game: yes/);
    writeFileSync(join(pack, 'pack.lua'), whole.replace('timeline =', 'timelin ='));
    const refused = spawnSync(binary, ['check', pack], { encoding: 'utf8' });
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /pack\.lua:\d+: pack has no field 'timelin' \(did you mean 'timeline'\?\)/);
});

test('a Lua function that is killed while somebody waits for it fails alone: the game goes on to its end', () => {
    const pack = folder();
    writeFileSync(join(pack, 'pack.lua'), `local gameday = require "gameday"
gameday.lambda("spins", function() gameday.wait "3s" return string.find(string.rep("a", 60000), ".-.-.-.-b") == nil end)
local trust = gameday.to_json {
  Version = "2012-10-17", Statement = { { Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" } },
}
return gameday.pack { id = "spins", title = "Spins", duration = "2m",
  gameday.challenge { id = "c", title = "C",
    setup = function(team)
      team.iam.CreateRole { RoleName = "R", AssumeRolePolicyDocument = trust }
      team:deploy("spins", { role = "R", timeout = 20 })
      gameday.wait "1m"
    end,
    gameday.probe { id = "waits", every = "10s", run = function(team) return team.lambda.Invoke { FunctionName = "spins" }.StatusCode == 200 end },
  },
}
`);
    const { stdout, stderr, signal } = spawnSync(binary, ['check', pack, '--json'], { encoding: 'utf8' });
    assert.equal(signal, null, stderr);
    assert.match(stdout, /lambda\/spins: it took too long or too much/);
    assert.doesNotMatch(stdout, /did not come to its end/);
});
