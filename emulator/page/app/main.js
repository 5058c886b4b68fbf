// Where the page begins: who is there, what is played, the first view, then the stream that keeps it true.
import { patch } from './dom.js';
import { t, pick, number } from './words.js';
import { get, lookAt, openSession } from './api.js';
import { model, apply, loadAll, loadBoard, loadExecutions, onChange, touch } from './model.js';
import { listen } from './live.js';
import { announce, announceScore } from './announce.js';
import { route } from './route.js';
import { shell } from '../view/shell.js';
import { door, noGame } from '../view/door.js';

const page = document.getElementById('page');
const redraw_ms = 30, executions_ms = 700;
let stream, drawing, executions_timer, outside = null;

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
    if (view === 'board' && !model.board) loadBoard().catch(ignored);
    if ((view === 'executions' || view === 'execution') && (!model.executions || model.executions_stale)) {
        model.executions_stale = false;
        loadExecutions().catch(ignored);
    }
}

/** What could not be fetched is fetched when the connection is back; that it is lost is shown already. */
function ignored() {}

function heard(name, data) {
    if (!apply(name, data)) {
        loadAll().then((event) => stream.contains(event)).then(fetchShown).catch(ignored);
        return;
    }
    if (name === 'score') announceScore(t('score_now', number(data.score)));
    if (name === 'message') announce(`${pick(data.from)}: ${pick(data.text)}`);
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
    stream = listen({ after, heard, changed: connectionChanged });
    fetchShown();
    touch();
}

/** A facilitator looks at one team after the other; a team's session is its own. */
async function enter(token) {
    model.session = await openSession(token);
    model.show = show;
    await show(model.session.team ? null : ((await get('api/game')).teams[0]?.id ?? null));
}

/** The printed link carries its token in the fragment, which no server log ever sees; it is gone from the address at once. */
function takeToken() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token) history.replaceState(null, '', location.pathname);
    return token;
}

function turnedAway(refused) {
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
setInterval(() => model.team?.clock.state === 'live' && touch(), 1000);
enter(takeToken()).catch(turnedAway);
