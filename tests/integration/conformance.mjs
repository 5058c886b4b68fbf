// Plays the cases recorded from AWS against the emulator and compares strictly. Prints passed/total by area, names what is
// not passed, and fails where a case differs that `conformance_pending.json` does not name with its reason, or where one
// named there passes.
//
//     node conformance.mjs [PART OF A FILE NAME …]      with names given: only those, with every difference shown
//
// The recorder put placeholders where answers differ from run to run (the README beside the cases explains them). Here
// they match anything, but the same placeholder must be the same thing all over a case.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callJson, root, sleep, start, trust } from './emulator.mjs';

const folder = join(process.env.REHEARSE_CONFORMANCE ?? join(root, '..', 'shared', 'conformance'), 'stepfunctions');
const only = process.argv.slice(2);
const ACCOUNT = '000000000000';
const SAMPLE_DATE = '2026-01-02T03:04:05Z'; // stands for the recorder's 'date' where a case sends one
const TERMINAL = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
const LAST = /^Execution(Succeeded|Failed|TimedOut|Aborted)$/;

if (!existsSync(folder)) {
    console.log(`The recorded cases are not there (${folder}): skipped.`);
    console.log('0 passed, 0 failed, 1 skipped');
    process.exit(0);
}

// ---- playing a case ----

const ROLE = /s(?:nf|fn)_role_arn(_t\d)?/g; // both spellings are the recorder's
const OUR_ROLE = new RegExp(`arn:aws:iam::${ACCOUNT}:role/conformance(_t\\d)?`, 'g');
const roleArn = (suffix = '') => `arn:aws:iam::${ACCOUNT}:role/conformance${suffix}`;

/** Names of our own for the placeholders that a case sends, and what was learned from answers. */
class Cast {
    constructor(number) {
        this.number = number;
        this.activity = 'activity_arn';
        this.machines = new Map(); // a placeholder → the names of the machines made under it, in order
        this.started = new Map(); // a machine's name → the names of its executions, in order
        this.executions = new Map(); // "machine:name" as recorded → ours
    }
    /** The first machine of that placeholder where data name it, the last one where a call does. */
    machine(placeholder, last) {
        const made = this.machines.get(placeholder) ?? [];
        return (last ? made.at(-1) : made[0]) ?? `machine-${this.number}-${placeholder.replace(/\D/g, '')}`;
    }
    newMachine(placeholder) {
        const made = this.machines.get(placeholder) ?? [];
        this.machines.set(placeholder, made);
        made.push(`machine-${this.number}-${placeholder.replace(/\D/g, '')}${made.length ? `-${made.length}` : ''}`);
        return made.at(-1);
    }
    /** A text that is to be sent. */
    send(text, last = false) {
        return text
            .replaceAll('activity_arn', this.activity)
            .replaceAll('111111111111', ACCOUNT)
            .replaceAll('<region>', 'us-east-1')
            .replaceAll('<partition>', 'aws')
            .replace(ROLE, (_, suffix) => roleArn(suffix))
            .replace(/<ArnPart_\d+idx>/g, (placeholder) => this.machine(placeholder, last))
            .replace(/<([A-Za-z][\w-]*)(?::(\d+))?>/g, (_, kind, n = 0) => `${kind}-${this.number}-${n}`);
    }
    /** The k-th name of an execution that a case mentions for a machine is the k-th that was started on it. */
    executionArn(text) {
        const [, head, machine, name] = /^(.*:execution:)([^:]+):(.+)$/.exec(text) ?? [];
        if (!name) return this.send(text, true);
        const ours = this.send(machine, true), key = `${machine}:${name}`, started = this.started.get(ours) ?? [];
        if (!this.executions.has(key)) {
            const taken = new Set([...this.executions].filter(([k]) => k.startsWith(`${machine}:`)).map(([, v]) => v));
            this.executions.set(key, started.find((one) => !taken.has(one)) ?? name);
        }
        return `${this.send(head)}${ours}:${this.executions.get(key)}`;
    }
    /** A tree that is to be sent, with texts filled in. */
    fill(value) {
        if (typeof value === 'string') return value === 'date' ? SAMPLE_DATE : this.send(value);
        if (Array.isArray(value)) return value.map((one) => this.fill(one));
        if (value && typeof value === 'object')
            return Object.fromEntries(Object.entries(value).map(([name, one]) => [this.send(name), this.fill(one)]));
        return value;
    }
    learn(operation, params, answer) {
        if (answer.body.activityArn) this.activity = answer.body.activityArn;
        const arn = /:execution:([^:]+):(.+)$/.exec(answer.body.executionArn ?? '');
        if (operation !== 'StartExecution' || !arn) return;
        const started = this.started.get(arn[1]) ?? [];
        this.started.set(arn[1], started);
        if (!started.includes(arn[2])) started.push(arn[2]);
    }
}

/** As Python's json.dumps prints: ", " and ": ", non-ASCII escaped, key order kept. */
function dumps(value) {
    const text = (t) => JSON.stringify(t).replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
    if (value && typeof value === 'object')
        return `{${Object.entries(value).map(([k, v]) => `${text(k)}: ${dumps(v)}`).join(', ')}}`;
    return JSON.stringify(value);
}

const DOCUMENTS = ['definition', 'input', 'output', 'context', 'cause'];

function paramsOf(recorded, call, cast) {
    const params = {};
    for (const [name, value] of Object.entries(call.params)) {
        const meant = value === '<definition>' ? recorded.definition : value === '<input>' ? recorded.input : value;
        if (call.operation === 'CreateStateMachine' && name === 'name' && /^<ArnPart_\d+idx>$/.test(value))
            params.name = cast.machines.has(value) ? cast.machine(value, true) : cast.newMachine(value);
        else if (name === 'executionArn') params[name] = cast.executionArn(value);
        else if (name === 'stateMachineArn' || name === 'resourceArn') params[name] = cast.send(value, true);
        else {
            const filled = cast.fill(meant);
            params[name] = DOCUMENTS.includes(name) && typeof filled !== 'string' ? dumps(filled) : filled;
        }
    }
    return params;
}

/** What the recorder's client refused by itself never reached AWS. */
const refusedByClient = (value, name) =>
    value === null || (typeof value === 'number' && value < 0) || (name === 'routingConfiguration' && !value.length) ||
    (typeof value === 'object' && Object.entries(value).some(([inner, one]) => refusedByClient(one, inner)));

async function callOnce(endpoint, operation, params) {
    return callJson(endpoint, `AWSStepFunctions.${operation}`, params);
}

/** Polling was folded into one call by the recorder: histories are asked for until the last event is terminal. */
async function call(endpoint, step, params, cast) {
    let answer = await callOnce(endpoint, step.operation, params);
    if (step.operation === 'CreateStateMachine' && !step.expectError && /AlreadyExists/.test(answer.body.__type)) {
        params.name = cast.newMachine(step.params.name); // two machines that the recorder gave one placeholder
        answer = await callOnce(endpoint, step.operation, params);
    }
    if (step.operation === 'GetExecutionHistory' && answer.status === 200) {
        for (let i = 0; i < 600; i++) {
            const events = answer.body.events;
            const edge = params.reverseOrder ? events[0] : events.at(-1);
            if (edge && LAST.test(edge.type)) break;
            await sleep(10);
            answer = await callOnce(endpoint, step.operation, params);
        }
    }
    if (step.operation === 'DescribeExecution' && answer.status === 200) {
        for (let i = 0; i < 600 && !TERMINAL.includes(answer.body.status); i++) {
            await sleep(10);
            answer = await callOnce(endpoint, step.operation, params);
        }
    }
    cast.learn(step.operation, params, answer);
    return answer;
}

/** An answer in the form that the recorder's client gives. */
function asRecorded(answer) {
    const metadata = { HTTPStatusCode: answer.status };
    if (answer.status < 400) return { ...answer.body, ResponseMetadata: metadata };
    const code = String(answer.body.__type ?? '').split('#').pop();
    const { __type, ...rest } = answer.body;
    return { Error: { Code: code, Message: answer.body.message ?? answer.body.Message ?? '' }, ...rest, ResponseMetadata: metadata };
}

/** A refusal as the recorder's client raises it. */
function asException(operation, answer) {
    const { Error: error } = asRecorded(answer);
    return {
        exception_typename: error?.Code,
        exception_value: `An error occurred (${error?.Code}) when calling the ${operation} operation: ${error?.Message}`,
    };
}

// ---- comparing ----

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)/g;
// What the recorder wrote in place of any time, any random number, any UUID.
const ANY = new Set(['x-amzn-RequestId', 'RequestId', 'datetime', 'timestamp', 'date', 'start-date', 'stop-date', 'creation-date', 'RandomNumberGenerated', 'generated-uuid']);
// Members that AWS's answers have had only since some of the recordings were made.
const NEWER = new Set(['encryptionConfiguration', 'redriveCount', 'redriveStatus', 'redriveStatusReason', 'inputDetails', 'outputDetails']);

class Comparison {
    constructor(cast) {
        this.cast = cast;
        this.bound = new Map();
        this.differences = [];
    }
    differ(path, expected, actual) {
        this.differences.push(`${path || '/'}: expected ${JSON.stringify(expected)}, was ${JSON.stringify(actual)}`);
        return false;
    }
    bind(placeholder, value) {
        if (/^<(partition|region|request_id|extended_request_id|json-input|ArnPart)/.test(placeholder)) return true;
        if (!this.bound.has(placeholder)) this.bound.set(placeholder, value);
        return this.bound.get(placeholder) === value;
    }
    /** A recorded text with placeholders against a text of ours. */
    text(expected, actual, path) {
        const ours = actual.replace(OUR_ROLE, (_, suffix = '') => `role_arn${suffix}`).replaceAll(ACCOUNT, '111111111111');
        const wanted = expected.replace(ROLE, (_, suffix = '') => `role_arn${suffix}`);
        if (wanted === ours) return true;
        const dated = ours.replace(ISO, 'date');
        if (wanted === dated) return true;
        const parts = wanted.split(/(<[A-Za-z_][\w-]*(?::\d+)?>|activity_arn|activity_name)/);
        const names = parts.filter((_, i) => i % 2);
        if (names.length === 0) return this.differ(path, expected, actual);
        const pattern = parts.map((p, i) => (i % 2 ? '([^]+?)' : p.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('');
        for (const candidate of [ours, dated]) {
            const found = new RegExp(`^${pattern}$`).exec(candidate);
            if (found && names.every((name, i) => this.bind(name, found[i + 1]))) return true;
        }
        return this.differ(path, expected, actual);
    }
    compare(expected, actual, path = '', key = '') {
        if (key === 'ResponseMetadata')
            return expected.HTTPStatusCode === actual?.HTTPStatusCode || this.differ(path, expected.HTTPStatusCode, actual?.HTTPStatusCode);
        if (typeof expected === 'string' && ANY.has(expected) && actual !== undefined) return true;
        if (key === 'Content-Length') return Array.isArray(expected) === Array.isArray(actual); // of names as long as the recorder's
        if (expected && typeof expected === 'object' && !Array.isArray(expected) && typeof actual === 'string') {
            try {
                actual = JSON.parse(actual);
            } catch {
                return this.differ(path, expected, actual);
            }
        }
        if (key === 'id' && Array.isArray(expected)) return true; // events that AWS orders differently from run to run
        if (Array.isArray(expected)) {
            if (!Array.isArray(actual) || actual.length !== expected.length) return this.differ(path, expected, actual);
            return expected.map((one, i) => this.compare(one, actual[i], `${path}/${i}`)).every(Boolean);
        }
        if (expected && typeof expected === 'object') {
            if (!actual || typeof actual !== 'object' || Array.isArray(actual)) return this.differ(path, expected, actual);
            let same = true;
            const theirs = Object.keys(expected);
            for (const name of Object.keys(actual))
                if (!theirs.includes(name) && !NEWER.has(name)) same = this.differ(`${path}/${name}`, undefined, actual[name]);
            for (const name of theirs) {
                if (name in actual) same = this.compare(expected[name], actual[name], `${path}/${name}`, name) && same;
                else same = this.differ(`${path}/${name}`, expected[name], undefined);
            }
            return same;
        }
        if (typeof expected === 'string' && typeof actual === 'string') return this.text(expected, actual, path);
        return expected === actual || this.differ(path, expected, actual);
    }
}

/** Where the recorder sorted the events of branches (their ids are lists), ours are sorted alike before comparing. */
function sortedAlike(expected, actual) {
    const events = expected?.events;
    if (!Array.isArray(events) || !events.some((e) => Array.isArray(e.id)) || !Array.isArray(actual?.events)) return actual;
    const order = (e) => {
        const { id, previousEventId, timestamp, ...rest } = e;
        return JSON.stringify(plain(rest));
    };
    const unsorted = events.map((e, i) => (Array.isArray(e.id) ? i : -1)).filter((i) => i >= 0);
    const ours = actual.events.slice();
    // Of the ends of Parallel states the recorder dropped those that AWS puts now here, now there.
    const kept = new Set(events.map((e) => `${e.type} ${e.stateExitedEventDetails?.name}`));
    const dropped = (e) => /^ParallelState(Exited|Succeeded)$/.test(e.type) && !kept.has(`${e.type} ${e.stateExitedEventDetails?.name}`);
    ours.splice(0, ours.length, ...ours.filter((e) => !dropped(e)));
    const pool = unsorted.map((i) => ours[i]).filter(Boolean);
    const theirs = unsorted.map((i) => order(events[i]));
    for (const [n, i] of unsorted.entries()) {
        const at = pool.findIndex((e) => order(e) === theirs[n]);
        const [taken] = pool.splice(at >= 0 ? at : 0, 1);
        ours[i] = taken && { ...taken, id: events[i].id, previousEventId: 0 };
    }
    return { ...actual, events: ours };
}

/** With texts of JSON objects parsed and keys sorted, so that two forms of the same thing print alike. */
function plain(value) {
    if (typeof value === 'string' && value.startsWith('{')) {
        try {
            return plain(JSON.parse(value));
        } catch {
            return value;
        }
    }
    if (Array.isArray(value)) return value.map(plain);
    if (value && typeof value === 'object')
        return Object.fromEntries(Object.keys(value).sort().map((k) => [k, plain(value[k])]));
    return value;
}

async function play(recorded, number, endpoint) {
    const cast = new Cast(number);
    const comparison = new Comparison(cast);
    for (const step of recorded.calls) {
        if (step.service && !/^(stepfunctions|sfn)$/i.test(step.service)) throw new Error(`a call of ${step.service}`);
        const params = paramsOf(recorded, step, cast);
        if (refusedByClient(params)) continue;
        const answer = await call(endpoint, step, params, cast);
        if (answer.status >= 400 && !step.expectError && !step.recordedAs) {
            comparison.differ(step.operation, 'an answer', answer.body);
            break;
        }
        if (step.expectError && answer.status < 400)
            comparison.differ(step.operation, 'a refusal', answer.body);
        if (step.expectError && !step.recordedAs && recorded.expected.exception)
            comparison.compare(recorded.expected.exception, asException(step.operation, answer), 'exception');
        for (const name of step.recordedAs ?? []) {
            const expected = recorded.expected[name];
            comparison.compare(expected, sortedAlike(expected, asRecorded(answer)), name);
        }
    }
    return comparison.differences;
}

// ---- which cases, and the account of it ----

const SERVED = new Set(['CreateStateMachine', 'UpdateStateMachine', 'DeleteStateMachine', 'DescribeStateMachine',
    'ListStateMachines', 'StartExecution', 'StopExecution', 'DescribeExecution', 'ListExecutions', 'GetExecutionHistory',
    'DescribeStateMachineForExecution', 'TagResource', 'UntagResource', 'ListTagsForResource', 'SendTaskSuccess',
    'SendTaskFailure', 'SendTaskHeartbeat', 'CreateActivity', 'DeleteActivity', 'DescribeActivity', 'ListActivities',
    'GetActivityTask', 'ValidateStateMachineDefinition', 'PublishStateMachineVersion', 'DeleteStateMachineVersion',
    'ListStateMachineVersions', 'CreateStateMachineAlias', 'UpdateStateMachineAlias', 'DeleteStateMachineAlias',
    'DescribeStateMachineAlias', 'ListStateMachineAliases', 'StartSyncExecution', 'TestState']);

/** Why a case cannot be played yet; empty where it can. */
function lacking(recorded) {
    const missing = recorded.calls.map((c) => c.operation).filter((name) => !SERVED.has(name));
    return missing.length ? missing[0] : '';
}

const pendingPath = new URL('./conformance_pending.json', import.meta.url);
const pending = existsSync(pendingPath) ? JSON.parse(readFileSync(pendingPath, 'utf8')) : {};

const emulator = await start(['sandbox', '--memory', '--speed', '20']);
let ending = false;
emulator.stopped.then(() => {
    if (ending) return;
    console.log(emulator.output());
    console.log('the emulator ended in the middle\n0 passed, 1 failed');
    process.exit(1);
});
const areas = new Map();
const wrong = [];
let passed = 0, failed = 0, skipped = 0;
try {
    await fetch(emulator.endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', RoleName: 'conformance', AssumeRolePolicyDocument: trust }),
    });
    const files = readdirSync(folder).filter((f) => f.endsWith('.json')).sort();
    for (const [number, file] of files.entries()) {
        const name = file.replace(/\.json$/, '');
        if (only.length && !only.some((part) => name.includes(part))) continue;
        const recorded = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        const area = name.split('.')[0];
        const sums = areas.get(area) ?? { passed: 0, total: 0, lacking: {} };
        areas.set(area, sums);
        sums.total++;
        const lacks = lacking(recorded);
        if (lacks) {
            sums.lacking[lacks] = (sums.lacking[lacks] ?? 0) + 1;
            skipped++;
            continue;
        }
        const differences = await play(recorded, number, emulator.endpoint).catch((error) => [error.stack]);
        if (differences.length === 0) {
            sums.passed++;
            passed++;
            if (pending[name] && !only.length) wrong.push(`${name} passes: take it out of conformance_pending.json`);
            continue;
        }
        if (pending[name] && !only.length) {
            skipped++;
            sums.lacking[pending[name]] = (sums.lacking[pending[name]] ?? 0) + 1;
            continue;
        }
        failed++;
        wrong.push([name, ...differences.slice(0, only.length ? 50 : 4).map((d) => `    ${d.slice(0, only.length ? 4000 : 600)}`)].join('\n'));
    }
} finally {
    ending = true;
    await emulator.kill();
}
for (const [area, { passed: good, total, lacking: lacks }] of areas) {
    const rest = Object.entries(lacks).map(([why, count]) => `${count} × ${why}`).join('; ');
    console.log(`${String(good).padStart(4)}/${String(total).padEnd(4)} ${area}${rest ? `   (not yet: ${rest})` : ''}`);
}
for (const one of wrong) console.log(`NOT AS RECORDED ${one}`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed || wrong.length ? 1 : 0);
