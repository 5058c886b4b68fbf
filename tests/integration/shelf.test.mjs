// The shelf of ready faults: every one on a stage of its own, as `rehearse check` proves a pack (it works; broken, its customers
// fail and the documented call says the sentence; repaired, it is mended and they are content), and `rehearse faults`, which tells of them.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { binary, client, start, until } from './emulator.mjs';

const services = ['forecast', 'iam', 'lambda', 'lex', 's3', 'sagemaker', 'states'];
const faults = (...words) => spawnSync(binary, ['faults', ...words], { encoding: 'utf8', maxBuffer: 1 << 24 });
const shelf = JSON.parse(faults('--json').stdout);

let folder;
before(() => (folder = mkdtempSync(join(tmpdir(), 'shelf-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A pack of this text in a folder of its own. */
function pack(name, text) {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'pack.lua'), text);
    return path;
}

const practice = (id) => pack(id, `return require "gameday".practice "${id}"\n`);

const check = (path) =>
    new Promise((resolve) => execFile(binary, ['check', path, '--json'], { maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve({ stdout, stderr })));

/** A machine with too much to do may keep a pack's process from answering in time: that play says nothing of the fault. */
async function play(id) {
    for (let tries = 1; ; tries++) {
        const played = await check(practice(id));
        if (tries === 4 || !/it took too long or too much/.test(played.stderr)) return played;
    }
}

async function prove(id) {
    const { stdout, stderr } = await play(id);
    const checked = JSON.parse(stdout || '{"problems":["nothing came"],"faults":[{}]}');
    const [{ came, visible, shown, mended, paid }] = checked.faults;
    const proof = { came, visible, shown, mended, paid, repeats: checked.repeats, problems: checked.problems };
    assert.deepEqual(proof, { came: true, visible: true, shown: true, mended: true, paid: true, repeats: true, problems: [] }, `${id}\n${stderr}`);
}

for (const service of services) {
    test(`every fault of ${service} is visible, shown by its call, mended by its repair and paid for`, { timeout: 300_000 }, async () => {
        const ids = shelf.filter((fault) => fault.service === service && !fault.passes_ms).map((fault) => fault.id);
        const failures = [];
        const worker = async () => {
            for (let id; (id = ids.shift()); ) await prove(id).catch((error) => failures.push(error.message));
        };
        await Promise.all([worker(), worker()]);
        assert.equal(failures.length, 0, failures.join('\n\n'));
    });
}

test('the shelf has at least 80 faults, each with its texts in English and Korean', () => {
    assert.ok(shelf.length >= 80, `${shelf.length}`);
    assert.deepEqual([...new Set(shelf.map((fault) => fault.service))].sort(), services);
    for (const fault of shelf) {
        const texts = [fault.title, fault.learnt, ...fault.hints];
        assert.equal(fault.hints.length, 3, fault.id);
        assert.ok(fault.what.en && fault.shown_by.length && fault.use.startsWith(`gameday.faults.${fault.id} {`), fault.id);
        for (const text of texts) {
            assert.ok(text.en && !/[가-힣]/.test(text.en), `${fault.id}: ${text.en}`);
            assert.match(text.ko ?? '', text.en.startsWith('aws ') ? /^aws / : /[가-힣]/, `${fault.id}: ${text.en}`); // a command is one in both
            for (const { name } of fault.parameters)
                assert.ok(!`${text.en}${text.ko}`.includes(`{${name}}`), `${fault.id}: {${name}} was not filled in: ${text.en}`);
        }
    }
});

const searches = [
    [[], (found) => found.length === shelf.length, 'no words: all'],
    [['lex'], (found) => found.every((fault) => fault.id.includes('lex') || JSON.stringify(fault).toLowerCase().includes('lex')) && found.length >= 14, 'a service'],
    [['ResourceLimitExceeded'], (found) => found.length === 0, 'a code that nothing says'],
    [['account-level', 'LIMIT'], (found) => found[0]?.id === 'sagemaker.large_instance', 'words of a sentence, in any case'],
    [['S3.NoSuchKeyException'], (found) => found.some((fault) => fault.id === 'states.object_gone'), 'an error code'],
    [['매진'], (found) => found[0]?.id === 'sagemaker.no_capacity', 'a Korean title'],
];
for (const [words, good, reason] of searches) {
    test(`rehearse faults ${words.join(' ')} --json: ${reason}`, () => {
        const { stdout, status } = faults(...words, '--json');
        const found = stdout ? JSON.parse(stdout) : [];
        assert.ok(good(found), JSON.stringify(found.map((fault) => fault.id)));
        assert.equal(status, found.length ? 0 : 1);
    });
}

test('rehearse faults lists a line a fault, tells one in full, and knows the nearest of a misspelt id', () => {
    assert.match(faults('iam').stdout, /^iam\.missing_action {2,}One line less$/m);
    const whole = faults('lambda.short_timeout').stdout;
    for (const part of ['A second is not enough', 'seconds: its Timeout (1)', 'Task timed out after', 'gameday.faults.lambda.short_timeout {', 'gameday.practice "lambda'])
        assert.ok(whole.includes(part.replace('gameday.practice', 'practice')), `${part}\n${whole}`);
    const missing = faults('lambda.shrot_timeout');
    assert.equal(missing.status, 1);
    assert.match(missing.stderr, /did you mean lambda\.short_timeout\?/);
    assert.equal(faults('--pretty').status, 2);
});

const use = (line) => `local gameday = require "gameday"
return gameday.pack {
  id = "p", title = "P", duration = "10m",
  gameday.challenge { id = "c", title = "C",
    ${line},
  },
}
`;
const mistakes = [
    ['gameday.faults.states.no_default { machine = "orders", state = "Tier", input = "{}" }', null, 'a good one'],
    ['gameday.faults.states.no_default { id = "mine", machine = "m", state = "s", input = "{}", points = 80, during = "10m" }', null, 'fields of a fault beside parameters'],
    ['gameday.faults.states.no_default { machin = "orders", state = "Tier", input = "{}" }', /pack\.lua:5: .*no parameter 'machin'.*machine/, 'a parameter misspelt'],
    ['gameday.faults.states.no_default { state = "Tier", input = "{}" }', /pack\.lua:5: .*needs the parameter 'machine': the state machine/, 'one that is needed'],
    ['gameday.faults.states.no_default { machine = 7, state = "Tier", input = "{}" }', /pack\.lua:5: .*machine \(the state machine\) should be a string/, 'one of another type'],
    ['gameday.faults.states.no_defualt {}', /pack\.lua:5: .*no fault 'states\.no_defualt'.*no_default/, 'a fault misspelt'],
    ['gameday.faults.sates.no_default {}', /pack\.lua:5: .*nothing of 'sates'.*states/, 'a service misspelt'],
    ['require "gameday.faults.states.no_default"', /pack\.lua:5: /, "the library's files are not the pack's"],
];
for (const [line, refused, reason] of mistakes) {
    test(`a pack takes from the shelf: ${reason}`, async () => {
        const { stdout, stderr } = await check(pack(`mistake-${reason.replaceAll(' ', '-')}`, use(line)));
        if (refused) assert.match(stderr, refused);
        else assert.ok(stdout && !/pack\.lua:\d+:/.test(stderr), `${stdout}\n${stderr}`);
    });
}

test('iam.clock_skew: who signs by another clock is refused, who corrects it gets through, and it passes', { timeout: 300_000 }, async () => {
    const emulator = await start([practice('iam.clock_skew'), '--memory', '--speed', '60']);
    const call = (maxAttempts) => new STSClient(client(emulator, { maxAttempts })).send(new GetCallerIdentityCommand({}));
    const code = () => call(1).then(() => null, (error) => error.name);
    try {
        assert.equal(await code(), null);
        await until(async () => ((await code()) === 'SignatureDoesNotMatch' ? true : null), { pause: 200 });
        assert.ok((await call(3)).Account);
        await until(async () => ((await code()) === null ? true : null), { pause: 200 });
    } finally {
        await emulator.kill();
    }
});
