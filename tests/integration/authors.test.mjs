// What an author does: a new pack, in a folder outside the project, checked, played by commands, edited while it plays.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { binary, root, start, until } from './emulator.mjs';

const tiny = join(root, 'tests', 'integration', 'packs', 'tiny');
const folders = [];
const running = [];

function folder() {
    const made = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
    folders.push(made);
    return made;
}

after(async () => {
    for (const emulator of running) await emulator.kill('SIGKILL');
    for (const made of folders) rmSync(made, { recursive: true, force: true });
});

const rehearse = (words, { input = '', cwd = root } = {}) => spawnSync(binary, words, { encoding: 'utf8', input, cwd, maxBuffer: 1 << 26 });

/** A fresh pack of `rehearse new`, in a folder of its own; { path, edit(file, from, to) }. */
function fresh(name = 'my-first-pack') {
    const home = folder();
    assert.equal(rehearse(['new', name, '--in', home]).status, 0);
    return editable(join(home, name));
}

function editable(path) {
    return {
        path,
        write: (file, text) => writeFileSync(join(path, file), text),
        edit(file, from, to) {
            const text = readFileSync(join(path, file), 'utf8');
            assert.ok(text.includes(from), `${file}: ${from}`);
            writeFileSync(join(path, file), text.replace(from, to));
        },
    };
}

test('a new pack plays at once, outside the project', () => {
    const home = folder();
    const made = rehearse(['new', 'my-first-pack'], { cwd: home });
    assert.equal(made.status, 0, made.stderr);
    assert.match(made.stdout, /rehearse check \.\/my-first-pack/);
    assert.deepEqual(readdirSync(join(home, 'my-first-pack')).sort(),
        ['README.md', 'faults', 'fixtures', 'guide.en.md', 'guide.ko.md', 'hotel.lua', 'pack.lua', 'solution.lua']);
    assert.match(readFileSync(join(home, 'my-first-pack', 'pack.lua'), 'utf8'), /id = "my-first-pack",\s+title = \{ en = "My first pack"/);
    const proved = rehearse(['check', './my-first-pack', '--json'], { cwd: home });
    const report = JSON.parse(proved.stdout);
    assert.deepEqual([proved.status, report.problems, report.findings, report.repeats], [0, [], [], true]);
    assert.deepEqual(report.faults.map((one) => [one.visible, one.shown, one.mended, one.paid, one.alone]), [[true, true, true, true, true]]);
});

test('what `new` refuses, it says, and it touches nothing', () => {
    const home = folder(), name = 'my-pack';
    writeFileSync(join(home, 'taken'), 'a file');
    assert.equal(rehearse(['new', name], { cwd: home }).status, 0);
    writeFileSync(join(home, name, 'pack.lua'), 'mine');
    const rows = [
        [['new', name], 1, /my-pack is there already/],
        [['new', 'taken'], 1, /taken is there already/],
        [['new', 'other', '--in', join(home, 'nowhere')], 1, /cannot make the folder .*nowhere\/other: No such file/],
        [['new'], 2, /new wants the pack's name/],
        [['new', '../up'], 2, /begins with a letter/],
        [['new', 'a/b'], 2, /letters, digits/],
        [['new', 'Łódź'], 2, /begins with a letter/],
        [['new', 'x'.repeat(65)], 2, /at most 64/],
        [['new', 'one', 'two'], 2, /one word too many/],
        [['new', 'one', '--in'], 2, /--in wants a value/],
        [['new', 'one', '--seed', '1'], 2, /new does not take '--seed'/],
    ];
    for (const [words, status, says] of rows) {
        const answer = rehearse(words, { cwd: home });
        assert.deepEqual([answer.status, says.test(answer.stderr)], [status, true], `${words.join(' ')}: ${answer.stderr}`);
    }
    assert.equal(readFileSync(join(home, name, 'pack.lua'), 'utf8'), 'mine');
    assert.deepEqual(readdirSync(home).sort(), [name, 'taken']);
});

test('what looks wrong in a pack as it is written is said with file and line', () => {
    const rows = [
        // file, what is edited, is it a mistake, file:line and what is said
        ['pack.lua', 'story = "hello",', '', false, /pack\.lua:\d+: story 'hello' is never told/],
        ['pack.lua', '["00:02"]', '["01:02"]', true, /pack\.lua:\d+: the timeline's 01:02 comes when the game is over/],
        ['pack.lua', '{ break_ = "role-lost-bucket" }', '{ chance = 1 }', true, /pack\.lua:\d+: an entry of the timeline does nothing/],
        ['pack.lua', '["00:02"] = { break_ = "role-lost-bucket" }', '["00:02"] = "hello"', false, /faults\/role-lost-bucket\.lua:\d+: fault 'role-lost-bucket' never comes by itself/],
        ['pack.lua', 'setup = hotel.build,', 'setup = hotel.build, unlock = { after = "quotes" },', true, /pack\.lua:\d+: challenge 'quotes' opens after itself/],
        ['pack.lua', 'setup = hotel.build,', 'setup = hotel.build, unlock = "00:20",', true, /pack\.lua:\d+: challenge 'quotes' opens when the game is over/],
        ['pack.lua', 'setup = hotel.build,', 'setup = hotel.build, unlock = "hand",', false, /pack\.lua:\d+: challenge 'quotes' is opened by hand alone/],
        ['pack.lua', 'setup = hotel.build,', 'setup = hotel.build, solved_when = "answers",', true, /pack\.lua:\d+: challenge 'quotes' is solved by answers and has none/],
        ['pack.lua', 'earns = 10, costs = 5,', 'earns = 0, costs = 0,', false, /pack\.lua:\d+: probe 'guests' pays nothing/],
        ['pack.lua', 'title = { en = "What does a night cost?", ko = "하룻밤에 얼마인가요?" }', 'title = "What does a night cost?"', false, /pack\.lua:\d+: challenge 'quotes' says nothing in Korean: title/],
        ['pack.lua', 'message = {', 'message = { from = "ctoo",', true, /pack\.lua:\d+: a message is from 'ctoo', who is not among the characters \(did you mean 'cto'\?\)/],
        ['pack.lua', 'guide = { en = "guide.en.md"', 'guide = { en = "guide.fr.md"', true, /guide\.fr\.md:1: the pack names this guide, and it is not there/],
        ['faults/role-lost-bucket.lua', 'points = { detection = 20, recovery = 60 }', 'points = { full = "30m" }', true, /role-lost-bucket\.lua:\d+: fault 'role-lost-bucket' pays nothing from the moment/],
        ['faults/role-lost-bucket.lua', 'id = "role-lost-bucket"', 'needs = "role-lost-bucket", id = "role-lost-bucket"', true, /role-lost-bucket\.lua:\d+: fault 'role-lost-bucket' needs itself/],
        ['solution.lua', 'mends = "role-lost-bucket", after', 'after', false, /role-lost-bucket\.lua:\d+: the solution has no step that mends/],
        ['pack.lua', 'duration = ', 'gameday.deck { id = "cards", cards = { "role-lost-bucket" } }, duration = ', false, /pack\.lua:\d+: deck 'cards' is never begun/],
        ['pack.lua', 'duration = ', 'gameday.watch { id = "eye", on = "s3:Ob*x", run = print }, duration = ', true, /pack\.lua:\d+: watch 'eye' is never told anything: no kind of rows is called 's3:Ob\*x'/],
        ['fixtures/forgotten.csv', null, 'a,b\n', false, /fixtures\/forgotten\.csv:1: no file of the pack names this fixture, and nobody read it/],
        ['fixtures/../unused.lua', null, 'return 1', false, /unused\.lua:1: no file of the pack requires this one/],
    ];
    for (const [file, from, to, mistake, says] of rows) {
        const pack = fresh();
        if (from === null) pack.write(file, to);
        else pack.edit(file, from, to);
        const answer = rehearse(['check', pack.path, '--json', '--teams', '1']), report = JSON.parse(answer.stdout || `{"why":${JSON.stringify(answer.stderr)}}`);
        const found = (report.findings ?? []).filter((one) => says.test(`${one.file}:${one.line}: ${one.message}`));
        assert.equal(found.length, 1, `${to}: ${JSON.stringify(report.findings ?? report)}`);
        assert.equal(found[0].mistake, mistake, to);
        if (mistake) assert.equal(answer.status, 1, to);
        if (found[0].file.endsWith('.lua')) assert.ok(found[0].line >= 1);
    }
});

test('a fault that misses a hint, Korean or the call that shows it is told so', () => {
    const pack = fresh(), file = 'faults/role-lost-bucket.lua';
    pack.write(file, `local gameday = require "gameday"
local hotel = require "hotel"

return gameday.fault {
  id = "role-lost-bucket", title = "The role lost its bucket",
  breaks = function(team) team.iam.DeleteRolePolicy { RoleName = "QuoteRole", PolicyName = "ReadPrices" } end,
  mended = function(team)
    return team:allows("QuoteRole", "s3:GetObject", "arn:aws:s3:::" .. hotel.bucket(team) .. "/prices.json")
  end,
  hints = { "Look." },
}
`);
    const told = JSON.parse(rehearse(['check', pack.path, '--json', '--teams', '1']).stdout).findings;
    assert.deepEqual(told.map((one) => [one.file, one.line, one.message, one.mistake]), [
        [file, 4, "fault 'role-lost-bucket' says nothing in Korean: hint 1, title", false],
        [file, 10, "fault 'role-lost-bucket' has 1 of three hints: where to look, what it is, how to mend it", false],
        [file, 4, "fault 'role-lost-bucket' names no call that shows it (shown_by): any look at what it touched detects it", false],
    ]);
});

test('check has a column for each player, and who does nothing loses', () => {
    const pack = fresh();
    pack.edit('pack.lua', 'duration = "20m",', 'duration = "20m", players = { "players.clumsy" },');
    mkdirSync(join(pack.path, 'players'));
    pack.write('players/clumsy.lua', `local gameday = require "gameday"
return gameday.solution {
  { mends = "role-lost-bucket", after = "8m", function(team)
    team:hint("role-lost-bucket", 1)
    require "hotel".permit(team)
  end },
}
`);
    const answer = rehearse(['check', pack.path, '--json']), report = JSON.parse(answer.stdout);
    assert.deepEqual(report.problems, []);
    assert.deepEqual(report.players.map((one) => one.name), ['solution', 'nobody', 'players.clumsy']);
    const [solution, nobody, clumsy] = report.players;
    assert.ok(nobody.score < clumsy.score && clumsy.score < solution.score, JSON.stringify(report.players.map((one) => one.score)));
    assert.deepEqual([solution.recovered, nobody.recovered, clumsy.recovered], [1, 0, 1]);
    assert.deepEqual(report.scores, solution.scores);
    assert.equal(solution.scores.length, clumsy.scores.length);
    assert.deepEqual(solution.scores.at(-1), [20, solution.score]);
    const table = rehearse(['check', pack.path, '--teams', '4']).stdout;
    assert.match(table, /minute +solution +nobody +players\.clumsy +solution 2\n/);
    pack.edit('pack.lua', '"players.clumsy"', '"players.clumsi"');
    const refused = rehearse(['check', pack.path]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /pack\.lua:\d+: the pack has no file 'players\/clumsi\.lua' \(did you mean 'players\.clumsy'\?\)/);
});

test('check says what else is not so', () => {
    const second = `gameday.challenge {
      id = "lobby", title = { en = "The lobby", ko = "로비" }, solved_when = "hand",
      gameday.probe { id = "lights", every = "20s", run = function(team)
        return team:allows("QuoteRole", "s3:GetObject", "arn:aws:s3:::" .. hotel.bucket(team) .. "/prices.json"), "the lights are out"
      end },
    },
    timeline =`;
    const rows = [
        ['pack.lua', 'timeline =', second, /NOT SO: role-lost-bucket: it broke more than its own: the probe lights of lobby failed/],
        ['faults/role-lost-bucket.lua', 'mended = function(team)', 'mended = function(team) if gameday.now() > 1794301800000 then return true end', /NOT SO: role-lost-bucket: a team that did nothing had it mended/],
        ['solution.lua', 'hotel.permit(team)', 'team.iam.GetRole { RoleName = "Nobody" }', /NOT SO: solution: the step role-lost-bucket failed: solution\.lua:\d+: iam:GetRole: NoSuchEntity/],
        ['pack.lua', 'earns = 10, costs = 5,', 'earns = -10, costs = 5,', /NOT SO: a team that did nothing had -\d+ points, the solution -\d+/],
    ];
    for (const [file, from, to, says] of rows) {
        const pack = fresh();
        pack.edit(file, from, to);
        assert.match(rehearse(['check', pack.path]).stdout, says, to);
    }
});

test('an execution that never rests does not keep check', () => {
    const pack = fresh();
    pack.edit('hotel.lua', 'function hotel.build(team)', `function hotel.build(team)
  team.iam.CreateRole { RoleName = "LoopRole", AssumeRolePolicyDocument = document {
    Version = "2012-10-17",
    Statement = { { Effect = "Allow", Principal = { Service = "states.amazonaws.com" }, Action = "sts:AssumeRole" } } } }
  team.states.CreateStateMachine { name = "loop", type = "EXPRESS", roleArn = team.role "LoopRole", definition = document {
    StartAt = "A", States = {
      A = { Type = "Pass", Next = "B" },
      B = { Type = "Choice", Choices = { { Variable = "$.x", IsPresent = true, Next = "End" } }, Default = "A" },
      End = { Type = "Succeed" } } } }
  team.states.StartExecution { stateMachineArn = team.machine "loop" }`);
    assert.equal(rehearse(['check', pack.path]).status, 0);
});

/** What `play` answers to commands, a text per command. */
function played(path, commands, more = []) {
    const answer = rehearse(['play', path, ...more], { input: `${commands.join('\n')}\n` });
    return { ...answer, text: answer.stdout };
}

test('a pack is played by commands from a pipe', () => {
    const pack = fresh();
    const rows = [
        // commands, what is said, exit status
        [['help'], /step +\[DURATION\][^]*quit +ends it/, 0],
        [['step 30s'], /00:00:05 {2}probe guests is good\n {2}00:00:30 {2}20 points\n/, 0],
        [['step'], /00:00:10 {2}10 points/, 0],
        [['step 1h30'], /01:00:00|the game is over/, 0],
        [['step soon'], /\? step wants a duration such as 30s/, 1],
        [['stpe'], /\? there is no command 'stpe' \(did you mean 'step'\?\)/, 1],
        [['brake role-lost-bucket'], /\? there is no command 'brake' \(did you mean 'break'\?\)/, 1],
        [['run until broken', 'faults'], /00:02:00 {2}fault role-lost-bucket broke[^]*quotes +role-lost-bucket +standing/, 0],
        [['run until 00:01', 'score'], /00:01:00 {2}30 points\n {2}00:01:00 {2}30 points/, 0],
        [['run until bad guests', 'probes'], /guests +wrong[^]*A guest got no price: S3\.S3Exception\n +look: aws stepfunctions describe-execution/, 0],
        [['run until never'], /\? run until end, until a time/, 1],
        [['run until good gests'], /\? there is no probe 'gests' \(did you mean 'guests'\?\)/, 1],
        [['run until end', 'step'], /00:20:00 {2}\d+ points, the game is over\n {2}\? the game is over/, 1],
        [['break role-lost-bukket'], /\? there is no fault 'role-lost-bukket' \(did you mean 'role-lost-bucket'\?\)/, 1],
        [['break role-lost-bucket', 'break role-lost-bucket'], /00:00:00 {2}fault role-lost-bucket broke[^]*\? role-lost-bucket stands already/, 1],
        [['mend role-lost-bucket'], /\? role-lost-bucket does not stand/, 1],
        [['break role-lost-bucket', 'mend role-lost-bucket', 'faults'], /role-lost-bucket is gone[^]*role-lost-bucket +gone/, 0],
        [['break role-lost-bucket', 'step 30s', 'solve role-lost-bucket', 'run until recovered role-lost-bucket', 'feed'],
            /fault role-lost-bucket is detected[^]*fault role-lost-bucket is mended[^]*is recovered[^]*\+60 {2}recovered +The role lost its bucket/, 0],
        [['solve role'], /\? there is no step of the solution for 'role'/, 1],
        [['challenges'], /quotes +open +0 points/, 0],
        [['teams', 'team 2', 'teams'], /\* 1 {2}100000000001[^]* {4}1 {2}100000000001[^\n]*\n {2}\* 2 {2}100000000002/, 0, ['--teams', '2']],
        [['team 9'], /\? team wants a number from 1 to 1/, 1],
        [['call s3 ListBuckets'], /"Name": "prices-100000000001"/, 0],
        [['call states ListExecution'], /\? .*no operation 'ListExecution' \(did you mean 'ListExecutions'\?\)/, 1],
        [['call stats ListExecutions'], /\? .*no service 'stats' \(did you mean 'states'\?\)/, 1],
        [['call iam GetRole {"RoleName": "Nobody"}'], /\? iam:GetRole: NoSuchEntity: The role with name Nobody cannot be found\./, 1],
        [['call iam GetRole {"RoleName": }'], /\? the input is an object in JSON[^]*: /, 1],
        [['call iam GetRole [1]'], /\? the input is an object in JSON/, 1],
        [['call iam'], /\? call wants a service, an operation and its input/, 1],
        [['break role-lost-bucket', 'step 30s', 'calls'], /s3:GetObject {2}AccessDenied: User: arn:aws:sts::100000000001:assumed-role\/QuoteRole/, 0],
        [['# a remark', '', 'quit', 'stpe'], /help lists the commands\.\n$/, 0],
    ];
    for (const [commands, says, status, more] of rows) {
        const answer = played(pack.path, commands, more);
        assert.match(answer.text, says, commands.join(' / '));
        assert.equal(answer.status, status, `${commands.join(' / ')}: ${answer.text}${answer.stderr}`);
        assert.doesNotMatch(answer.text + answer.stderr, /stack traceback|gameday\/\w+\.lua/);
    }
    assert.equal(rehearse(['play', './nowhere']).status, 1);
    assert.equal(rehearse(['play']).status, 2);
    assert.equal(rehearse(['play', pack.path, '--teams', '0']).status, 2);
});

test('play tells a pack that cannot be played, with file and line', () => {
    const pack = fresh();
    pack.edit('hotel.lua', 'team.s3.CreateBucket', 'team.s3.CreateBukket');
    const answer = played(pack.path, ['step']);
    assert.equal(answer.status, 1);
    assert.match(answer.text, /! challenge\/quotes\/setup: hotel\.lua:\d+: .*CreateBukket.* \(did you mean 'CreateBucket'\?\)/);
    assert.match(answer.stderr, /the accounts could not be set up/);
    pack.edit('pack.lua', 'gameday.probe', 'gameday.prob');
    const refused = played(pack.path, ['step']);
    assert.match(refused.stderr, /pack\.lua:\d+: gameday has no 'prob' \(did you mean 'probe'\?\)/);
});

/** The player's page: what is there and what it is told. */
async function page(emulator) {
    const at = `${emulator.endpoint}/_rehearse`;
    const session = await fetch(`${at}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const cookie = session.headers.get('set-cookie').split(';')[0];
    const get = (path) => fetch(`${at}/api/${path}`, { headers: { cookie } }).then((answer) => answer.json());
    return {
        get,
        notice: (says) => until(async () => (await get('team')).notices.find((one) => says.test(one.text)) ?? null, { what: String(says) }),
        revision: (wanted) => until(async () => ((await get('game')).revision >= wanted ? true : null), { what: `revision ${wanted}` }),
    };
}

test('a pack is edited while it plays: whatever is wrong is on the page, and the game goes on', async () => {
    const pack = fresh();
    const emulator = await start([pack.path, '--memory', '--speed', '20', '--duration', '2h']);
    running.push(emulator);
    const seen = await page(emulator);
    const score = async () => (await seen.get('team')).feed.length;

    // a slip in a file that another one requires
    pack.edit('hotel.lua', 'function hotel.permit(team)', 'function hotel.permit(team');
    await seen.notice(/The edited pack is not played: hotel\.lua:\d+: /);
    const before = await score();
    await until(async () => ((await score()) > before ? true : null), { what: 'the game goes on' });
    pack.edit('hotel.lua', 'function hotel.permit(team', 'function hotel.permit(team)');

    // a field that is none, in a fault's file
    pack.edit('faults/role-lost-bucket.lua', 'hints =', 'hintz =');
    await seen.notice(/faults\/role-lost-bucket\.lua:\d+: fault has no field 'hintz' \(did you mean 'hints'\?\)/);
    pack.edit('faults/role-lost-bucket.lua', 'hintz =', 'hints =');

    // what only fails when it runs
    pack.edit('hotel.lua', 'local execution = team:run("quote"', 'local execution = team:rum("quote"');
    const told = await seen.notice(/probe\/quotes\/guests: hotel\.lua:\d+: .*rum/);
    assert.match(told.text, /did you mean 'run'/);
    const { revision } = await seen.get('game');
    const saved = performance.now();
    pack.edit('hotel.lua', 'team:rum(', 'team:run(');
    await seen.revision(revision + 1);
    console.log(`    from saving to playing: ${(performance.now() - saved).toFixed(0)} ms`);

    // a fixture that has gone, and is there again; it is read before the guest asks, who gets no answer once the fault stands
    pack.edit('hotel.lua', 'local execution = team:run("quote"', 'local prices = gameday.from_json(gameday.fixture "prices.json")\n  local execution = team:run("quote"');
    await seen.revision(revision + 2);
    renameSync(join(pack.path, 'fixtures/prices.json'), join(pack.path, 'fixtures/away.json'));
    await seen.notice(/there is no fixture 'prices\.json'/);
    renameSync(join(pack.path, 'fixtures/away.json'), join(pack.path, 'fixtures/prices.json'));

    // a fixture that is edited is read anew, whatever of it stood in a variable
    const { revision: read } = await seen.get('game');
    writeFileSync(join(pack.path, 'fixtures/prices.json'), '{"Shadowfax": 120, "Bucephalus": 1}\n');
    await seen.revision(read + 1);

    // a guide is read as it stands
    pack.write('guide.en.md', '# Another guide\n');
    const guide = await seen.get('guide?challenge=quotes&lang=en');
    assert.match(JSON.stringify(guide), /Another guide/);

    // a fault is renamed while it stands: it goes, the new one comes when its time does
    await until(async () => ((await seen.get('team')).challenges[0].faults.some((one) => one.broken_at) ? true : null), { what: 'the fault' });
    pack.edit('faults/role-lost-bucket.lua', 'id = "role-lost-bucket"', 'id = "role-lost-its-bucket"');
    pack.edit('pack.lua', 'break_ = "role-lost-bucket"', 'break_ = "role-lost-its-bucket"');
    pack.edit('solution.lua', 'mends = "role-lost-bucket"', 'mends = "role-lost-its-bucket"');
    await until(async () => ((await seen.get('team')).challenges[0].faults.length === 0 ? true : null), { what: 'the renamed fault' });
    assert.equal((await seen.get('team')).clock.state, 'live');
    assert.deepEqual(await emulator.kill(), { code: 0, signal: null });
});

test('play reloads on demand', async () => {
    const pack = fresh();
    assert.match(played(pack.path, ['step 30s', 'reload']).text, /nothing has changed/);
    // An edit between two commands is made while play waits for its next line.
    const play = spawn(binary, ['play', pack.path]), ended = once(play, 'exit');
    let told = '';
    play.stdout.setEncoding('utf8').on('data', (piece) => (told += piece));
    const step = async (commands, says) => {
        play.stdin.write(commands);
        await until(() => says.test(told), { what: String(says) });
    };
    await step('step 30s\n', /00:00:30 /);
    pack.edit('pack.lua', 'earns = 10', 'earns = 7');
    await step('reload\nstep 20s\n', /00:00:50 /);
    pack.edit('pack.lua', 'earns = 7', 'earn = 7');
    await step('reload\nstep 20s\n', /00:01:10 /);
    play.stdin.end();
    const [status] = await ended;
    assert.match(told, /The edited pack is played now[^]*00:00:50 {2}27 points[^]*! The edited pack is not played: pack\.lua:\d+: probe has no field 'earn' \(did you mean 'earns'\?\)[^]*00:01:10 {2}34 points/);
    assert.equal(status, 1);
});

/** What `play` says to commands, between which the pack is edited: a list of texts and functions. */
async function playedWithEdits(path, script) {
    const play = spawn(binary, ['play', path]), ended = once(play, 'exit');
    let told = '';
    play.stdout.setEncoding('utf8').on('data', (piece) => (told += piece));
    let done = 0;
    for (const part of script) {
        if (typeof part === 'function') {
            part();
            continue;
        }
        play.stdin.write(`${part}\nteam 0\n`); // it refuses this: then all before it is done
        done++;
        await until(() => told.split('? team wants').length > done, { what: part });
    }
    play.stdin.end();
    await ended;
    return told;
}

test('an entry of the timeline that an edit moves comes at its new moment, and once', async () => {
    const breaks = (moment) => `["${moment}"] = { break_ = "role-lost-bucket" }`, loaded = '00:02';
    const move = (pack, from, to) => () => pack.edit('pack.lua', breaks(from), breaks(to));
    const rows = [
        // what is done, when it broke
        [(pack) => ['step 30s', move(pack, loaded, '00:01'), 'reload', 'run until end'], ['00:01:00']], // earlier
        [(pack) => ['step 30s', move(pack, loaded, '00:07'), 'reload', 'run until end'], ['00:07:00']], // later
        [(pack) => ['step 90s', move(pack, loaded, '00:01'), 'reload', 'run until end'], ['00:01:30']], // its moment has passed meanwhile
        [(pack) => ['step 3m', move(pack, loaded, '00:05'), 'reload', 'mend role-lost-bucket', 'run until end'], ['00:02:00']], // it has come
        [(pack) => ['step 30s', () => pack.edit('pack.lua', breaks(loaded), `["00:01"] = "hello", ${breaks('00:04')}`), 'reload', 'run until end'],
            ['00:04:00']], // another one takes its place
        [(pack) => ['step 3m', () => pack.edit('pack.lua', breaks(loaded), `${breaks(loaded)}, ${breaks('00:06')}`), 'reload', 'mend role-lost-bucket',
            'run until end'], ['00:02:00', '00:06:00']], // a second one is new
        [(pack) => ['step 30s', () => pack.edit('pack.lua', breaks(loaded), `["00:00:10"] = { break_ = "role-lost-bucket", window = "0s", every = "2m", until_ = "00:02" }`),
            'reload', 'run until end'], []], // again and again: past its end
        [(pack) => ['step 30s', () => pack.edit('pack.lua', breaks(loaded), `["00:00:10"] = { break_ = "role-lost-bucket", every = "4m", until_ = "00:05" }`),
            'reload', 'run until end'], ['00:04:10']], // what has passed of it is not made up for
    ];
    for (const [script, broke] of rows) {
        const pack = fresh(), parts = script(pack), told = await playedWithEdits(pack.path, parts);
        const seen = [...told.matchAll(/(\S+) {2}fault role-lost-bucket broke/g)].map((one) => one[1]);
        assert.deepEqual(seen, broke, `${parts.map(String).join(' / ')}: ${told}`);
        assert.match(told, /The edited pack is played now\.\n/);
    }
});

test('what moved in the timeline moves for a game that is started again, too', async () => {
    const pack = fresh(), data = folder();
    const begin = () => start([pack.path, '--data', data, '--speed', '1', '--duration', '2h']);
    const first = await begin();
    running.push(first);
    await until(async () => ((await (await page(first)).get('team')).clock.state === 'live' ? true : null), { what: 'the game' });
    await first.kill();
    pack.edit('pack.lua', '["00:02"]', '["00:00:01"]');
    const second = await begin();
    running.push(second);
    const seen = await page(second);
    await until(async () => ((await seen.get('team')).challenges[0].faults.some((one) => one.broken_at) ? true : null), { what: 'the fault' });
    await second.kill();
});

test('an edit that is undone is told', async () => {
    const pack = fresh();
    const told = await playedWithEdits(pack.path, ['step', () => pack.edit('pack.lua', 'earns = 10', 'earn = 10'), 'reload',
        () => pack.edit('pack.lua', 'earn = 10', 'earns = 10'), 'reload', 'reload']);
    assert.match(told, /The edited pack is not played[^]*The pack as saved is the one that is played\.\n[^]*nothing has changed/);
});

test('a mistake is told at its own line', () => {
    const rows = [
        // file, what is edited, what is said and at which text's line
        ['solution.lua', 'return gameday.solution', '-- after = "1min" is none\nreturn gameday.solution', 'bucket", after = "1m"', 'bucket", after = "1min"', /after should be a duration/, 'bucket", after = "1min"'],
        ['pack.lua', 'every = "20s"', '-- the fields of a probe: costz = 5\n      every = "20s"', 'costs = 5', 'costz = 5', /probe has no field 'costz' \(did you mean 'costs'\?\)/, 'earns = 10, costz = 5'],
        ['faults/role-lost-bucket.lua', 'return gameday.fault {', '--[[ price\n price ]]\nreturn gameday.fault {', '{ en = "Look at', '{ price = "twenty", en = "Look at', /hint: price should be a whole number/, 'price = "twenty"'],
        ['pack.lua', 'earns = 10', 'earns = 10', '["00:02"] = { break_', '["00:02"] = { break', /unexpected symbol near 'break' \('break' is a word of Lua: write break_\)/, '{ break '],
        ['faults/role-lost-bucket.lua', 'points = {', 'points = {', 'detection = 20', 'detect = 20', /points has no field 'detect' \(did you mean 'detection'\?\)/, 'detect = 20'],
        ['faults/role-lost-bucket.lua', 'return gameday.fault', 'return gameday.fault', 'return gameday.fault', 'local fault = gameday.fault', /faults\/role-lost-bucket\.lua returns nothing: it should end with `return gameday\.fault \{ … \}`/, 'require "faults.role-lost-bucket"', 'pack.lua'],
    ];
    for (const [file, first, becomes, from, to, says, place, where = file] of rows) {
        const pack = fresh();
        pack.edit(file, first, becomes);
        pack.edit(file, from, to);
        const { stderr } = rehearse(['check', pack.path]);
        const line = readFileSync(join(pack.path, where), 'utf8').split(place)[0].split('\n').length;
        assert.match(stderr, says, to);
        assert.ok(stderr.includes(`${where}:${line}: `), `${to}: line ${line}: ${stderr}`);
    }
});

test('an operation that is none is refused wherever it is named, and a service has all its names', () => {
    const shown = 'shown_by = {', shows = 'shows = "';
    const rows = [
        ['faults/role-lost-bucket.lua', shown, 'shown_by = { "states:DescribeExecutoin",', /shown_by: states has no operation 'DescribeExecutoin' \(did you mean 'DescribeExecution'\?\)/],
        ['faults/role-lost-bucket.lua', shown, 'shown_by = { "stats:DescribeExecution",', /shown_by: this cloud has no service 'stats' \(did you mean 'states'\?\)/],
        ['pack.lua', /shows = "[^"]*"/, 'shows = "step:DescribeExecution"', /probe 'guests': shows: this cloud has no service 'step'/],
        ['pack.lua', /shows = "[^"]*"/, 'shows = "states:DescribeExec"', /probe 'guests': shows: states has no operation 'DescribeExec' \(did you mean 'DescribeExecution'\?\)/],
    ];
    for (const [file, from, to, says] of rows) {
        const pack = fresh();
        const text = readFileSync(join(pack.path, file), 'utf8');
        assert.notEqual(text.replace(from, to), text, to);
        pack.write(file, text.replace(from, to));
        const answer = rehearse(['check', pack.path]);
        assert.match(answer.stderr, says, to);
        assert.equal(answer.status, 1);
    }
    const pack = fresh(), file = 'faults/role-lost-bucket.lua', text = readFileSync(join(pack.path, file), 'utf8');
    pack.write(file, text.replace(/"states:/g, '"stepfunctions:'));
    const report = JSON.parse(rehearse(['check', pack.path, '--json']).stdout);
    assert.deepEqual([report.problems, report.faults.map((one) => one.shown)], [[], [true]]);
});

test('check says why something was not mended, and once what was said often', () => {
    const file = 'faults/role-lost-bucket.lua';
    const rows = [
        ['return false, "the role reads nothing"', /did not mend it: faults\/role-lost-bucket\.lua:\d+: mended says: the role reads nothing\n/],
        ['return false', /role-lost-bucket\.lua:\d+: mended returned false without a reason: it should return true, or false and a reason\n/],
        ['return', /role-lost-bucket\.lua:\d+: mended returned nothing: it should return true, or false and a reason\n/],
    ];
    for (const [body, says] of rows) {
        const pack = fresh();
        pack.edit(file, 'mended = function(team)', `mended = function(team) if team then ${body} end`);
        const answer = rehearse(['check', pack.path]), line = readFileSync(join(pack.path, file), 'utf8').split('mended = ')[0].split('\n').length;
        assert.match(answer.stdout, says, body);
        assert.ok(answer.stdout.includes(`${file}:${line}: mended`), body);
    }
    const pack = fresh();
    pack.edit(file, 'mended = function(team)', 'mended = function(team) if team then error "no idea" end');
    const said = rehearse(['check', pack.path]).stdout.match(/NOT SO: .*no idea.*/g);
    assert.equal(said.length, 1);
    assert.match(said[0], /no idea \(\d+ times\)$/);
});

test('a fault of the shelf whose bucket is not there is told at its line', () => {
    const pack = fresh();
    pack.edit('pack.lua', '    gameday.probe {', '    gameday.faults.s3.slow_down { machine = "quote", state = "Read", from_start = true },\n    gameday.probe {');
    const line = readFileSync(join(pack.path, 'pack.lua'), 'utf8').split('gameday.faults.s3')[0].split('\n').length;
    assert.match(rehearse(['check', pack.path]).stdout,
        new RegExp(`pack\\.lua:${line}: s3\\.slow_down: there is no bucket 'orders-100000000001' in the account \\(parameter bucket, left at its default\\)`));
    assert.match(rehearse(['faults', 's3.slow_down']).stdout, /In a pack: .*bucket = "orders-\{account\}"/);
});

test('the packs of the tests are good packs', () => {
    const copy = join(folder(), 'tiny');
    cpSync(tiny, copy, { recursive: true });
    assert.equal(rehearse(['check', copy]).status, 0);
});
