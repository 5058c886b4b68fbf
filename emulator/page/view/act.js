// What the facilitator does to one team or to all: faults, messages, more time, points, challenges, and the team's own matters.
import { h } from '../app/dom.js';
import { t, pick, number } from '../app/words.js';
import { model, touch } from '../app/model.js';
import { changeClock, loadFaults } from '../app/event.js';
import { post } from '../app/api.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { confirmed } from './confirm.js';
import { chooseTeam, chosenTeam } from './roster.js';

const longest_message = 2000, longest_reason = 400, longest_name = 40;
const levels = ['info', 'good', 'warning', 'bad'];
const roles = ['captain', 'member', 'observer'];
const extensions_min = [1, 5, 10, 15];
let done = null, wanted = ''; // what was just done; the filter of faults
let done_timer;

function tell(text) {
    done = text;
    touch();
    clearTimeout(done_timer);
    done_timer = setTimeout(() => {
        done = null;
        touch();
    }, 6000);
}

const audience = () => chosenTeam()?.team ?? null;
const heading = (one) => pick(one.title) || one.id;

/** POSTs, and says what came of it. */
const perform = (path, body, says) => attempt('act', async () => {
    const answer = await post(path, body);
    tell(says(answer));
});

const section = (name, ...inside) => h('details', { key: name, name: 'act' }, h('summary', null, t(`act_${name}`)), h('div', { class: 'inside' }, inside));

// ---- faults ----

function parameters(form) {
    const given = {};
    for (const [name, text] of new FormData(form)) if (text !== '') given[name] = Number.isNaN(Number(text)) ? text : Number(text);
    return given;
}

function change(fault, what, form) {
    const body = { fault: fault.fault, team: audience(), do: what, ...(form && what === 'inject' && fault.takes.length ? { parameters: parameters(form) } : {}) };
    perform('api/fault', body, ({ changed }) => t(`${what}_done`, changed)).then(() => loadFaults().catch(() => {}));
}

function fault(one) {
    const team = audience(), stands = team ? one.standing.includes(team) : one.standing.length > 0, whole = team ? stands : one.standing.length >= model.event.rows.length;
    const submit = (event) => {
        event.preventDefault();
        change(one, 'inject', event.currentTarget);
    };
    return h('li', { key: one.fault, class: stands ? 'stands' : null },
        h('form', { onsubmit: submit },
            h('p', { class: 'what' }, h('b', null, heading(one)), ' ', h('code', null, one.fault)),
            one.brief && h('p', { class: 'remark' }, pick(one.brief)),
            stands && h('p', { class: 'is' }, team ? t('fault_stands') : t('fault_stands_at', one.standing.length)),
            one.takes.map((name) => h('label', { key: name }, h('span', null, name), h('input', { type: 'text', name, maxlength: 80, autocomplete: 'off' }))),
            h('div', { class: 'row' }, h('button', { type: 'submit', disabled: whole || isBusy('act'), 'aria-label': `${t('inject')}: ${heading(one)}` }, t('inject')),
                stands && h('button', { type: 'button', disabled: isBusy('act'), 'aria-label': `${t('withdraw')}: ${heading(one)}`, onclick: () => change(one, 'withdraw') }, t('withdraw')))));
}

function faults() {
    const fits = (one) => `${one.fault} ${heading(one)} ${one.challenge ?? ''}`.toLowerCase().includes(wanted.toLowerCase());
    const list = model.event.faults.filter(fits), groups = [...new Set(list.map((one) => one.challenge))];
    const search = (event) => {
        wanted = event.target.value;
        touch();
    };
    return section('faults',
        model.event.faults.length > 8 && h('label', { key: 'find' }, h('span', { class: 'unseen' }, t('filter')), h('input', { type: 'search', value: wanted, placeholder: t('filter'), oninput: search })),
        groups.map((challenge) => h('section', { key: challenge ?? 'none' }, h('h3', null, pick(model.game.challenges.find((one) => one.id === challenge)?.title) || t('fault_of_none')),
            h('ul', { class: 'faults-list' }, list.filter((one) => one.challenge === challenge).map(fault)))),
        !list.length && h('p', { key: 'none', class: 'empty' }, t('faults_none')));
}

// ---- messages ----

function sendMessage(event) {
    event.preventDefault();
    const form = event.currentTarget, given = new FormData(form), ko = given.get('ko').trim();
    const text = ko ? { en: given.get('en').trim(), ko } : given.get('en').trim();
    perform('api/message', { text, level: given.get('level'), team: audience() }, () => t('message_done')).then((sent) => sent && form.reset());
}

const message = () => section('message',
    h('form', { class: 'stack', onsubmit: sendMessage },
        h('label', null, h('span', null, t('message_text')), h('textarea', { name: 'en', rows: 3, required: true, maxlength: longest_message })),
        h('label', null, h('span', null, t('message_text_ko')), h('textarea', { name: 'ko', rows: 2, maxlength: longest_message, lang: 'ko' })),
        h('div', { class: 'row' }, h('label', null, h('span', null, t('level')), h('select', { name: 'level' }, levels.map((one) => h('option', { key: one, value: one }, t(`level_${one}`))))),
            h('button', { type: 'submit', class: 'main', disabled: isBusy('act') }, t('message_send')))));

// ---- time, points, challenges ----

const extend = (minutes) => attempt('act', async () => {
    await changeClock('api/extend', { team: audience(), ms: minutes * 60000 });
    tell(t('extend_done', minutes));
});

const time = () => section('time', h('p', { class: 'remark' }, t(audience() ? 'extend_one_why' : 'extend_all_why')),
    h('div', { class: 'row' }, extensions_min.map((minutes) => h('button', { key: minutes, type: 'button', disabled: isBusy('act') || !model.clock.ends_at, onclick: () => extend(minutes) }, t('plus_minutes', minutes)))));

const challengeChoice = (none) => h('select', { name: 'challenge' }, none && h('option', { key: '', value: '' }, t('question_about_all')), model.game.challenges.map((one) => h('option', { key: one.id, value: one.id }, pick(one.title))));

function override(event) {
    event.preventDefault();
    const form = event.currentTarget, given = new FormData(form);
    const body = { team: audience(), points: Number(given.get('points')), reason: given.get('reason').trim(), challenge: given.get('challenge') || null };
    perform('api/score', body, ({ score }) => t('score_done', number(score))).then((sent) => sent && form.reset());
}

const score = () => section('score',
    h('form', { class: 'stack', onsubmit: override }, h('label', null, h('span', null, t('override_points')), h('input', { type: 'number', name: 'points', required: true, min: -100000, max: 100000, step: 1 })),
        h('label', null, h('span', null, t('override_reason')), h('input', { type: 'text', name: 'reason', required: true, maxlength: longest_reason, autocomplete: 'off' })),
        h('label', null, h('span', null, t('question_about')), challengeChoice(true)),
        h('button', { type: 'submit', disabled: isBusy('act') }, t('override_yes'))));

function challenges() {
    const team = audience();
    const unlock = (one) => perform('api/unlock', { challenge: one.id, team }, ({ unlocked }) => t('unlock_done', unlocked));
    const solve = (one) => perform('api/solve', { challenge: one.id, team }, ({ solved }) => t('solve_done', solved));
    return section('challenges', h('ul', { class: 'plain-list' }, model.game.challenges.map((one) => h('li', { key: one.id }, h('span', null, pick(one.title)),
        h('button', { type: 'button', disabled: isBusy('act'), 'aria-label': `${t('unlock')}: ${pick(one.title)}`, onclick: () => unlock(one) }, t('unlock')),
        team && confirmed(`solve-${one.id}`, { words: t('solve'), question: t('solve_ask', pick(one.title)), 'aria-label': `${t('solve')}: ${pick(one.title)}`, act: () => solve(one) })))));
}

// ---- the team's own matters ----

const rename = (name) => perform('api/team', { team: audience(), name }, ({ team }) => t('name_done', team.name));

function nameForm(row) {
    const submit = (event) => {
        event.preventDefault();
        const form = event.currentTarget;
        rename(new FormData(form).get('name').trim()).then((sent) => sent && form.reset());
    };
    return [
        row.name_proposed && h('div', { key: 'proposed', class: 'ask' }, h('p', null, t('name_proposed', row.name_proposed)),
            h('button', { type: 'button', class: 'main', onclick: () => rename(row.name_proposed) }, t('name_accept')), h('button', { type: 'button', onclick: () => rename(null) }, t('name_refuse'))),
        h('form', { key: 'name', class: 'row', onsubmit: submit }, h('label', { class: 'wide-field' }, h('span', null, t('name_new')), h('input', { type: 'text', name: 'name', required: true, maxlength: longest_name, placeholder: row.name, autocomplete: 'off' })),
            h('button', { type: 'submit' }, t('name_change')), confirmed('name-refuse', { words: t('name_take_away'), question: t('name_take_away_ask', row.name), act: () => rename(null) })),
    ];
}

const memberPath = () => `api/member?team=${audience()}`;

function memberRow(one) {
    const change = (body) => perform(memberPath(), { member: one.id, ...body }, () => t('member_done', one.name));
    return h('li', { key: one.id, class: one.joined_at ? null : 'away' }, h('span', null, one.name, !one.joined_at && h('span', { class: 'remark' }, ` ${t('member_away')}`)),
        h('label', null, h('span', { class: 'unseen' }, t('role_of', one.name)), h('select', { value: one.role, onchange: (event) => change({ role: event.target.value }) }, roles.map((role) => h('option', { key: role, value: role }, t(`role_${role}`))))),
        confirmed(`remove-${one.id}`, { words: '✕', yes: t('member_remove'), question: t('member_ask', one.name), class: 'quiet', 'aria-label': `${t('member_remove')}: ${one.name}`, act: () => change({ remove: true }) }));
}

function rotate() {
    const team = audience();
    return perform('api/keys', { team }, () => t('keys_done'));
}

const teamMatters = (row) => [
    section('name', nameForm(row)),
    section('members', row.members.length ? h('ul', { class: 'plain-list' }, row.members.map(memberRow)) : h('p', { class: 'empty' }, t('members_none'))),
    section('keys', h('p', { class: 'remark' }, t('keys_rotate_why')), confirmed('rotate', { words: t('keys_rotate'), question: t('keys_rotate_ask', row.name), act: rotate })),
];

function namesPolicy() {
    const set = (names) => attempt('act', async () => {
        model.event.names = (await post('api/names', { names })).names;
        touch();
    });
    return section('names', h('p', { class: 'remark' }, t('names_why')), h('div', { class: 'switch', role: 'group', 'aria-label': t('act_names') }, ['at once', 'approved'].map((one) =>
        h('button', { key: one, type: 'button', 'aria-pressed': String(model.event.names === one), onclick: () => set(one) }, t(`names_${one}`)))));
}

export function act() {
    const row = chosenTeam();
    return h('aside', { key: 'act', class: 'act', 'aria-labelledby': 'act-title' },
        h('div', { class: 'whom' }, h('h2', { id: 'act-title' }, t('act_on')), h('p', { class: 'name' }, row ? row.name : t('all_teams')),
            row ? h('button', { type: 'button', class: 'quiet', onclick: () => chooseTeam(row.team) }, t('all_teams')) : h('p', { class: 'remark' }, t('act_choose'))),
        faults(), message(), time(), challenges(), row ? [score(), teamMatters(row)] : namesPolicy(),
        done && h('p', { key: 'done', class: 'well', role: 'status' }, `✓ ${done}`), complaint('act'));
}
