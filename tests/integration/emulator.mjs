// Starts the emulator for a test and speaks to it. Every test has its own, on a port of its own, in memory unless told.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
export const binary = process.env.REHEARSE_BINARY ?? join(root, 'build', 'rehearse');

const started = new Set();
process.on('exit', () => started.forEach((child) => child.kill('SIGKILL')));

/** Nobody waits for a child that runs: a test that fails before it ends its emulator shall not hold up all others. */
function leaveAlone(child) {
    for (const handle of [child, child.stdout, child.stderr]) handle.unref();
}

/** Runs `rehearse run ARGS --port 0` until Ready. Resolves to { endpoint, exports, kill(signal), stopped, output() }. */
export function start(args = ['sandbox', '--memory'], { port = 0, env = {}, program = binary } = {}) {
    const child = spawn(program, ['run', ...args, '--port', String(port)], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...env },
    });
    let text = '', ready = false;
    started.add(child);
    child.on('exit', () => started.delete(child));
    const stopped = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
    const end = () => {
        child.ref();
        return stopped;
    };
    return new Promise((resolve, reject) => {
        const failed = (why) => reject(new Error(`${why}\n${text}`));
        const timer = setTimeout(() => failed('the emulator did not say Ready.'), 60_000);
        const heard = (chunk) => {
            text += chunk;
            if (ready || !/^Ready\.$/m.test(text)) return;
            ready = true;
            clearTimeout(timer);
            leaveAlone(child);
            const exports = Object.fromEntries([...text.matchAll(/^\s*export (\w+)=(.*)$/gm)].map((m) => [m[1], m[2]]));
            resolve({
                endpoint: exports.AWS_ENDPOINT_URL,
                exports,
                pid: child.pid,
                output: () => text,
                get stopped() {
                    return end();
                },
                async kill(signal = 'SIGTERM') {
                    child.kill(signal);
                    return end();
                },
            });
        };
        child.stdout.on('data', heard);
        child.stderr.on('data', (chunk) => (text += chunk));
        child.on('error', (error) => failed(error.message));
        stopped.then(({ code, signal }) => {
            clearTimeout(timer);
            failed(`the emulator ended: ${code ?? signal}`);
        });
    });
}

/** What an SDK client needs to speak to it. */
export function client(emulator, more = {}) {
    return {
        endpoint: emulator.endpoint,
        region: emulator.exports.AWS_DEFAULT_REGION,
        credentials: {
            accessKeyId: emulator.exports.AWS_ACCESS_KEY_ID,
            secretAccessKey: emulator.exports.AWS_SECRET_ACCESS_KEY,
        },
        disableHostPrefix: true,
        maxAttempts: 1,
        ...more,
    };
}

/** One call of a JSON service without an SDK: { status, body }. */
export async function callJson(endpoint, target, body, { version = '1.0', service = 'states', key = 'test', headers = {} } = {}) {
    const day = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const answer = await fetch(endpoint, {
        method: 'POST',
        headers: {
            'content-type': `application/x-amz-json-${version}`,
            'x-amz-target': target,
            'x-amz-date': day,
            authorization:
                `AWS4-HMAC-SHA256 Credential=${key}/${day.slice(0, 8)}/us-east-1/${service}/aws4_request, ` +
                `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
            ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : {} };
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks again and again until `ask` gives something; fails after two minutes, which a machine with much else to do may need. */
export async function until(ask, { pause = 25, what = 'it' } = {}) {
    const end = performance.now() + 120_000;
    do {
        const found = await ask();
        if (found) return found;
        await sleep(pause);
    } while (performance.now() < end);
    throw new Error(`waited in vain for ${what}`);
}

/** How the SDK's waiters ask. */
export const waiting = (client) => ({ client, maxWaitTime: 120, minDelay: 0.05, maxDelay: 1 });

export const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
