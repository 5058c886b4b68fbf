// The teams at a glance: who is well, who is not and why, what stands broken, who has not called for long.
import { h } from '../app/dom.js';
import { t, pick, number, signed, direction } from '../app/words.js';
import { model, gameNow, touch } from '../app/model.js';
import { ranked } from '../app/event.js';
import { duration } from '../app/time.js';
import { to } from '../app/route.js';
import { readCause } from '../app/cause.js';
import { look } from './look.js';

const glyphs = { good: '●', trouble: '✕', idle: '◌', unknown: '○' };
const most_troubles = 2, most_faults = 1; // of a team that is not chosen: twenty are to be seen at a glance
let order = 'rank';

/** The team to which the panel beside acts; null: to all. */
let chosen = null;
export const chosenTeam = () => model.event.rows.find((one) => one.team === chosen) ?? null;

export function chooseTeam(team) {
    chosen = chosen === team ? null : team;
    touch();
}

const titleOf = (challenge) => pick(model.game.challenges.find((one) => one.id === challenge)?.title) || challenge;
const ago = (at) => duration(gameNow() - at);

const trouble = (one, more) => h('li', { key: `t${one.challenge}`, class: 'why', title: pick(one.why) }, h('b', null, titleOf(one.challenge)), h('span', null, ` ${ago(one.since)} `), readCause(pick(one.why)).says, more);
const fault = (one, more) => h('li', { key: `f${one.fault}`, class: 'fault' }, pick(one.title), h('span', null, ` ${ago(one.since)}${one.detected_at ? ` · ${t('fault_found')}` : ''}`), more);

const lines = (list, most, draw) => list.slice(0, most).map((one, i) => draw(one, i === most - 1 && list.length > most && h('span', { class: 'more' }, ` ${t('and_more', list.length - most)}`)));

function lastCall(call) {
    if (!call) return '–';
    return [h('code', { class: call.code ? 'bad' : null }, call.operation), h('span', { class: 'remark' }, t('ago', ago(call.at)))];
}

function row(one) {
    const is = one.team === chosen;
    return h('tr', { key: one.team, class: `is-${one.health}${is ? ' chosen' : ''}` },
        h('td', { class: 'rank' }, String(one.rank)),
        h('td', { class: 'name' }, h('button', { type: 'button', class: 'quiet team', 'aria-pressed': String(is), onclick: () => chooseTeam(one.team) }, one.name),
            one.name_proposed && h('span', { class: 'chip wants' }, t('wants_name', one.name_proposed)),
            h('p', { class: 'remark' }, t('here', one.members.filter((each) => each.joined_at).length, one.pages), one.extra_ms > 0 && ` · ${t('extended', duration(one.extra_ms))}`, ' · ', h('a', { href: to('team'), onclick: (event) => look(event, one.team) }, t('look_at')))),
        h('td', { class: 'health' }, h('p', { class: 'is' }, h('span', { 'aria-hidden': 'true' }, `${glyphs[one.health]} `), t(`health_${one.health}`)),
            h('ul', null, lines(one.troubles, is ? Infinity : most_troubles, trouble), lines(one.faults, is ? Infinity : most_faults, fault))),
        h('td', { class: 'score' }, h('b', null, number(one.score)), h('span', { class: direction(one.trend.five_minutes) }, signed(one.trend.five_minutes))),
        h('td', { class: 'solved' }, `${number(one.solved)}/${model.game.challenges.length}`),
        h('td', { class: 'hints' }, number(one.hints)),
        h('td', { class: 'last' }, lastCall(one.last_call)),
        h('td', { class: 'asked' }, one.questions > 0 && h('a', { href: to('queue'), 'aria-label': t('waiting', one.questions) }, h('span', { class: 'count' }, String(one.questions)))));
}

const urgency = { trouble: 0, idle: 1, unknown: 2, good: 3 };
const orders = { rank: () => 0, need: (a, b) => urgency[a.health] - urgency[b.health] || b.questions - a.questions };

const heads = [['rank', 'rank_short'], ['name', 'team_name'], ['health', 'health'], ['score', 'score'], ['solved', 'solved'], ['hints', 'hints'], ['last', 'last_call'], ['asked', 'questions_short']];

export function roster() {
    const rows = ranked().sort(orders[order]);
    return h('section', { key: 'roster', class: 'roster', 'aria-labelledby': 'roster-title' },
        h('div', { class: 'top' }, h('h2', { id: 'roster-title' }, t('teams_count', rows.length)),
            h('div', { class: 'switch', role: 'group', 'aria-label': t('order_by') }, Object.keys(orders).map((name) => h('button', { key: name, type: 'button', 'aria-pressed': String(order === name), onclick: () => {
                order = name;
                touch();
            } }, t(`order_${name}`))))),
        h('table', null, h('caption', { class: 'unseen' }, t('teams_count', rows.length)), h('thead', null, h('tr', null, heads.map(([key, words]) => h('th', { key, scope: 'col', class: key }, t(words))))),
            h('tbody', null, rows.map(row))));
}
