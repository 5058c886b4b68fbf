// A page's part without a browser: sessions, the API's requests, its stream of events.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { until } from './emulator.mjs';

/** One request of a page: { status, headers, body }. */
export async function ask(emulator, path, { method = 'GET', body, cookie, csrf, headers = {} } = {}) {
    const answer = await fetch(`${emulator.endpoint}/_rehearse/${path}`, {
        method,
        headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(cookie ? { cookie } : {}),
            ...(csrf ? { 'x-csrf-token': csrf } : {}),
            ...headers,
        },
        body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    }).catch((error) => {
        throw new Error(`${error.cause?.message ?? error.message}\n${emulator.output()}`);
    });
    const text = await answer.text(), isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return { status: answer.status, headers: answer.headers, body: text && isJson ? JSON.parse(text) : text || null };
}

/** Opens a session by a token, by what joins a team ({ code, name }), or by nothing; resolves to { get(path), post(path, body), session, cookie }. */
export async function enter(emulator, token) {
    const answer = await ask(emulator, 'session', { method: 'POST', body: typeof token === 'string' ? { token } : token ?? {} });
    assert.equal(answer.status, 200);
    const cookie = answer.headers.get('set-cookie')?.split(';')[0], csrf = answer.body.csrf;
    return {
        cookie,
        session: answer.body,
        get: (path) => ask(emulator, `api/${path}`, { cookie }).then((got) => got.body),
        post: (path, body) => ask(emulator, `api/${path}`, { method: 'POST', body, cookie, csrf }),
    };
}

/** Listens to server-sent events, from when it is resolved on: { events, close(), seen(name, fits) }. */
export async function listen(emulator, cookie, { after: from, last, view } = {}) {
    const events = [];
    const query = new URLSearchParams({ ...(from ? { after: from } : {}), ...(view ? { view } : {}) });
    const request = http.get(`${emulator.endpoint}/_rehearse/events?${query}`, {
        headers: { cookie, ...(last ? { 'last-event-id': last } : {}) },
    });
    let rest = '';
    request.on('response', (response) => {
        assert.equal(response.headers['content-type'], 'text/event-stream');
        response.setEncoding('utf8');
        response.on('data', (piece) => {
            rest += piece;
            for (let end; (end = rest.indexOf('\n\n')) >= 0; rest = rest.slice(end + 2)) {
                const fields = Object.fromEntries(rest.slice(0, end).split('\n').map((line) => line.split(/: (.*)/s)));
                if (fields.event) events.push({ id: fields.id, name: fields.event, data: JSON.parse(fields.data) });
            }
        });
        response.on('error', () => {});
    });
    request.on('error', () => {});
    await once(request, 'response');
    return {
        events,
        close: () => request.destroy(),
        seen: (name, fits = () => true) => until(() => events.find((one) => one.name === name && fits(one.data)), { what: name }),
    };
}
