// Where the page begins: who is there, what is played, the first view, then the stream that keeps it true.
import { patch } from './dom.js';
import { t, pick, number } from './words.js';
import { get, lookAt, openSession } from './api.js';
import { model, apply, loadAll, loadBoard, loadExecutions, onChange, touch } from './model.js';
import { isOld, listen } from './live.js';
import { loadBots } from './talk.js';
import { announce, announceScore } from './announce.js';
import { route } from './route.js';
import { shell } from '../view/shell.js';
import { door, noGame } from '../view/door.js';

const page = document.getElementById('page');
const redraw_ms = 30, executions_ms = 700, again_ms = 2000;
let stream, board_stream, drawing, executions_timer;
let outside = null; // what is shown instead of the views: the door
let waiting = null; // events that came while all is being fetched

function draw() {
    drawing = undefined;
    patch(page, outside ? [outside()] : shell(route()));
    const title = model.game ? pick(model.game.title) : 'Rehearse';
    document.title = model.team ? `${number(model.team.score)} · ${title}` : title;
}

onChange(() => (drawing ??= setTimeout(draw, redraw_ms)));

/** Views that are fetched when somebody looks at them, and again when the stream says that they are old. */
function fetchShown() {
    const { view } = route();
    watchBoard(view === 'board').catch(ignored);
    if (view === 'chat') loadBots().catch(ignored);
    if ((view === 'executions' || view === 'execution') && (!model.executions || model.executions_stale)) {
        model.executions_stale = false;
        loadExecutions().catch(ignored);
    }
}

/** The board has a stream of its own, while it is looked at. */
async function watchBoard(wanted) {
    if (!wanted) {
        board_stream?.close();
        board_stream = null;
    }
    if (!wanted || board_stream) return;
    const own = (board_stream = listen({
        after: '', view: 'board', changed() {}, renewed: async () => board_stream !== own,
        heard: (name, data) => (name === 'board' ? apply(name, data) : name === 'reset' && loadBoard().catch(ignored)),
    }));
    await loadBoard();
}

/** What could not be fetched is fetched when the connection is back; that it is lost is shown already. */
function ignored() {}

/** All is fetched anew; what comes meanwhile is heard when it is there, unless it is in it already. */
async function showAnew() {
    if (waiting) return;
    waiting = [];
    try {
        const event = await loadAll();
        stream.contains(event);
        const rest = waiting;
        waiting = null;
        for (const [name, data, id] of rest) if (!isOld(id, event)) heard(name, data, id);
        fetchShown();
    } catch {
        waiting = null;
        setTimeout(showAnew, again_ms); // the connection is lost too, as a rule
    }
}

function heard(name, data, id) {
    if (waiting) {
        waiting.push([name, data, id]);
        return;
    }
    if (!apply(name, data)) {
        showAnew();
        return;
    }
    if (name === 'score') announceScore(t('score_now', number(data.score)));
    if (name === 'message') announce(`${pick(data.from)}: ${pick(data.text)}`);
    if (name === 'chat') announce((data.answer?.messages ?? []).map((one) => one.content ?? one.imageResponseCard?.title).join(' ') || data.error?.message);
    if (name === 'execution') {
        clearTimeout(executions_timer);
        executions_timer = setTimeout(fetchShown, executions_ms);
    }
}

function connectionChanged(state) {
    if (model.connection === state) return;
    if (state === 'lost') announce(t('lost'));
    else if (model.connection === 'lost') announce(t('live_again'));
    model.connection = state;
    touch();
}

async function show(id) {
    lookAt(id);
    const after = await loadAll();
    outside = null;
    stream?.close();
    stream = listen({ after, heard, changed: connectionChanged, renewed });
    fetchShown();
    touch();
}

/** A facilitator looks at one team after the other; a team's session is its own. */
async function enter(token) {
    model.session = await openSession(token);
    model.show = show;
    await show(model.session.team ? null : ((await get('api/game')).teams[0]?.id ?? null));
}

/** The server refused the stream: with a new session all is shown anew; without one we are outside. */
async function renewed() {
    try {
        await enter();
        return true;
    } catch (refused) {
        if (refused.status !== 401 && refused.status !== 404) return false;
        turnedAway(refused);
        return true;
    }
}

/** The printed link carries its token in the fragment, which no server log ever sees; it is gone from the address at once. */
function takeToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token) history.replaceState(null, '', location.pathname);
    return token;
}

function turnedAway(refused) {
    stream?.close();
    outside = refused.status === 404 ? noGame : () => door({ enter, why: refused.status === 401 ? '' : refused.message });
    touch();
}

window.addEventListener('hashchange', () => {
    const token = takeToken();
    if (token) enter(token).catch(turnedAway);
    fetchShown();
    touch();
    document.getElementById('content')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
});
setInterval(() => model.clock?.state === 'live' && touch(), 1000);
enter(takeToken()).catch(turnedAway);
