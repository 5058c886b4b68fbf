// One execution: why it failed, its machine as a picture coloured by it, its history.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { get } from '../app/api.js';
import { model, touch } from '../app/model.js';
import { moment } from '../app/time.js';
import { to } from '../app/route.js';
import { copyable } from '../app/copy.js';
import { pretty } from '../app/pretty.js';
import { failingLine, status, ranFor } from './executions.js';
import { graph } from './graph.js';
import { cause } from './cause.js';
import { isPipeline, pipeline } from './pipeline.js';
import { stateOf, detailsOf, colours, inState } from './history.js';

const most_events = 200, follow_ms = 1000;
let shown = { arn: null }; // what was fetched last: { arn, found, missing, status }
let chosen = null; // the state whose events are shown

/** What still runs is fetched again as long as it is looked at. */
function follow(asked) {
    if (asked.found?.execution.status !== 'RUNNING') return;
    setTimeout(() => {
        asked.stamp = null;
        touch();
    }, follow_ms);
}

/** Fetched when it is first looked at, and again when the list says that it has moved. */
function fetched(arn) {
    const listed = model.executions?.find((one) => one.arn === arn);
    const stamp = `${listed?.status} ${listed?.stopped_at}`;
    if (shown.arn !== arn) {
        shown = { arn };
        chosen = null;
    }
    if (shown.stamp !== stamp && !shown.busy) {
        const asked = Object.assign(shown, { stamp, busy: true });
        get(`api/execution?arn=${encodeURIComponent(arn)}`)
            .then((found) => (asked.found = found), () => (asked.missing = !asked.found))
            .finally(() => {
                asked.busy = false;
                follow(asked);
                touch();
            });
    }
    return shown;
}

function event(one) {
    const details = Object.entries(detailsOf(one));
    const failed = /Failed$|TimedOut$|Aborted$/.test(one.type);
    const at = typeof one.timestamp === 'number' ? one.timestamp * 1000 : Date.parse(one.timestamp);
    const line = [h('span', { class: 'id' }, String(one.id)), h('span', { class: 'type' }, one.type), h('span', { class: 'state' }, stateOf(one) ?? ''), h('span', { class: 'at' }, moment(at, model.clock.started_at))];
    return h('li', { key: one.id, class: failed ? 'failed' : null },
        details.length ? h('details', null, h('summary', null, line), h('dl', null, details.map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, h('pre', null, typeof value === 'string' ? pretty(value) : JSON.stringify(value, null, 2)))))))
            : h('div', { class: 'plain' }, line));
}

function choose(state) {
    chosen = chosen === state ? null : state;
    touch();
}

const value = (name, text, more) => text !== undefined && h('div', { key: name, class: name }, h('dt', null, t(name), more), h('dd', null, h('pre', null, typeof text === 'string' ? pretty(text) : JSON.stringify(text, null, 2))));

/** What went into the chosen state and came of it, the last time that it was entered. */
function account(events) {
    const { input, output, variables, error, cause, failure } = inState(events, chosen);
    return h('dl', { class: 'account', 'aria-label': t('in_state', chosen) },
        value('state_input', input), value('state_output', output), value('state_variables', variables),
        failure && value('state_error', [error, cause].filter(Boolean).join(': '), h('span', { class: 'at' }, ` ${t('event', failure.id, failure.type)}`)));
}

function history(events) {
    const list = chosen ? events.filter((one) => stateOf(one) === chosen) : events;
    return h('section', { class: 'history', 'aria-labelledby': 'history-title' },
        h('h2', { id: 'history-title' }, chosen ? t('in_state', chosen) : t('history')),
        chosen && h('button', { type: 'button', class: 'quiet', onclick: () => choose(chosen) }, t('all_states')),
        chosen && account(events),
        h('ol', null, list.map(event)),
        events.length >= most_events && h('p', { class: 'remark' }, t('events_capped')));
}

export function execution(arn) {
    if (isPipeline(arn)) return pipeline(arn);
    const { found, missing } = fetched(arn);
    const back = h('p', { key: 'back', class: 'back' }, h('a', { href: to('executions') }, `← ${t('back')}`));
    if (!found) return [back, h('h1', null, t('executions_title')), h('p', { class: 'empty' }, t(missing ? 'execution_gone' : 'loading'))];
    const { execution: one, definition, events } = found;
    return [
        back,
        h('div', { class: 'top' }, h('h1', null, one.name), status(one.status), h('span', { class: 'machine' }, one.machine), h('span', { class: 'took' }, ranFor(one))),
        one.failing && h('div', { key: 'failing', class: 'trouble' }, h('p', { class: 'verdict' }, t('failing'), ': ', failingLine(one)), one.failing.cause && cause(one.failing.cause),
            h('div', { class: 'show' }, h('h2', null, t('look')), copyable(one.look, t('look')))),
        h('div', { class: 'picture-and-history' },
            h('section', { class: 'picture', 'aria-labelledby': 'graph-title' }, h('h2', { id: 'graph-title' }, t('graph')), graph(definition, one.machine, colours(events, one.status), chosen, choose)),
            history(events)),
    ];
}
