// The recent calls of the account, whoever made them, with their errors.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { loadOlderCalls, model, touch } from '../app/model.js';
import { moment } from '../app/time.js';
import { attempt, complaint } from './attempt.js';

const filter = { text: '', errors: false, own: false };

function fits(call) {
    if (filter.errors && !call.code) return false;
    if (filter.own && call.by !== 'client') return false;
    const text = `${call.service}:${call.operation} ${call.status} ${call.code ?? ''} ${call.message ?? ''}`.toLowerCase();
    return filter.text.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function change(name, value) {
    filter[name] = value;
    touch();
}

function filters() {
    const check = (name, words) => h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: filter[name], onchange: (event) => change(name, event.target.checked) }), t(words));
    return h('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
        h('label', { class: 'find' }, h('span', { class: 'unseen' }, t('filter')), h('input', { type: 'search', value: filter.text, placeholder: t('filter_what'), oninput: (event) => change('text', event.target.value) })),
        check('errors', 'errors_only'), check('own', 'own_only'));
}

function row(call) {
    return h('tr', { key: call.seq, class: call.code ? 'failed' : null },
        h('td', { class: 'at' }, moment(call.at, model.clock.started_at)),
        h('td', { class: 'call' }, h('span', { class: 'service' }, `${call.service}:`), call.operation),
        h('td', { class: 'answer' }, h('span', { class: 'status' }, String(call.status)), call.code && h('b', null, ` ${call.code}`), call.message && h('p', null, call.message)),
        h('td', { class: 'by' }, t(`by_${call.by}`)),
        h('td', { class: 'took' }, t('ms', call.duration_ms)));
}

export function calls() {
    const list = model.team.calls, shown = list.filter(fits);
    return [
        h('div', { class: 'top' }, h('h1', null, t('calls_title')), filters()),
        shown.length
            ? h('table', { class: 'calls' }, h('caption', { class: 'unseen' }, t('calls_title')), h('thead', null, h('tr', null, ['at', 'call', 'answer', 'by', 'took'].map((name) => h('th', { key: name, scope: 'col', class: name }, t(name === 'at' ? 'time' : name))))), h('tbody', null, shown.map(row)))
            : h('p', { class: 'empty' }, t(list.length ? 'calls_none_fit' : 'calls_empty')),
        list.length > 0 && !model.calls_ended && h('button', { key: 'older', type: 'button', class: 'quiet', onclick: () => attempt('calls', loadOlderCalls) }, t('calls_older')),
        complaint('calls'),
    ];
}
