// What happens in the event, as it happens: states, scores, faults, teams, messages, questions, and what the facilitator did.
import { h } from '../app/dom.js';
import { t, pick } from '../app/words.js';
import { model, touch } from '../app/model.js';
import { getOfAll } from '../app/api.js';
import { moment } from '../app/time.js';
import { learnStaff } from '../app/words_staff.js';
import { attempt, complaint } from './attempt.js';

learnStaff();

const kinds = ['state', 'score', 'fault', 'challenge', 'team', 'message', 'question', 'notice', 'control'];
const filter = { kind: '', team: '' };
let ended = false;

const nameOf = (team) => model.game.teams.find((one) => one.id === team)?.name ?? team;

const entry = (one) => h('li', { key: one.n, class: `of-${one.kind}` }, h('span', { class: 'at' }, moment(one.at, model.clock.started_at)), h('span', { class: 'kind' }, t(`log_${one.kind}`)),
    h('span', { class: 'who' }, one.team ? nameOf(one.team) : ''), h('span', { class: 'text' }, pick(one.text)));

export const entries = (list) => (list.length ? h('ol', { key: 'log', class: 'log-entries' }, list.map(entry)) : h('p', { key: 'none', class: 'empty' }, t('log_none')));

const older = () => attempt('log', async () => {
    const { event } = model, { log } = await getOfAll(`api/log?before=${event.log[event.log.length - 1].n}`);
    event.log = [...event.log, ...log];
    ended = log.length === 0;
    touch();
});

function choice(name, words, options) {
    return h('label', null, h('span', { class: 'unseen' }, t(words)), h('select', { value: filter[name], onchange: (event) => {
        filter[name] = event.target.value;
        touch();
    } }, h('option', { key: '', value: '' }, t(`${words}_all`)), options.map(([value, text]) => h('option', { key: value, value }, text))));
}

export function log() {
    const list = model.event.log.filter((one) => (!filter.kind || one.kind === filter.kind) && (!filter.team || one.team === filter.team));
    return [
        h('div', { key: 'top', class: 'top' }, h('h1', null, t('log_title')), h('div', { class: 'filters' },
            choice('kind', 'log_kind', kinds.map((one) => [one, t(`log_${one}`)])), choice('team', 'log_of_team', model.game.teams.map((one) => [one.id, one.name])))),
        entries(list),
        !ended && model.event.log.length > 0 && h('button', { key: 'older', type: 'button', class: 'quiet', onclick: older }, t('older')), complaint('log'),
    ];
}
