// What a team looks at all day: the score and why it moves, what is not being scored, the challenges, the CTO.
import { h } from '../app/dom.js';
import { t, pick, number, signed, direction } from '../app/words.js';
import { isStaff, may, model } from '../app/model.js';
import { moment } from '../app/time.js';
import { copyable } from '../app/copy.js';
import { inline } from '../app/markdown.js';
import { chart } from './chart.js';
import { controls } from './controls.js';
import { challenge } from './challenge.js';
import { feed } from './feed.js';
import { cto } from './avatar.js';
import { teamName } from './name.js';
import { standing } from './standing.js';
import { members } from './members.js';

function score() {
    const { team } = model;
    const trend = (label, value) => h('div', null, h('dt', null, label), h('dd', { class: direction(value) }, signed(value)));
    return h('section', { class: 'tally', 'aria-label': t('score') },
        teamName(),
        h('p', { class: 'total' }, h('span', { class: 'points' }, number(team.score)), h('span', { class: 'unit' }, model.game.currency === 'points' ? t('points', team.score, '').trim() : model.game.currency)),
        h('dl', null, trend(t('minute'), team.trend.minute), trend(t('five_minutes'), team.trend.five_minutes),
            !model.game.solo && h('div', null, h('dt', null, t('rank')), h('dd', null, t('rank_of', team.rank, model.game.teams.length)))));
}

function said(message) {
    return h('li', { key: message.seq }, h('p', { class: 'who' }, h('b', null, pick(message.from)), h('span', null, moment(message.at, model.clock.started_at))),
        h('p', { class: 'text' }, inline(pick(message.text))));
}

function messages() {
    const [newest, ...earlier] = model.team.messages;
    return h('section', { class: `messages ${newest?.level ?? ''}`, 'aria-labelledby': 'messages-title' },
        h('h2', { id: 'messages-title', class: 'unseen' }, t('messages')),
        h('div', { class: 'now' }, cto(newest?.level ?? 'info'),
            newest ? h('ul', { class: 'said' }, said(newest)) : h('p', { class: 'empty' }, t('messages_empty'))),
        earlier.length > 0 && h('details', null, h('summary', null, t('earlier', earlier.length)), h('ul', { class: 'said' }, earlier.map(said))));
}

/** For who has just come in and has not called anything yet. */
function firstSteps() {
    if (!model.team.exports || model.team.calls.some((call) => call.by === 'client') || model.clock.state === 'ended') return null;
    return h('section', { key: 'first', class: 'first', 'aria-labelledby': 'first-title' }, h('h2', { id: 'first-title' }, t('begin')), model.game.brief && h('p', null, inline(pick(model.game.brief))), h('p', null, t('keys_why')),
        copyable(model.team.exports.shell, t('profile')));
}

function notices() {
    const { notices: list } = model.team;
    return list.length > 0 && h('section', { class: 'notices', 'aria-labelledby': 'notices-title' }, h('h2', { id: 'notices-title' }, t('notices')),
        h('ul', null, list.slice(0, 5).map((notice) => h('li', { key: notice.seq, class: notice.level }, notice.text))));
}

export function team() {
    const { challenges } = model.team;
    return [
        h('h1', { class: 'unseen' }, `${pick(model.game.title)}: ${model.team.team.name}`),
        h('div', { class: 'hero' }, score(), chart()),
        standing(),
        may('clock') && !isStaff() && controls(),
        h('div', { class: 'columns' },
            messages(),
            h('div', { class: 'work' }, notices(), firstSteps(),
                h('section', { class: 'challenges', 'aria-labelledby': 'challenges-title' }, h('h2', { id: 'challenges-title' }, t('challenges')),
                    challenges.length ? challenges.map(challenge) : h('p', { class: 'empty' }, t('challenges_empty')))),
            h('div', { class: 'aside' }, feed(), members())),
    ];
}
