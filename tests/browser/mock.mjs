// The page's API without a game: the files that the emulator serves, canned answers, and a stream whose events a test sends.
//     node mock.mjs [PORT]     a game that goes on by itself, for looking at the page while one works on it: the files as they stand in the tree
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binary, start } from '../integration/emulator.mjs';
import * as canned from './mock_game.mjs';
import * as staff from './mock_event.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const page = join(here, '..', '..', 'emulator', 'page');
const house = '/_rehearse/';
const policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const types = { html: 'text/html; charset=utf-8', css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8', svg: 'image/svg+xml' };

/** A file of the tree; of what the build joins there are the parts. */
async function fileOfTree(name) {
    const place = name === 'lib/dygraph.js' ? '/usr/share/javascript/dygraphs/dygraph.min.js' : join(page, name);
    return types[name.split('.').pop()] && existsSync(place) ? readFileSync(place) : null;
}

/** The page's header for who may have a session: its first answer is fetched beside the files. */
const first = { link: '<session?first=true>; rel=preload; as=fetch; crossorigin' };

let server_of_files;
const served = new Map();

/** A file as the emulator serves it: an emulator of this process is asked once for each. */
async function fileOfBuild(name) {
    const { endpoint } = await (server_of_files ??= start());
    if (!served.has(name)) served.set(name, fetch(`${endpoint}${house}${name}`).then(async (answer) => (answer.ok ? Buffer.from(await answer.arrayBuffer()) : null)));
    return served.get(name);
}

/** When no mock wants a file any more. */
export async function closeFiles() {
    await (await server_of_files)?.kill('SIGKILL');
}

/** Resolves to a mock: { url, state, posts, asked, connections, emit(), drop(), refuse, close() }. `state` may be changed while it runs. */
export function startMock({ port = 0, state = {}, fileOf = fileOfBuild } = {}) {
    const streams = new Set();
    const log = [];
    const mock = {
        state: {
            session: canned.session(), game: canned.game(), team: canned.team(), board: canned.board(), executions: canned.executions(), forecasts: canned.forecasts(), forecast: canned.forecast, monitors: canned.monitors(),
            details: canned.details, bots: canned.bots(), guides: canned.guides, signedIn: true,
            roster: staff.roster(), faults: staff.faults(), log: staff.log(), queue: staff.queue(), sheet: staff.sheet(), browse: staff.browse, review: staff.review(), ...state,
        },
        posts: [],
        refuse: false,
        connections: [],
        asked: [], // the parameters of each GET api/team
        held: null, // a list: what is told later waits in it for release()
    };

    /** Sends an event to every stream of its kind (the teams', unless `view` names another) and keeps it for those who come back. */
    mock.emit = (event, data, view = event === 'board' ? 'board' : null) => {
        const entry = { id: log.length + 1, event, data, view };
        log.push(entry);
        for (const stream of streams) if (stream.view === view) send(stream, entry);
    };
    const later = (ms, tell) => (mock.held ? mock.held.push(tell) : setTimeout(tell, ms));
    /** Tells what was held back, in order, and holds nothing back from then on. */
    mock.release = () => {
        const told = mock.held;
        mock.held = null;
        for (const tell of told) tell();
    };
    mock.drop = () => {
        for (const stream of streams) stream.destroy();
        streams.clear();
    };
    mock.close = () => new Promise((resolve) => {
        mock.drop();
        server.close(resolve);
        server.closeAllConnections();
    });

    const send = (stream, { id, event, data }) => stream.write(`id: mock-${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);

    function answer(request, response, status, body, headers = {}) {
        let bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
        const head = {
            'content-type': 'application/json', 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store', ...headers,
        };
        if (headers['content-type'] && /gzip/.test(request.headers['accept-encoding'] ?? '') && bytes.length > 256) {
            bytes = gzipSync(bytes, { level: 9 });
            head['content-encoding'] = 'gzip';
        }
        response.writeHead(status, head);
        response.end(bytes);
    }

    const refuseWith = (request, response, status, code, message) => answer(request, response, status, { __type: code, message });

    function stream(request, response, query) {
        const after = request.headers['last-event-id'] ?? query.get('after') ?? '';
        mock.connections.push({ lastEventId: request.headers['last-event-id'], after: query.get('after') });
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'content-security-policy': policy });
        response.write('retry: 300\n\n');
        const seen = Number(after.split('-')[1] ?? 0);
        response.view = query.get('view');
        streams.add(response);
        response.on('close', () => streams.delete(response));
        if (after) for (const entry of log.slice(seen)) if (response.view === entry.view) send(response, entry);
    }

    const teamView = (query) => mock.asked.push(query) && { ...mock.state.team, event: `mock-${log.length}` };

    /** The session, and with ?first=true what its team's page shows first. */
    function session(query) {
        const { state: s } = mock;
        return s.session.role === 'team' && query.get('first') ? { ...s.session, first: { game: s.game, team: teamView(query) } } : s.session;
    }

    function get(request, response, path, query) {
        const { state: s } = mock;
        if (path === 'session') return s.session ? (s.signedIn ? answer(request, response, 200, session(query)) : refuseWith(request, response, 401, 'Unauthorized', 'No session.'))
            : refuseWith(request, response, 404, 'NotFound', 'No game runs.');
        if (path === 'welcome') return answer(request, response, 200, 'Rehearse is at work here.\n\n    export AWS_ENDPOINT_URL=http://127.0.0.1:4566\n', { 'content-type': 'text/plain; charset=utf-8' });
        if (path === 'events') return s.signedIn ? stream(request, response, query) : refuseWith(request, response, 401, 'Unauthorized', 'No session.');
        const views = {
            'api/game': () => s.game,
            'api/team': () => teamView(query),
            'api/board': () => s.board,
            'api/executions': () => ({ executions: s.executions }),
            'api/forecasts': () => ({ forecasts: s.forecasts }),
            'api/monitors': () => ({ monitors: s.monitors }),
            'api/forecast': () => s.forecast(query.get('arn'), query.get('key')),
            'api/execution': () => s.details(query.get('arn')),
            'api/roster': () => s.roster,
            'api/faults': () => s.faults,
            'api/log': () => (query.get('before') ? { log: [] } : s.log),
            'api/questions': () => ({ event: `mock-${log.length}`, questions: query.get('before') ? [] : s.queue }),
            'api/sheet': () => s.sheet,
            'api/console': () => s.browse(query),
            'api/review': () => s.review,
            'api/bots': () => ({ bots: s.bots }),
            'api/feed': () => ({ feed: s.team.feed.filter((entry) => entry.seq < Number(query.get('before'))) }),
            'api/calls': () => ({ calls: s.team.calls.filter((call) => !query.get('errors') || call.code) }),
        };
        const found = views[path]?.();
        if (found === null) return path === 'api/review' ? refuseWith(request, response, 409, 'Conflict', 'The game is not over.') : refuseWith(request, response, 404, 'NotFound', 'There is no such execution.');
        if (found) return answer(request, response, 200, found);
        if (path === 'api/guide') {
            const wanted = query.get('challenge') ?? '';
            const language = s.guides[`${wanted}.${query.get('language')}`] ? query.get('language') : 'en';
            const markdown = s.guides[`${wanted}.${language}`];
            return markdown ? answer(request, response, 200, { challenge: wanted || null, language, markdown }) : refuseWith(request, response, 404, 'NotFound', 'No guide.');
        }
        return path ? file(request, response, path) : file(request, response, 'index.html', s.session && s.signedIn ? first : {});
    }

    async function file(request, response, name, more = {}) {
        const bytes = await fileOf(name);
        if (bytes) answer(request, response, 200, bytes, { 'content-type': types[name.split('.').pop()], 'cache-control': 'no-cache', ...more });
        else refuseWith(request, response, 404, 'NotFound', 'There is nothing of that name here.');
    }

    /** The layout is the house's own: there is one algorithm, in C. */
    function picture(request, response, definition) {
        try {
            return answer(request, response, 200, execFileSync(binary, ['graph', '--layout', '-'], { input: definition, stdio: ['pipe', 'pipe', 'ignore'] }));
        } catch {
            return refuseWith(request, response, 400, 'NoPicture', 'There is no picture of it.');
        }
    }

    /** What the staff do: the state of the mock changes, and their stream is told. */
    function staffActions(request, response, body) {
        const { state: s } = mock;
        const toStaff = (event, data) => ['facilitator', 'support'].forEach((view) => mock.emit(event, data, view));
        const clock = (change) => {
            Object.assign(s.roster.clock, change);
            answer(request, response, 200, s.roster.clock);
            toStaff('clock', s.roster.clock);
        };
        const row = (change) => {
            const found = s.roster.rows.find((one) => one.team === body.team);
            Object.assign(found, change(found));
            toStaff('roster', found);
            return found;
        };
        const asked = (change) => {
            const found = Object.assign(s.queue.find((one) => one.seq === body.question), change);
            answer(request, response, 200, found);
            toStaff('question', found);
        };
        return {
            'api/state': () => clock({ state: body.state, running: body.state !== 'ended', scoring: body.state === 'live' }),
            'api/freeze': () => clock({ frozen_at: body.frozen ? s.roster.clock.now : null }),
            'api/schedule': () => clock({ schedule: { ...s.roster.clock.schedule, ...body } }),
            'api/extend': () => {
                if (body.team) row((one) => ({ extra_ms: one.extra_ms + body.ms }));
                clock(body.team ? {} : { ends_at: s.roster.clock.ends_at + body.ms });
            },
            'api/seek': () => clock({ now: body.at }),
            'api/fault': () => {
                const fault = s.faults.faults.find((one) => one.fault === body.fault), whom = body.team ? [body.team] : s.roster.rows.map((one) => one.team);
                const before = fault.standing.length;
                fault.standing = body.do === 'inject' ? [...new Set([...fault.standing, ...whom])] : fault.standing.filter((one) => !whom.includes(one));
                answer(request, response, 200, { changed: Math.abs(fault.standing.length - before) });
                toStaff('log', { n: 100 + mock.posts.length, at: s.roster.clock.now, kind: 'fault', team: body.team, text: fault.title });
            },
            'api/message': () => answer(request, response, 200, { seq: 9, at: s.roster.clock.now, from: { en: 'Facilitator' }, text: body.text, level: body.level, to_all: !body.team }),
            'api/score': () => answer(request, response, 200, { score: row((one) => ({ score: one.score + body.points })).score }),
            'api/unlock': () => answer(request, response, 200, { unlocked: body.team ? 1 : s.roster.rows.length }),
            'api/solve': () => answer(request, response, 200, { solved: 1 }),
            'api/team': () => {
                const { team, name } = row((one) => ({ name: body.name ?? `Team ${one.rank}`, name_proposed: null }));
                answer(request, response, 200, { team: { id: team, name }, name_proposed: null });
            },
            'api/names': () => answer(request, response, 200, { names: (s.roster.names = body.names) }),
            'api/keys': () => answer(request, response, 200, s.sheet.teams.find((one) => one.team === body.team)),
            'api/member': () => {
                const list = s.session.team ? s.team.members : s.roster.rows.find((one) => one.team === s.team.team.id).members;
                const members = body.remove ? list.filter((one) => one.id !== body.member) : list.map((one) => (one.id === body.member ? { ...one, role: body.role } : one));
                s.team.members = members;
                answer(request, response, 200, { members });
                mock.emit('members', { members });
            },
            'api/question': () => {
                const question = { seq: 10 + mock.posts.length, at: s.team.clock.now, team: s.team.team.id, name: s.team.team.name, by: 'Ada', text: body.text, challenge: body.challenge, state: 'open', taken_by: null, published: false, answers: [] };
                s.team.questions.unshift(question);
                s.queue.unshift(question);
                answer(request, response, 200, question);
                mock.emit('question', question);
            },
            'api/question/take': () => asked({ state: 'taken', taken_by: body.by }),
            'api/question/answer': () => asked({ state: 'answered', taken_by: body.by, published: body.publish, answers: [...s.queue.find((one) => one.seq === body.question).answers, { at: s.roster.clock.now, by: body.by, text: { en: body.text } }] }),
        };
    }

    function post(request, response, path, query, body) {
        const { state: s } = mock;
        if (path === 'api/picture') return picture(request, response, body.definition);
        mock.posts.push({ path, body, csrf: request.headers['x-csrf-token'] });
        if (path === 'session') {
            if (body.code) {
                if (body.code.replaceAll('-', '').toUpperCase() !== 'K7QF3MZP') return refuseWith(request, response, 401, 'Unauthorized', 'There is no such code.');
                if (s.listed && !s.listed.includes(body.name)) return answer(request, response, 409, { __type: 'Conflict', message: 'That name is not on the list.', members: s.listed });
            }
            if (s.session && (body.token === 'feed'.repeat(16) || body.code || s.open)) {
                s.signedIn = true;
                return answer(request, response, 200, session(query));
            }
            return refuseWith(request, response, 401, 'Unauthorized', 'That token opens nothing.');
        }
        if (request.headers['x-csrf-token'] !== s.session.csrf) return refuseWith(request, response, 403, 'Forbidden', 'The page is not this one.');
        const answerLater = () => {
            answer(request, response, 202, { pending: true });
            later(150, () => mock.emit('answer', { challenge: body.challenge, answer: body.answer, right: false, reason: { en: 'Close, but no.' }, tries_left: 2 }));
        };
        const talkLater = () => {
            answer(request, response, 202, { pending: true });
            later(100, () => mock.emit('chat', { id: body.id, session: body.session, ...canned.turn(body.text) }));
        };
        const actions = {
            'api/chat': talkLater,
            'api/hint': () => {
                const challenge = s.team.challenges.find((one) => one.id === body.challenge);
                const hint = challenge.hints.find((one) => one.fault === body.fault && one.stage === body.stage);
                if (hint.text) return refuseWith(request, response, 409, 'Conflict', 'This hint was bought already.');
                Object.assign(hint, { text: { en: 'Who is the state machine when it calls a function?', ko: '상태 머신은 함수를 호출할 때 누구인가요?' }, bought_at: s.team.clock.now });
                s.team.score -= hint.price;
                if (hint.stage < hint.stages) challenge.hints.push({ fault: hint.fault, stage: hint.stage + 1, stages: hint.stages, price: hint.price + 10, text: null, bought_at: null });
                answer(request, response, 200, { hint, score: s.team.score });
                mock.emit('challenge', challenge);
                const entry = { seq: 50 + mock.posts.length, at: s.team.clock.now, points: -hint.price, total: s.team.score, kind: 'hint', reason: { en: 'Hint bought.', ko: '힌트를 샀습니다.' }, challenge: 'order', probe: null, error: null };
                mock.emit('score', { entry, score: s.team.score, trend: s.team.trend, rank: 1 });
            },
            'api/answer': () => {
                const question = s.team.challenges.find((one) => one.id === body.challenge).answers.find((one) => one.id === body.answer);
                if (body.text === 'later') return answerLater();
                question.right = body.text === 'Price';
                question.tries_left -= 1;
                answer(request, response, 200, { right: question.right, reason: null, tries_left: question.tries_left });
                mock.emit('challenge', s.team.challenges[0]);
            },
            'session/end': () => {
                s.signedIn = false;
                answer(request, response, 200, {});
            },
            'api/name': () => {
                if (/<|>/.test(body.name)) return refuseWith(request, response, 409, 'Conflict', 'That name cannot be had.');
                s.team.team = { ...s.team.team, name: body.name };
                answer(request, response, 200, { team: s.team.team, name_proposed: null });
            },
            'api/clock': () => {
                if ('paused' in body) Object.assign(s.team.clock, { state: body.paused ? 'paused' : 'live', running: !body.paused });
                if ('speed' in body) s.team.clock.speed = body.speed;
                if ('step_ms' in body) s.team.clock.now += body.step_ms;
                answer(request, response, 200, s.team.clock);
                mock.emit('clock', s.team.clock);
            },
            ...staffActions(request, response, body),
            'api/mark': () => {
                s.team.marks.push({ mark: 10 + s.team.marks.length, at: s.team.clock.now, label: body.label });
                answer(request, response, 200, { marks: s.team.marks });
                mock.emit('marks', { marks: s.team.marks });
            },
            'api/rewind': () => {
                const mark = s.team.marks.find((one) => one.mark === body.mark);
                s.team.clock.now = mark.at;
                s.team.score = 0;
                answer(request, response, 200, { rewound: true });
                mock.emit('reset', {});
            },
        };
        return actions[path] ? actions[path]() : refuseWith(request, response, 404, 'NotFound', 'There is nothing of that name here.');
    }

    const server = createServer((request, response) => {
        if (mock.refuse) return request.socket.destroy();
        const url = new URL(request.url, 'http://mock');
        if (!url.pathname.startsWith(house)) return answer(request, response, 302, '', { location: house });
        const path = url.pathname.slice(house.length);
        if (request.method === 'GET') return get(request, response, path, url.searchParams);
        let body = '';
        request.on('data', (chunk) => (body += chunk));
        request.on('end', () => post(request, response, path, url.searchParams, JSON.parse(body || '{}')));
    });
    return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(Object.assign(mock, { url: `http://127.0.0.1:${server.address().port}${house}` }))));
}

/** A game that goes on by itself: an order every few seconds, sometimes an error. */
function goOn(mock) {
    const { team } = mock.state;
    let seq = 1000;
    setInterval(() => {
        team.clock = { ...team.clock, now: team.clock.now + 3000 * (team.clock.state === 'live') };
        if (team.clock.state !== 'live') return;
        const points = Math.random() < 0.7 ? 10 : -5;
        team.score += points;
        seq += 1;
        const reason = points > 0 ? { en: 'An order got through.', ko: '주문이 처리되었습니다.' } : { en: 'A customer could not order.', ko: '고객이 주문하지 못했습니다.' };
        const entry = { seq, at: team.clock.now, points, total: team.score, kind: points > 0 ? 'earned' : 'cost', reason, challenge: 'order', probe: 'customers', error: null };
        team.feed.unshift(entry);
        mock.emit('score', { entry, score: team.score, trend: { minute: points, five_minutes: 20 }, rank: 1 });
        mock.emit('call', { seq, at: team.clock.now, service: 'states', operation: 'StartExecution', status: 200, code: null, message: null, by: 'pack', duration_ms: 1 });
    }, 3000);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const mock = await startMock({ port: Number(process.argv[2] ?? 8123), fileOf: fileOfTree });
    goOn(mock);
    console.log(mock.url);
}
