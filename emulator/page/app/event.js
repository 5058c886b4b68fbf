// What the staff of an event know, kept true by a stream of their own: the roster, the faults, the log, the queue of questions.
// A supporter has the queue alone.
import { getOfAll, post } from './api.js';
import { isStaff, may, model, setClock, touch, turnClock } from './model.js';

const most_log = 500, most_questions = 200;

/** All that the role may see; resolves to the stream's place that it belongs to. */
export async function loadEvent() {
    const facilitates = model.session.role === 'facilitator';
    const [game, queue, roster, faults, log] = await Promise.all([
        getOfAll('api/game'), getOfAll('api/questions'),
        ...(facilitates ? [getOfAll('api/roster'), getOfAll('api/faults'), getOfAll('api/log')] : []),
    ]);
    model.game = game;
    model.event = {
        rows: roster?.rows ?? null, names: roster?.names, faults: faults?.faults ?? [], log: log?.log ?? [], questions: queue.questions,
        rows_of_board: null, // the true board's, in its order
        queue_ended: queue.questions.length < 50,
    };
    const clock = roster?.clock ?? (await getOfAll('api/board?public=true')).clock;
    setClock(clock);
    touch();
    return (roster ?? queue).event;
}

export const streamOfStaff = () => (model.session.role === 'facilitator' ? 'facilitator' : 'support');

export async function loadFaults() {
    model.event.faults = (await getOfAll('api/faults')).faults;
    touch();
}

function replace(list, item, name, most = Infinity) {
    const at = list.findIndex((one) => one[name] === item[name]);
    return at < 0 ? [item, ...list].slice(0, most) : list.map((one, i) => (i === at ? item : one));
}

const appliers = {
    roster(row) {
        const { event } = model, known = event.rows.some((one) => one.team === row.team);
        event.rows = known ? replace(event.rows, row, 'team') : [...event.rows, row];
    },
    log(entry) {
        model.event.log = replace(model.event.log, entry, 'n', most_log);
        if (entry.kind === 'fault') loadFaults().catch(() => {});
    },
    question(question) {
        model.event.questions = replace(model.event.questions, question, 'seq', most_questions).sort((a, b) => b.seq - a.seq);
    },
    clock: setClock,
    board({ rows }) {
        model.event.rows_of_board = rows;
    },
    notice() {}, // stands in the log, too
};

/** One event of the staff's stream; false where all must be fetched anew. */
export function applyOfStaff(name, data) {
    if (name === 'reset' || name === 'game') return false;
    appliers[name]?.(data);
    touch();
    return true;
}

/** Roster rows in the order of the board. */
export const ranked = () => [...(model.event.rows ?? [])].sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name));
export const rowOf = (team) => model.event?.rows?.find((one) => one.team === team);
export const canAct = () => isStaff() && may('facilitate');

export const changeClock = (path, body) => turnClock(post(path, body));
