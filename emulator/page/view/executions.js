// What the account's state machines ran, the newest first, each failed one with the event that failed it.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { model } from '../app/model.js';
import { moment, took } from '../app/time.js';
import { to } from '../app/route.js';

const glyphs = { RUNNING: '◌', SUCCEEDED: '●', FAILED: '✕', TIMED_OUT: '✕', ABORTED: '■', PENDING_REDRIVE: '↻' };

export const status = (value) => h('span', { class: `run ${value}` }, h('span', { 'aria-hidden': 'true' }, `${glyphs[value] ?? '○'} `), t(`status_${value}`));

export const ranFor = (one) => (one.stopped_at ? took(one.stopped_at - one.started_at) : t('running'));

/** Of a pipeline it is a step that failed, of a state machine an event in a state. */
export function failingLine({ failing, steps_begun }) {
    const step = steps_begun !== undefined;
    return [h('b', null, step ? t('step_failed') : t('event', failing.id, failing.type)), failing.state && ` ${t(step ? 'in_step' : 'in_state', failing.state)}`, failing.error && h('code', null, failing.error)];
}

function row(one) {
    return h('tr', { key: one.arn, class: one.failing ? 'failed' : null },
        h('td', { class: 'is' }, status(one.status)),
        h('td', { class: 'what' }, h('a', { href: to('execution', one.arn) }, one.name), h('span', { class: 'machine' }, one.machine), one.failing && h('p', { class: 'failing' }, failingLine(one))),
        h('td', { class: 'at' }, moment(one.started_at, model.clock.started_at)),
        h('td', { class: 'took' }, ranFor(one)));
}

export function executions() {
    const { executions: list } = model;
    return [
        h('div', { class: 'top' }, h('h1', null, t('executions_title'))),
        !list ? h('p', { class: 'empty' }, t('loading'))
            : list.length ? h('table', { class: 'executions' }, h('caption', { class: 'unseen' }, t('executions_title')),
                h('thead', null, h('tr', null, [['is', 'status'], ['what', 'name'], ['at', 'started'], ['took', 'ran']].map(([key, words]) => h('th', { key, scope: 'col', class: key }, t(words))))),
                h('tbody', null, list.map(row)))
                : h('p', { class: 'empty' }, t('executions_empty')),
    ];
}
