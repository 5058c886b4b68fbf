// What the page knows: the views as the API gave them, kept up to date by events. Views read it; only this file changes what
// came from the server.
import { get, getOfAll } from './api.js';
import { atLeisure } from './dom.js';

const most_entries = 400, most_calls = 500, most_messages = 50, most_questions = 50;
const step_s = 10; // of the series

export const model = {
    session: null, game: null, team: null, board: null, executions: null, forecasts: null, monitors: null,
    event: null, // what the staff know: app/event.js
    clock: null, show: null, // show(id): a facilitator turns to another team
    leave: null, // leave(): the session is over, back to the door
    connection: 'connecting', // then 'live' or 'lost'
    heard_at: 0, // performance.now() when the clock came
    feed_ended: false, calls_ended: false,
    chat: { bots: null, where: {}, session: null, turns: [] }, // app/talk.js; turns: { id, text } and pending, or what the event told
    answers_seen: 0, // the newest answer to a question that was looked at
    verdicts: new Map(), // 'challenge/answer' → what came of the last try: { right, reason, tries_left }, or { pending }
    shown_first: 0, // the newest entry of the first view: later ones arrive before one's eyes
};

let changed = () => {};
export const onChange = (callback) => (changed = callback);
/** Something that views show is different now. */
export const touch = () => changed();

export const isStaff = () => Boolean(model.session) && !model.session.team;
export const may = (what) => model.session?.may.includes(what);

export function setClock(clock) {
    model.clock = clock;
    model.heard_at = performance.now();
}

/** The answer to who turns the clock tells how it stands by then. A step may take its time: what was heard meanwhile is newer. */
export async function turnClock(answered) {
    const { clock } = model, told = await answered;
    if (model.clock === clock) setClock(told);
}

/** Game time now: the server's, and what has gone by on this machine since it was told. */
export function gameNow() {
    const { clock } = model;
    if (!clock.running) return clock.now;
    const now = clock.now + (performance.now() - model.heard_at) * clock.speed;
    return clock.ends_at ? Math.min(now, clock.ends_at) : now;
}

/** What came with the session is taken once. */
async function gameAndTeam() {
    const { first } = model.session;
    delete model.session.first;
    if (first) return [first.game, first.team];
    return Promise.all([get('api/game'), get('api/team')]);
}

export async function loadAll() {
    const [game, team] = await gameAndTeam();
    Object.assign(model, { game, team, feed_ended: team.feed.length < 50, calls_ended: team.calls.length < 50, shown_first: team.feed[0]?.seq ?? 0, executions: null });
    if (!isStaff()) setClock(team.clock);
    touch();
    atLeisure().then(() => Promise.all([loadForecasts(), loadMonitors()])).catch(() => {}); // the way there is shown once there is one
    return team.event;
}

export async function loadBoard() {
    model.board = await getOfAll('api/board?public=true');
    touch();
    return model.board.event;
}

export async function loadExecutions() {
    model.executions = (await get('api/executions')).executions;
    touch();
}

export async function loadForecasts() {
    const { forecasts } = await get('api/forecasts');
    model.forecasts = forecasts.sort((a, b) => b.created_at - a.created_at);
    touch();
}

export async function loadOlderCalls() {
    const { calls } = model.team;
    const { calls: older } = await get(`api/calls?before=${calls[calls.length - 1].seq}`);
    const known = new Set(calls.map((call) => call.seq));
    model.team.calls = [...calls, ...older.filter((call) => !known.has(call.seq))].slice(0, most_calls);
    model.calls_ended = older.length === 0 || model.team.calls.length >= most_calls;
    touch();
}

export async function loadMonitors() {
    model.monitors = (await get('api/monitors')).monitors;
    touch();
}

export async function loadOlderFeed() {
    const { feed } = model.team;
    const { feed: older } = await get(`api/feed?before=${feed[feed.length - 1].seq}`);
    const known = new Set(feed.map((entry) => entry.seq));
    model.team.feed = [...feed, ...older.filter((entry) => !known.has(entry.seq))];
    model.feed_ended = older.length === 0;
    touch();
}

/** Puts one in front of a list that has the newest first; what is there already is replaced, not repeated. */
function prepend(list, item, most) {
    const rest = list.filter((one) => one.seq !== item.seq);
    return [item, ...rest].slice(0, most);
}

function extendSeries(entry) {
    const { clock, team: { series } } = model;
    const at = Math.floor((entry.at - (clock.started_at ?? entry.at)) / (1000 * step_s)) * step_s;
    const last = series[series.length - 1];
    if (last && last[0] >= at) last[1] = entry.total;
    else series.push([at, entry.total]);
}

const appliers = {
    score({ entry, score, trend, rank }) {
        if (!model.team.feed.some((one) => one.seq === entry.seq)) extendSeries(entry);
        model.team.feed = prepend(model.team.feed, entry, most_entries);
        Object.assign(model.team, { score, trend, rank });
    },
    trend({ trend, score, rank }) {
        Object.assign(model.team, { trend, score, rank });
    },
    challenge(challenge) {
        const { challenges } = model.team;
        const at = challenges.findIndex((one) => one.id === challenge.id);
        if (at < 0) challenges.push(challenge);
        else challenges[at] = challenge;
    },
    message(message) {
        model.team.messages = prepend(model.team.messages, message, most_messages);
    },
    call(call) {
        model.team.calls = prepend(model.team.calls, call, most_calls);
    },
    execution() {
        model.executions_stale = true;
    },
    forecast() {
        loadForecasts().catch(() => {});
    },
    monitor() {
        loadMonitors().catch(() => {});
    },
    chat({ id, session, ...told }) {
        if (model.game.replay) model.chat.turns = [...model.chat.turns.filter((one) => one.id !== id), { id, ...told }];
        const turn = session === model.chat.session && model.chat.turns.find((one) => one.id === id);
        if (turn) Object.assign(turn, told, { pending: false });
    },
    clock(clock) {
        if (!isStaff()) setClock(clock); // theirs is the event's, without a team's extension
    },
    members({ members }) {
        model.team.members = members;
    },
    question(question) {
        model.team.questions = prepend(model.team.questions, question, most_questions).sort((a, b) => b.seq - a.seq);
    },
    marks({ marks }) {
        model.team.marks = marks;
    },
    notice(notice) {
        model.team.notices = prepend(model.team.notices, notice, 20);
    },
    answer({ challenge, answer, ...verdict }) {
        model.verdicts.set(`${challenge}/${answer}`, verdict);
    },
    board(board) {
        model.board = { ...model.board, ...board };
    },
};

/** A hint was bought: its text is there before the stream says so. */
export function putHint(id, hint, score) {
    const { hints } = model.team.challenges.find((one) => one.id === id);
    const at = hints.findIndex((one) => one.fault === hint.fault && one.stage === hint.stage);
    if (at >= 0) hints[at] = hint;
    model.team.score = score;
    touch();
}

/** One event of the stream; false where it says that all must be fetched anew. */
export function apply(name, data) {
    if (name === 'reset' || name === 'game') return false;
    appliers[name](data);
    touch();
    return true;
}

export const wordsOfChallenge = (id) => model.game.challenges.find((one) => one.id === id);
