// Where the page begins: who is there, what is played, the first view, then the streams that keep it true.
import { patch } from './dom.js';
import { t, pick, number } from './words.js';
import { lookAt, openSession } from './api.js';
import { model, apply, isStaff, loadAll, loadBoard, loadExecutions, onChange, touch } from './model.js';
import { channel } from './channel.js';
import { announce, announceScore } from './announce.js';
import { beginAt, of_team, route } from './route.js';
import { recallSettings, shell } from '../view/shell.js';
import { door, noGame } from '../view/door.js';

const page = document.getElementById('page');
const redraw_ms = 30, executions_ms = 700;
let drawing, executions_timer, staff_channel, board_channel;
let outside = null; // what is shown instead of the views: the door

function draw() {
    drawing = undefined;
    redraw = () => (drawing ??= setTimeout(draw, redraw_ms));
    patch(page, outside ? [outside()] : shell(route()));
    const title = model.game ? pick(model.game.title) : 'Rehearse';
    document.title = model.team && !isStaff() ? `${number(model.team.score)} · ${title}` : title;
}

/** The first time nobody waits for what else may come. */
let redraw = () => (drawing ??= Promise.resolve().then(draw));
onChange(() => redraw());

/** What could not be fetched is fetched when the connection is back; that it is lost is shown already. */
function ignored() {}

/** Views that are fetched when somebody looks at them, and again when the stream says that they are old. */
function fetchShown() {
    const { view } = route();
    watchBoard(view === 'board' || view === 'wall').catch(ignored);
    if (isStaff() && of_team.includes(view) && !model.team) show(model.game.teams[0]?.id ?? null).catch(ignored);
    if (!model.team) return;
    if (view === 'chat') import('./talk.js').then(({ loadBots }) => loadBots()).catch(ignored);
    if ((view === 'executions' || view === 'execution') && (!model.executions || model.executions_stale)) {
        model.executions_stale = false;
        loadExecutions().catch(ignored);
    }
}

function connectionChanged(state) {
    if (model.connection === state) return;
    if (state === 'lost') announce(t('lost'));
    else if (model.connection === 'lost') announce(t('live_again'));
    model.connection = state;
    touch();
}

function tell(name, data) {
    if (name === 'score') announceScore(t('score_now', number(data.score)));
    if (name === 'message') announce(`${pick(data.from)}: ${pick(data.text)}`);
    if (name === 'chat') announce((data.answer?.messages ?? []).map((one) => one.content ?? one.imageResponseCard?.title).join(' ') || data.error?.message);
    if (name === 'question' && data.state === 'answered') announce(t('question_answered'));
    if (name === 'execution') {
        clearTimeout(executions_timer);
        executions_timer = setTimeout(fetchShown, executions_ms);
    }
}

const common = { shown: fetchShown, changed: connectionChanged, renewed };
const team_channel = channel({ ...common, load: loadAll, apply, heard: tell });

/** The board has a stream of its own, while it is looked at; that of a replay or a contest is what everybody may see. */
async function watchBoard(wanted) {
    if (!wanted) {
        board_channel?.close();
        board_channel = null;
    }
    if (!wanted || board_channel) return;
    board_channel = channel({
        view: 'board', changed: isStaff() ? connectionChanged : ignored, renewed: isStaff() ? renewed : async () => false,
        load: loadBoard, apply: (name, data) => (name === 'board' ? apply(name, data) : name !== 'reset' && name !== 'game'),
    });
    await board_channel.open();
}

/** A team's views: its own, or those of the team that one of the staff looks at. */
async function show(id) {
    lookAt(id);
    await team_channel.open();
    outside = null;
    touch();
}

async function enterAsStaff() {
    const { applyOfStaff, loadEvent, streamOfStaff } = await import('./event.js');
    staff_channel?.close();
    staff_channel = channel({ ...common, view: streamOfStaff(), load: loadEvent, apply: applyOfStaff });
    beginAt(model.session.role === 'facilitator' ? 'room' : 'queue');
    await staff_channel.open();
    outside = null;
    touch();
}

/** `key`: { token }, { code, name }, or nothing. */
async function enter(key) {
    model.session = await openSession(key);
    model.show = show;
    model.leave = () => turnedAway(null);
    if (isStaff()) await enterAsStaff();
    else {
        beginAt('team');
        await show(null);
    }
}

/** The server refused the stream: with a new session all is shown anew; without one we are outside. */
async function renewed() {
    try {
        await enter();
        if (isStaff() && model.team) await show(model.team.team.id);
        return true;
    } catch (refused) {
        if (refused.status !== 401 && refused.status !== 404) return false;
        turnedAway(refused);
        return true;
    }
}

/** The printed link carries its token in the fragment, which no server log ever sees; it is gone from the address at once. */
function takeKey() {
    const given = new URLSearchParams(location.hash.slice(1)), token = given.get('token'), code = given.get('code');
    if (token || code) history.replaceState(null, '', location.pathname);
    return token ? { token } : code ? { code } : undefined;
}

function turnedAway(refused, code = '') {
    team_channel.close();
    staff_channel?.close();
    watchBoard(false);
    const why = refused && refused.status !== 401 ? refused.message : '';
    Object.assign(model, { session: null, team: null, event: null, board: null });
    outside = refused?.status === 404 ? noGame : () => door({ enter, why, code });
    touch();
}

/** A code alone opens nothing yet: who joins says a name at the door. */
function comeIn(key) {
    if (key?.code) turnedAway(null, key.code);
    else enter(key).catch(turnedAway);
}

window.addEventListener('hashchange', () => {
    const key = takeKey();
    if (key) {
        comeIn(key);
        return;
    }
    if (outside) return;
    fetchShown();
    touch();
    document.getElementById('content')?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
});
setInterval(() => model.clock?.running && touch(), 1000);
recallSettings(); // before the first paint, which waits for this module (index.html)
document.addEventListener('DOMContentLoaded', () => comeIn(takeKey()));
