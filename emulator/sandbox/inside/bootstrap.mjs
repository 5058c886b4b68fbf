// The runtime of Node handlers: loads the handler, asks the Lambda Runtime API for invocations, answers. Ours, written against
// the public description of that API; it speaks to the emulator's Unix socket itself.
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import util from 'node:util';

const VERSION = '/2018-06-01/runtime';
const taskRoot = process.env.LAMBDA_TASK_ROOT;
const socketPath = process.env.REHEARSE_RUNTIME_SOCKET;
delete process.env.REHEARSE_RUNTIME_SOCKET;

// ---- the Runtime API ----

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function ask(method, where, body, headers = {}) {
    return new Promise((resolve, reject) => {
        const request = http.request({ socketPath, method, path: VERSION + where, agent, headers }, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('end', () => resolve({ headers: answer.headers, body: Buffer.concat(parts) }));
        });
        request.on('error', reject);
        request.end(body);
    });
}

const post = (where, text, headers) =>
    ask('POST', where, text, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });

// ---- errors ----

class RuntimeError extends Error {
    constructor(kind, message) {
        super(message);
        this.name = `Runtime.${kind}`;
    }
}

function payloadOf(error) {
    if (!util.types.isNativeError(error))
        return { errorType: typeof error, errorMessage: String(error), trace: [] };
    const { name, message, stack = '', ...own } = error;
    return { errorType: error.name ?? 'Error', errorMessage: error.message, ...own, trace: stack.split('\n') };
}

function tell(title, error) {
    const { errorType, errorMessage, trace, ...own } = payloadOf(error);
    write('ERROR', `${title}\t${JSON.stringify({ errorType, errorMessage, ...own, stack: trace })}`);
}

// ---- the console, as Lambda's: time, request and level before each message ----

let requestId = 'undefined';

function write(level, text) {
    process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text.replaceAll('\n', '\r')}\n`);
}

for (const [method, level] of Object.entries({ log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', trace: 'TRACE' }))
    console[method] = (...words) => write(level, util.format(...words));

// ---- the handler ----

function isModule(file) {
    if (file.endsWith('.mjs')) return true;
    if (!file.endsWith('.js')) return false;
    for (let folder = path.dirname(file); folder.startsWith(taskRoot); folder = path.dirname(folder)) {
        const manifest = path.join(folder, 'package.json');
        if (existsSync(manifest)) return JSON.parse(readFileSync(manifest, 'utf8')).type === 'module';
    }
    return false;
}

async function load(file) {
    if (isModule(file)) return import(pathToFileURL(file).href);
    return createRequire(path.join(taskRoot, 'package.json'))(file);
}

async function loadHandler(text) {
    const folder = path.dirname(text), base = path.basename(text);
    const [moduleName, ...names] = base.split('.');
    if (!moduleName || !names.length || text.includes('..'))
        throw new RuntimeError('MalformedHandlerName', 'Bad handler');
    const stem = path.resolve(taskRoot, folder, moduleName);
    const file = ['', '.js', '.mjs', '.cjs'].map((ending) => stem + ending).find((name) => existsSync(name) && path.extname(name));
    let loaded;
    try {
        if (!file) throw Object.assign(new Error(`Cannot find module '${moduleName}'`), { code: 'MODULE_NOT_FOUND' });
        loaded = await load(file);
    } catch (error) {
        if (error instanceof SyntaxError) throw new RuntimeError('UserCodeSyntaxError', String(error));
        if (['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(error?.code)) throw new RuntimeError('ImportModuleError', String(error));
        throw error;
    }
    const step = (from) => names.reduce((thing, name) => thing?.[name], from);
    const handler = step(loaded) ?? step(loaded.default);
    if (handler === undefined) throw new RuntimeError('HandlerNotFound', `${text} is undefined or not exported`);
    if (typeof handler !== 'function') throw new RuntimeError('HandlerNotFound', `${text} is not a function`);
    return handler;
}

// ---- an invocation ----

function contextOf(headers, settle) {
    const deadline = Number(headers['lambda-runtime-deadline-ms'] ?? 0), told = headers['lambda-runtime-client-context'];
    const { env } = process;
    const context = {
        callbackWaitsForEmptyEventLoop: true,
        functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
        functionName: env.AWS_LAMBDA_FUNCTION_NAME,
        memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
        logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
        logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
        clientContext: told ? JSON.parse(told) : undefined,
        identity: undefined,
        invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
        awsRequestId: headers['lambda-runtime-aws-request-id'],
        getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
        done: (error, result) => (error ? settle.reject(error) : settle.resolve(result)),
        succeed: (result) => settle.resolve(result),
        fail: (error) => settle.reject(error),
    };
    return context;
}

/** A promise, a callback or context.done(): whichever settles first. */
function invoke(handler, event, headers) {
    return new Promise((resolve, reject) => {
        const context = contextOf(headers, { resolve, reject });
        let told; // by the callback: it counts once nothing else is to be done
        const end = () => (told?.error ? reject(told.error) : resolve(told?.result));
        const callback = (error, result) => {
            told ??= { error, result };
            if (!context.callbackWaitsForEmptyEventLoop) setImmediate(end);
        };
        const returned = handler(event, context, callback);
        if (returned && typeof returned.then === 'function') returned.then(resolve, reject);
        else process.once('beforeExit', end);
    });
}

const peak = () => ({ 'Rehearse-Peak-Mb': String(Math.floor(process.resourceUsage().maxRSS / 1024)) });

async function answerError(error) {
    const payload = payloadOf(error);
    await post(`/invocation/${requestId}/error`, JSON.stringify(payload), { 'Lambda-Runtime-Function-Error-Type': encodeURIComponent(payload.errorType), ...peak() });
}

let running = false;

/** What nobody caught ends the process, after it was told; AWS does the same. */
async function crash(error, kind) {
    tell(kind, error);
    if (running) await answerError(error);
    process.exit(129);
}
process.on('uncaughtException', (error) => crash(error, 'Uncaught Exception'));
process.on('unhandledRejection', (reason) => {
    const error = new RuntimeError('UnhandledPromiseRejection', util.types.isNativeError(reason) ? String(reason) : util.format(reason));
    crash(Object.assign(error, { reason: payloadOf(reason) }), 'Unhandled Promise Rejection');
});

async function serve(handler, fault) {
    const { headers, body } = await ask('GET', '/invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] ?? '';
    running = true;
    try {
        if (fault) throw fault;
        const result = await invoke(handler, JSON.parse(body.toString()), headers);
        const text = JSON.stringify(result === undefined ? null : result) ?? 'null';
        running = false;
        await post(`/invocation/${requestId}/response`, text, peak());
    } catch (error) {
        running = false;
        tell(fault ? 'Uncaught Exception' : 'Invoke Error', error);
        await answerError(error);
    }
}

let handler, fault;
try {
    handler = await loadHandler(process.env._HANDLER);
} catch (error) {
    fault = error;
}
for (;;) await serve(handler, fault);
