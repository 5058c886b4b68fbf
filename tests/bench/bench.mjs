// What tests/bench/run measures: CPU and rates as ratios against a bare libuv + llhttp server and a bare SQLite writer, all in
// one run on one machine. Figures of a busy machine say little: look at the ratios, and run it again.
//
//     tests/bench/run [describe|query|machine|map|start|durable|objects|handlers|jsonata|json|forecast|xgboost …]
import { execFileSync, spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { zip } from '../integration/zip.mjs';
import { callJson, root, sleep, start, trust, until } from '../integration/emulator.mjs';

const tool = (name) => join(root, 'build-bench', 'tests', 'bench', name);
const scratch = mkdtempSync(join(tmpdir(), 'rehearse-bench-'));
const only = process.argv.slice(2);
const row = (what, figure, ratio = '') => console.log(`${what.padEnd(64)} ${String(figure).padStart(16)}  ${ratio}`);
const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)];

/** CPU seconds of a process, user and system, all threads. */
function cpu(pid) {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
}
const memoryMiB = (pid, what = 'VmRSS') => Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** A signed POST of a JSON service, as bytes. */
function signedRequest(emulator, target, body, service = 'states') {
    const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_DEFAULT_REGION: region } = emulator.exports;
    const host = new URL(emulator.endpoint).host;
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d+/g, ''), day = amzDate.slice(0, 8);
    const hash = (text) => createHash('sha256').update(text).digest('hex');
    const sign = (key, text) => createHmac('sha256', key).update(text).digest();
    const headers = { 'content-type': 'application/x-amz-json-1.0', host, 'x-amz-content-sha256': hash(body), 'x-amz-date': amzDate, 'x-amz-target': target };
    const names = Object.keys(headers).join(';');
    const canonical = ['POST', '/', '', ...Object.entries(headers).map(([n, v]) => `${n}:${v}`), '', names, hash(body)].join('\n');
    const scope = `${day}/${region}/${service}/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', amzDate, scope, hash(canonical)].join('\n');
    const key = [service, 'aws4_request'].reduce(sign, sign(sign(`AWS4${secret}`, day), region));
    const signature = createHmac('sha256', key).update(text).digest('hex');
    const lines = [`POST / HTTP/1.1`, ...Object.entries(headers).map(([n, v]) => `${n}: ${v}`),
        `authorization: AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
        'user-agent: aws-sdk-js/3.1090.0 os/linux lang/js md/nodejs#22.23.3 api/sfn#3.1090.0', 'amz-sdk-request: attempt=1; max=3',
        'amz-sdk-invocation-id: 6f672759-815d-42fc-8c58-e8d65b80759b', `content-length: ${Buffer.byteLength(body)}`];
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function load(port, pid, { connections = 8, requests = 100_000, request } = {}) {
    const args = ['--port', port, '--pid', pid, '--connections', connections, '--requests', requests];
    if (request) {
        writeFileSync(join(scratch, 'request'), request);
        args.push('--request', join(scratch, 'request'));
    }
    const told = JSON.parse(execFileSync(tool('load'), args.map(String), { encoding: 'utf8' }));
    if (told.failed) throw new Error(`${told.failed} requests failed`);
    return told;
}

async function bareServer() {
    const child = spawn(tool('bare_http'), ['0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise((resolve) => child.stdout.once('data', (d) => resolve(String(d))));
    return { pid: child.pid, port: Number(/(\d+)\s*$/.exec(line)[1]), end: () => child.kill() };
}

const roleArn = (emulator, account) => `arn:aws:iam::${account}:role/r`;
const states = (emulator, operation, input, key = 'test') => callJson(emulator.endpoint, `AWSStepFunctions.${operation}`, input, { key });

async function makeMachine(emulator, name, definition) {
    const form = new URLSearchParams({ Action: 'CreateRole', Version: '2010-05-08', RoleName: 'r', AssumeRolePolicyDocument: trust });
    await fetch(emulator.endpoint, { method: 'POST', body: form });
    const made = await states(emulator, 'CreateStateMachine', { name, definition: JSON.stringify(definition), roleArn: roleArn(emulator, '000000000000') });
    if (made.status !== 200) throw new Error(JSON.stringify(made.body));
    return made.body.stateMachineArn;
}

/** Runs an execution to its end; the CPU that the emulator took, in seconds, and how many states were entered. */
async function runOnce(emulator, stateMachineArn, input) {
    const before = cpu(emulator.pid);
    const { executionArn } = (await states(emulator, 'StartExecution', { stateMachineArn, input })).body;
    const done = await until(async () => {
        const now = (await states(emulator, 'DescribeExecution', { executionArn })).body;
        return now.status === 'RUNNING' ? null : now;
    }, { pause: 50 });
    if (done.status !== 'SUCCEEDED') throw new Error(done.cause);
    return { seconds: cpu(emulator.pid) - before, executionArn };
}

async function transitions(emulator, machine, input, perRun, runs) {
    const figures = [];
    for (let set = 0; set < 3; set++) {
        let seconds = 0;
        for (let i = 0; i < runs; i++) seconds += (await runOnce(emulator, machine, input)).seconds;
        figures.push((seconds / (perRun * runs)) * 1e6);
    }
    return median(figures);
}

/** Forecasts beside R's, where R and its package forecast are installed, and AutoPredictor beside the seasonal naive. */
function forecasts() {
    const node = process.execPath, data = join(scratch, 'series'), script = join(root, 'tests', 'bench', 'forecast.R');
    execFileSync(node, [join(root, 'fixtures', 'make_series.mjs'), data]);
    const ours = (file, frequency, horizon, algorithm) => JSON.parse(execFileSync(tool('bench_forecast'), [join(data, `${file}.csv`), frequency, horizon, algorithm].map(String), { encoding: 'utf8' }));
    const r = (...args) => execFileSync('Rscript', [script, ...args.map(String)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    let hasR = true;
    try {
        r('--real', data);
    } catch {
        hasR = false;
        console.log('R or its package forecast is missing: ETS and ARIMA are not compared');
    }
    const files = [['monthly', 'M', 12, 12], ['weekly', 'W', 52, 13], ['daily', 'D', 7, 14], ['hourly', 'H', 24, 24, 10]];
    if (hasR) files.push(['real_monthly', 'M', 12, 12], ['real_yearly', 'Y', 1, 10]);
    for (const [file, frequency, season, horizon, most] of files) {
        const inR = hasR ? JSON.parse(r(join(data, `${file}.csv`), season, horizon, ...(most ? [most] : []))) : null;
        if (most) {
            const lines = readFileSync(join(data, `${file}.csv`), 'utf8').split('\n'), items = [...new Set(lines.slice(1).map((l) => l.split(',')[0]))].slice(0, most);
            writeFileSync(join(data, `${file}_few.csv`), lines.filter((l, i) => i === 0 || items.includes(l.split(',')[0])).join('\n'));
        }
        for (const algorithm of ['ETS', 'ARIMA']) {
            const told = ours(most ? `${file}_few` : file, frequency, horizon, algorithm);
            row(`${file}: ${algorithm}, sMAPE of ${told.items} series`, told.smape.toFixed(2), inR ? `${(told.smape / inR[algorithm]).toFixed(3)} × R (${inR[algorithm].toFixed(2)})` : '');
        }
        const auto = ours(file, frequency, horizon, 'AutoPredictor'), naive = ours(file, frequency, horizon, 'Seasonal naive');
        row(`${file}: AutoPredictor, mean wQL; p10 to p90 hold ${(auto.inside * 100).toFixed(1)} %`, auto.wql.toFixed(4), `${(auto.wql / naive.wql).toFixed(3)} × seasonal naive`);
    }
    const thousand = ours('thousand', 'D', 14, 'AutoPredictor');
    row('1,000 series × 365: AutoPredictor, CPU and most memory', `${thousand.cpu_s.toFixed(1)} s`, `${thousand.peak_MiB} MiB; longest part ${thousand.longest_part_ms} ms`);
}

const benches = {
    forecast: forecasts,
    async describe() {
        const definition = { StartAt: 'Done', States: { Done: { Type: 'Succeed' } } };
        const bare = await bareServer();
        const open = await start(['sandbox', '--memory']);
        writeFileSync(join(scratch, 'teams.csv'), 'name,account\nbench,111122223333\n');
        const strict = await start(['sandbox', '--memory', '--auth', 'strict', '--teams', join(scratch, 'teams.csv')]);
        try {
            const openMachine = await makeMachine(open, 'm', definition);
            const strictMachine = await strictCreate(strict, definition);
            const ratios = { open: [], strict: [] }, figures = { bare: [], open: [], strict: [] };
            for (let round = 0; round < 5; round++) {
                const same = signedRequest(open, 'AWSStepFunctions.DescribeStateMachine', JSON.stringify({ stateMachineArn: openMachine }));
                const bareCpu = load(bare.port, bare.pid, { request: same }).cpu_us_per_request;
                figures.bare.push(bareCpu);
                for (const [name, emulator, arn] of [['open', open, openMachine], ['strict', strict, strictMachine]]) {
                    const request = signedRequest(emulator, 'AWSStepFunctions.DescribeStateMachine', JSON.stringify({ stateMachineArn: arn }));
                    const took = load(new URL(emulator.endpoint).port, emulator.pid, { request, requests: 100_000 }).cpu_us_per_request;
                    figures[name].push(took);
                    ratios[name].push(took / bareCpu);
                }
            }
            row('bare libuv + llhttp server, CPU a request', `${median(figures.bare).toFixed(2)} µs`);
            row('signed DescribeStateMachine, signatures verified, CPU a request', `${median(figures.strict).toFixed(2)} µs`, `${median(ratios.strict).toFixed(2)} × bare`);
            row('signed DescribeStateMachine, open credentials, CPU a request', `${median(figures.open).toFixed(2)} µs`, `${median(ratios.open).toFixed(2)} × bare`);
        } finally {
            bare.end();
            await open.kill();
            await strict.kill();
        }
    },

    /** QueryForecast of one of fifty items in turn would be fifty requests: one is asked again and again, as a page does. */
    async query() {
        const bare = await bareServer();
        const emulator = await start(['sandbox', '--memory', '--speed', '1000']);
        const ask = async (operation, input) => (await callJson(emulator.endpoint, `AmazonForecast.${operation}`, input, { version: '1.1', service: 'forecast' })).body;
        const rests = (operation, input) => until(async () => !/PENDING|PROGRESS/.test((await ask(operation, input)).Status), { tries: 4000 });
        try {
            const rows = Array.from({ length: 50 * 100 }, (_, i) => `item${Math.floor(i / 100)},${new Date(Date.UTC(2026, 0, 1 + (i % 100))).toISOString().slice(0, 10)},${10 + (i % 7)}\n`).join('');
            await fetch(`${emulator.endpoint}/bucket`, { method: 'PUT' });
            await fetch(`${emulator.endpoint}/bucket/f.csv`, { method: 'PUT', body: rows });
            const Attributes = [['item_id', 'string'], ['timestamp', 'timestamp'], ['demand', 'float']].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
            const { DatasetArn } = await ask('CreateDataset', { DatasetName: 'd', Domain: 'RETAIL', DatasetType: 'TARGET_TIME_SERIES', DataFrequency: 'D', Schema: { Attributes } });
            await rests('DescribeDatasetImportJob', await ask('CreateDatasetImportJob', { DatasetImportJobName: 'i', DatasetArn, DataSource: { S3Config: { Path: 's3://bucket/f.csv', RoleArn: roleArn(emulator, '000000000000') } } }));
            const { DatasetGroupArn } = await ask('CreateDatasetGroup', { DatasetGroupName: 'g', Domain: 'RETAIL', DatasetArns: [DatasetArn] });
            const predictor = await ask('CreateAutoPredictor', { PredictorName: 'p', ForecastHorizon: 14, ForecastFrequency: 'D', DataConfig: { DatasetGroupArn } });
            await rests('DescribeAutoPredictor', predictor);
            const forecast = await ask('CreateForecast', { ForecastName: 'f', ...predictor });
            await rests('DescribeForecast', forecast);
            const request = signedRequest(emulator, 'AmazonForecastRuntime.QueryForecast', JSON.stringify({ ...forecast, Filters: { item_id: 'item7' } }), 'forecast');
            const ratios = [], figures = [];
            for (let round = 0; round < 5; round++) {
                const bareCpu = load(bare.port, bare.pid, { request }).cpu_us_per_request;
                const took = load(new URL(emulator.endpoint).port, emulator.pid, { request }).cpu_us_per_request;
                figures.push(took);
                ratios.push(took / bareCpu);
            }
            row('signed QueryForecast, 14 steps of three quantiles, CPU a request', `${median(figures).toFixed(2)} µs`, `${median(ratios).toFixed(2)} × bare`);
        } finally {
            bare.end();
            await emulator.kill();
        }
    },

    async machine() {
        const emulator = await start(['sandbox', '--memory']);
        try {
            const loop = await makeMachine(emulator, 'loop', {
                StartAt: 'More',
                States: {
                    More: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericLessThan: 1000, Next: 'Add' }], Default: 'Done' },
                    Add: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'More' },
                    Done: { Type: 'Succeed' },
                },
            });
            row('state transition with full history, 1,000-turn Choice loop, CPU', `${(await transitions(emulator, loop, '{"n":0}', 2002, 20)).toFixed(2)} µs`);
        } finally {
            await emulator.kill();
        }
    },

    async map() {
        const emulator = await start(['sandbox', '--memory']);
        try {
            const machine = await makeMachine(emulator, 'map', {
                StartAt: 'Each',
                States: {
                    Each: { Type: 'Map', End: true, ItemProcessor: { StartAt: 'One', States: { One: { Type: 'Pass', Parameters: { 'n.$': '$' }, End: true } } } },
                },
            });
            const items = JSON.stringify(Array.from({ length: 1000 }, (_, i) => i));
            row('item of a Map over 1,000 items, CPU', `${(await transitions(emulator, machine, items, 1000, 20)).toFixed(2)} µs`);
            const children = await makeMachine(emulator, 'children', {
                StartAt: 'Each',
                States: {
                    Each: { Type: 'Map', End: true, ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, StartAt: 'One', States: { One: { Type: 'Pass', Parameters: { 'n.$': '$' }, End: true } } } },
                },
            });
            const empty = memoryMiB(emulator.pid);
            const many = JSON.stringify(Array.from({ length: 10_000 }, (_, i) => i));
            const { seconds } = await runOnce(emulator, children, many);
            row('child execution of a distributed Map over 10,000 items, CPU', `${((seconds / 10_000) * 1e6).toFixed(2)} µs`, `${(memoryMiB(emulator.pid) - empty).toFixed(0)} MiB for all`);
            const idle = await makeMachine(emulator, 'idle', { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1_000_000, End: true } } });
            const before = memoryMiB(emulator.pid);
            const request = signedRequest(emulator, 'AWSStepFunctions.StartExecution', JSON.stringify({ stateMachineArn: idle }));
            load(new URL(emulator.endpoint).port, emulator.pid, { request, requests: 10_000 });
            await sleep(300);
            row('waiting execution, memory each (10,000 at once)', `${(((memoryMiB(emulator.pid) - before) * 1024) / 10_000).toFixed(1)} KiB`);
        } finally {
            await emulator.kill();
        }
    },

    async start() {
        const firstAnswer = async (command, args, port) => {
            const began = performance.now();
            const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
            const request = `POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-amz-target: AWSStepFunctions.ListStateMachines\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 2\r\n\r\n{}`;
            writeFileSync(join(scratch, 'first'), request);
            const { connect } = await import('node:net');
            const ask = () => new Promise((resolve) => {
                const socket = connect(port, '127.0.0.1', () => socket.write(request));
                socket.on('data', () => (socket.destroy(), resolve(true)));
                socket.on('error', () => resolve(false));
            });
            while (!(await ask()));
            const took = performance.now() - began;
            await sleep(200);
            const memory = memoryMiB(child.pid);
            child.kill();
            await new Promise((resolve) => child.on('exit', resolve));
            return { took, memory };
        };
        const bare = [], ours = [], kept = [], memory = [];
        for (let i = 0; i < 15; i++) {
            bare.push((await firstAnswer(tool('bare_http'), ['45701'], 45701)).took);
            const one = await firstAnswer(join(root, 'build', 'rehearse'), ['run', 'sandbox', '--memory', '--port', '45702'], 45702);
            ours.push(one.took);
            memory.push(one.memory);
            kept.push((await firstAnswer(join(root, 'build', 'rehearse'), ['run', 'sandbox', '--port', '45703', '--data', join(scratch, 'start')], 45703)).took);
        }
        row('bare server, start to first answer', `${median(bare).toFixed(1)} ms`);
        row('start to first answer, --memory', `${median(ours).toFixed(1)} ms`, `${(median(ours) / median(bare)).toFixed(2)} × bare`);
        row('start to first answer, with a data folder', `${median(kept).toFixed(1)} ms`, `${(median(kept) / median(bare)).toFixed(2)} × bare`);
        row('idle memory (VmRSS), --memory', `${median(memory).toFixed(1)} MiB`);
    },

    // "Equal batches": the bare writer's rows are as large, and its commits as many rows, as the emulator's were in the same round.
    async durable() {
        const tally = async (emulator) => {
            const text = await (await fetch(`${emulator.endpoint}/metrics`)).text();
            return ['commits', 'rows', 'bytes'].map((what) => Number(new RegExp(`^rehearse_journal_${what}_total (\\d+)`, 'm').exec(text)[1]));
        };
        const bareRows = (perCommit, bytes) => {
            const told = execFileSync(tool('bare_sqlite'), [mkdtempSync(join(scratch, 'bare-')), '10000', String(perCommit), String(bytes)], { encoding: 'utf8' });
            return Number(/^(\d+) rows/.exec(told)[1]);
        };
        const rounds = [];
        for (let round = 0; round < 5; round++) {
            const emulator = await start(['sandbox', '--data', join(scratch, `durable-${round}`)]);
            const machine = await makeMachine(emulator, 'm', { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1_000_000, End: true } } });
            const request = signedRequest(emulator, 'AWSStepFunctions.StartExecution', JSON.stringify({ stateMachineArn: machine, input: '{"order":"a unicorn"}' }));
            const before = await tally(emulator);
            const told = load(new URL(emulator.endpoint).port, emulator.pid, { request, requests: 10_000, connections: 32 });
            const [commits, rows, bytes] = (await tally(emulator)).map((after, i) => after - before[i]);
            await emulator.kill('SIGKILL');
            const again = await start(['sandbox', '--data', join(scratch, `durable-${round}`)]);
            let count = 0, nextToken;
            do {
                const page = (await states(again, 'ListExecutions', { stateMachineArn: machine, maxResults: 1000, nextToken })).body;
                count += page.executions.length;
                nextToken = page.nextToken;
            } while (nextToken);
            if (count !== 10_000) throw new Error(`${10_000 - count} acknowledged executions are lost`);
            await again.kill();
            const perCommit = Math.round(rows / commits), rowBytes = Math.round(bytes / rows);
            rounds.push({ starts: told.per_second, perCommit, rowBytes, equal: bareRows(perCommit, rowBytes), small: bareRows(32, 600) });
        }
        const middle = (figure) => median(rounds.map(figure));
        row(`bare SQLite writer, rows of ${middle((r) => r.rowBytes)} B, ${middle((r) => r.perCommit)} a commit, as ours were`, `${middle((r) => r.equal).toFixed(0)} rows/s`);
        row('bare SQLite writer, rows of 600 B, 32 a commit', `${middle((r) => r.small).toFixed(0)} rows/s`);
        row('durable StartExecution, 32 clients, none lost after kill -9', `${middle((r) => r.starts).toFixed(0)} /s`,
            `${middle((r) => r.starts / r.equal).toFixed(2)} × rows in equal batches, ${middle((r) => r.starts / r.small).toFixed(2)} × small rows, 32 a commit`);
    },

    async objects() {
        const bare = await bareServer();
        const emulator = await start(['sandbox', '--memory']);
        const { port } = new URL(emulator.endpoint), object = `${emulator.endpoint}/bench/k`;
        try {
            await fetch(`${emulator.endpoint}/bench`, { method: 'PUT' });
            await fetch(object, { method: 'PUT', body: 'x'.repeat(1024) });
            const content = 'x'.repeat(1024), streamed = 'PutObject as SDKs stream it';
            const requests = { GetObject: s3Request(emulator, 'GET', '/bench/k', ''), PutObject: s3Request(emulator, 'PUT', '/bench/k', content), [streamed]: s3StreamedPut(emulator, '/bench/k', content) };
            const ratios = {}, figures = {};
            for (const name of Object.keys(requests)) ratios[name] = [], figures[name] = [];
            for (let round = 0; round < 5; round++) {
                for (const [name, request] of Object.entries(requests)) {
                    const bareCpu = load(bare.port, bare.pid, { request, requests: 50_000 }).cpu_us_per_request;
                    const took = load(port, emulator.pid, { request, requests: 50_000 }).cpu_us_per_request;
                    figures[name].push(took);
                    ratios[name].push(took / bareCpu);
                }
            }
            for (const name of Object.keys(requests))
                row(`${name}, 1 KiB, CPU a request`, `${median(figures[name]).toFixed(2)} µs`, `${median(ratios[name]).toFixed(2)} × bare`);
            await largeObject(emulator);
        } finally {
            bare.end();
            await emulator.kill();
        }
    },

    async handlers() {
        const emulator = await start(['sandbox', '--memory']);
        const path = '/2015-03-31/functions', name = 'warm';
        const create = (FunctionName) => fetch(`${emulator.endpoint}${path}`, { method: 'POST', body: JSON.stringify({ FunctionName, Runtime: 'python3.11', Handler: 'app.handler',
            Role: 'arn:aws:iam::000000000000:role/r', Code: { ZipFile: zip({ 'app.py': 'def handler(event, context):\n    return event\n' }).toString('base64') } }) });
        const invoke = (FunctionName) => fetch(`${emulator.endpoint}${path}/${FunctionName}/invocations`, { method: 'POST', body: '{"a":1}' }).then(async (reply) => {
            const text = await reply.text();
            if (text !== '{"a": 1}' && text !== '{"a":1}') throw new Error(text);
        });
        const milliseconds = async (work) => {
            const begun = performance.now();
            await work();
            return performance.now() - begun;
        };
        try {
            const cold = [], bare = [];
            for (let round = 0; round < 7; round++) {
                await create(`cold-${round}`);
                await sleep(300);
                bare.push(await milliseconds(() => execFileSync('/usr/bin/python3', ['-c', 'pass'])));
                cold.push(await milliseconds(() => invoke(`cold-${round}`)));
            }
            await create(name);
            await sleep(300);
            await invoke(name);
            const body = '{"a":1}', request = [`POST ${path}/${name}/invocations HTTP/1.1`, `host: ${new URL(emulator.endpoint).host}`, `content-length: ${body.length}`, '', body].join('\r\n');
            const told = load(new URL(emulator.endpoint).port, emulator.pid, { request, requests: 2000, connections: 1 });
            row('warm Python handler, from request to answer, median', `${(told.p50_us / 1000).toFixed(2)} ms`);
            row('bare python3 -c pass', `${median(bare).toFixed(0)} ms`);
            row('cold Python handler, from request to answer', `${median(cold).toFixed(0)} ms`, `${(median(cold) / median(bare)).toFixed(2)} × bare`);
        } finally {
            await emulator.kill();
        }
    },

    async jsonata() {
        process.stdout.write(execFileSync(process.execPath, [join(root, 'tests', 'bench', 'bench_jsonata.mjs'), tool('bench_jsonata')], { encoding: 'utf8' }));
    },

    async script() {
        const told = execFileSync(tool('bench_script'), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
        process.stdout.write(told.replace(/^\[.*\n/gm, ''));
    },

    async xgboost() {
        process.stdout.write(execFileSync(tool('bench_xgboost'), { encoding: 'utf8' }));
    },

    async json() {
        process.stdout.write(execFileSync(tool('bench_json'), { encoding: 'utf8' }));
    },
};

/** A request of S3's as bytes; open mode looks at no signature. */
function s3Request(emulator, method, path, body, headers = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }) {
    const amzDate = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const lines = [`${method} ${path} HTTP/1.1`, `host: ${new URL(emulator.endpoint).host}`, `x-amz-date: ${amzDate}`, ...Object.entries(headers).map(([n, v]) => `${n}: ${v}`),
        `authorization: AWS4-HMAC-SHA256 Credential=test/${amzDate.slice(0, 8)}/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${'0'.repeat(64)}`,
        'user-agent: aws-sdk-js/3.1090.0 os/linux lang/js md/nodejs#22.23.3 api/s3#3.1090.0', ...(body ? [`content-length: ${body.length}`] : [])];
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** As the AWS SDKs send a stream: in aws-chunked frames, its CRC32 behind it. */
function s3StreamedPut(emulator, path, content) {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(content));
    const body = `${content.length.toString(16)}\r\n${content}\r\n0\r\nx-amz-checksum-crc32:${sum.toString('base64')}\r\n\r\n`;
    return s3Request(emulator, 'PUT', `${path}?x-id=PutObject`, body, {
        'content-type': 'application/octet-stream', 'content-encoding': 'aws-chunked', 'x-amz-decoded-content-length': content.length, 'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-sdk-checksum-algorithm': 'CRC32', 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-user-agent': 'aws-sdk-js/3.1168.0',
        'amz-sdk-invocation-id': '405cbee5-9c46-4863-bee0-56022babb12c', 'amz-sdk-request': 'attempt=1; max=3',
    });
}

const nginxPort = 45704, partSize = 8 << 20, partsAtOnce = 10;

/** nginx that serves a folder, and takes what is PUT below its "dav". */
async function startNginx(folder) {
    const dav = join(folder, 'dav'), temporary = join(folder, 'temporary');
    for (const one of [dav, temporary]) mkdirSync(one), chmodSync(one, 0o777); /* its workers are somebody else */
    writeFileSync(join(folder, 'conf'), `daemon off; pid ${folder}/pid; error_log ${folder}/err; events {} http { access_log off; sendfile on; client_body_temp_path ${temporary}; client_max_body_size 0;
        server { listen 127.0.0.1:${nginxPort}; root ${folder}; location /dav/ { dav_methods PUT; } } }`);
    const nginx = spawn('nginx', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
    await until(() => fetch(`http://127.0.0.1:${nginxPort}/conf`).then((r) => r.ok, () => false), { pause: 50 });
    return nginx;
}

/** Files sent by one client, ten at once, as `aws s3 cp` and the SDKs' Upload send the parts of a large object; seconds. */
function sendParts(files, urlOf) {
    const transfers = files.flatMap((file, i) => ['-o', '/dev/null', '-T', file, urlOf(i + 1)]);
    const begun = performance.now();
    execFileSync('curl', ['-sSf', '--no-progress-meter', '--parallel', '--parallel-immediate', '--parallel-max', String(partsAtOnce), ...transfers]);
    return (performance.now() - begun) / 1000;
}

/** 100 MiB up and down, whole and in parts, beside nginx that serves and takes the same files; one after the other, so that all see
 * the same machine. */
async function largeObject(emulator) {
    const folder = mkdtempSync(join(scratch, 'nginx-')), file = join(folder, 'large'), bytes = randomBytes(100 << 20), parts = [];
    chmodSync(scratch, 0o755), chmodSync(folder, 0o755);
    writeFileSync(file, bytes, { mode: 0o644 });
    for (let at = 0; at < bytes.length; at += partSize) {
        parts.push(join(folder, `part-${parts.length + 1}`));
        writeFileSync(parts.at(-1), bytes.subarray(at, at + partSize));
    }
    const nginx = await startNginx(folder);
    const seconds = (...args) => Number(execFileSync('curl', ['-sf', '-o', '/dev/null', '-w', '%{time_total}', ...args], { encoding: 'utf8' }));
    const url = `${emulator.endpoint}/bench/large`, dav = `http://127.0.0.1:${nginxPort}/dav`, figures = { up: [], down: [], parts: [], serving: [], taking: [], takingParts: [] };
    try {
        for (let round = 0; round < 7; round++) {
            figures.serving.push(seconds(`http://127.0.0.1:${nginxPort}/large`));
            figures.taking.push(seconds('-T', file, `${dav}/large`));
            figures.up.push(seconds('-T', file, url));
            figures.down.push(seconds(url));
            figures.takingParts.push(sendParts(parts, (i) => `${dav}/part-${i}`));
            const id = /<UploadId>([^<]+)/.exec(await (await fetch(`${url}?uploads`, { method: 'POST' })).text())[1];
            figures.parts.push(sendParts(parts, (i) => `${url}?partNumber=${i}&uploadId=${id}`));
            await fetch(`${url}?uploadId=${id}`, { method: 'DELETE' });
        }
    } finally {
        nginx.kill();
    }
    const ms = (name) => `${(median(figures[name]) * 1000).toFixed(0)} ms`, ratio = (name, other) => (median(figures[name]) / median(figures[other])).toFixed(2);
    row('nginx serving 100 MiB, taking it, taking it in 13 parts', `${ms('serving')}, ${ms('taking')}, ${ms('takingParts')}`);
    row('100 MiB object down', ms('down'), `${ratio('down', 'serving')} × nginx`);
    row('100 MiB object up, in one PUT (its MD5 is one chain)', ms('up'), `${ratio('up', 'taking')} × nginx, ${ratio('up', 'serving')} × nginx serving it`);
    row('100 MiB object up, in 13 parts, ten at once', ms('parts'), `${ratio('parts', 'takingParts')} × nginx, ${ratio('parts', 'serving')} × nginx serving it`);
    row('most memory meanwhile (VmHWM)', `${memoryMiB(emulator.pid, 'VmHWM').toFixed(1)} MiB`);
}

/** A machine behind verified signatures: signed calls all the way. */
async function strictCreate(emulator, definition) {
    const send = async (target, body) => {
        const text = signedRequest(emulator, target, JSON.stringify(body));
        const [head, content] = text.split('\r\n\r\n');
        const headers = Object.fromEntries(head.split('\r\n').slice(1).map((l) => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 2)]).filter(([n]) => !['host', 'content-length'].includes(n)));
        const answer = await (await fetch(emulator.endpoint, { method: 'POST', headers, body: content })).json();
        if (answer.__type) throw new Error(JSON.stringify(answer));
        return answer;
    };
    const made = await send('AWSStepFunctions.CreateStateMachine', { name: 'm', definition: JSON.stringify(definition), roleArn: 'arn:aws:iam::111122223333:role/r' });
    return made.stateMachineArn;
}

try {
    for (const [name, bench] of Object.entries(benches)) if (!only.length || only.includes(name)) await bench();
} finally {
    rmSync(scratch, { recursive: true, force: true });
}
