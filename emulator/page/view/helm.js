// The event's state in the facilitator's hands: what it is now, what it can become, the clock, the board's freeze, the schedule.
import { h } from '../app/dom.js';
import { t, number } from '../app/words.js';
import { model, gameNow } from '../app/model.js';
import { changeClock } from '../app/event.js';
import { moment } from '../app/time.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { confirmed } from './confirm.js';

const next = { draft: ['warm-up', 'live'], 'warm-up': ['live'], live: ['locked', 'ended'], locked: ['live', 'ended'] };
const grave = new Set(['ended']); // there is no way back
const moments = ['warm_up_at', 'live_at', 'lock_at', 'freeze_at', 'ends_at'];
const speeds = [0.5, 1, 2, 5, 10, 30, 60];
const extensions_min = [1, 5, 15];
let schedule_open = false;

const turn = (path, body) => attempt('helm', () => changeClock(path, body));

function toState(state) {
    const words = t(state === 'live' && model.clock.state === 'locked' ? 'to_live_again' : `to_${state}`);
    if (grave.has(state)) return confirmed(`to-${state}`, { words, question: t('to_ended_ask'), act: () => turn('api/state', { state }) });
    return h('button', { key: state, type: 'button', class: state === 'live' ? 'main' : null, disabled: isBusy('helm'), onclick: () => turn('api/state', { state }) }, words);
}

function states() {
    const { clock } = model, paused = clock.state === 'paused';
    const stands = ['live', 'warm-up', 'locked', 'paused'].includes(clock.state);
    return h('div', { key: 'states', class: 'row' }, (next[clock.state] ?? []).map(toState),
        stands && h('button', { key: 'pause', type: 'button', class: paused ? 'main' : null, disabled: isBusy('helm'), onclick: () => turn('api/clock', { paused: !paused }) },
            h('span', { 'aria-hidden': 'true' }, paused ? '▶ ' : '❙❙ '), t(paused ? 'resume' : 'pause')),
        h('button', { key: 'freeze', type: 'button', disabled: isBusy('helm'), 'aria-pressed': String(Boolean(clock.frozen_at)), onclick: () => turn('api/freeze', { frozen: !clock.frozen_at }) }, t(clock.frozen_at ? 'reveal' : 'freeze')));
}

function longer() {
    return h('div', { key: 'longer', class: 'row', role: 'group', 'aria-label': t('extend_all') }, h('span', { class: 'remark' }, t('extend_all')),
        extensions_min.map((minutes) => h('button', { key: minutes, type: 'button', disabled: isBusy('helm') || !model.clock.ends_at || model.clock.state === 'ended', onclick: () => turn('api/extend', { team: null, ms: minutes * 60000 }) }, t('plus_minutes', minutes))),
        h('label', { class: 'speed' }, h('span', null, t('speed')),
            h('select', { value: String(model.clock.speed), onchange: (event) => turn('api/clock', { speed: Number(event.target.value) }) },
                (speeds.includes(model.clock.speed) ? speeds : [...speeds, model.clock.speed].sort((a, b) => a - b)).map((value) => h('option', { key: value, value: String(value) }, t('times', number(value)))))));
}

// ---- the schedule: game time is told as the wall clock of whoever looks, as far as it goes on as it does now ----

const two = (n) => String(n).padStart(2, '0');

function wallOf(at) {
    const wall = new Date(Date.now() + (at - gameNow()) / model.clock.speed);
    return `${two(wall.getHours())}:${two(wall.getMinutes())}`;
}

/** The next time that the clock on the wall shows HH:MM. */
function gameTimeOf(text) {
    const [hours, minutes] = text.split(':').map(Number), wall = new Date();
    wall.setHours(hours, minutes, 0, 0);
    if (wall.getTime() < Date.now() - 60000) wall.setDate(wall.getDate() + 1);
    return Math.round(gameNow() + (wall.getTime() - Date.now()) * model.clock.speed);
}

function saveSchedule(event) {
    event.preventDefault();
    const given = new FormData(event.currentTarget), wanted = {};
    for (const name of moments) {
        const text = given.get(name), now = model.clock.schedule[name];
        if (text === null || text === (now ? wallOf(now) : '')) continue; // past, or as it was
        wanted[name] = text ? gameTimeOf(text) : null;
    }
    if (Object.keys(wanted).length) turn('api/schedule', wanted);
}

const begun = () => !['draft', 'warm-up', 'preparing'].includes(model.clock.state);

function scheduled(name) {
    const at = model.clock.schedule[name], past = at && at <= gameNow();
    if (!at && ((name === 'warm_up_at' && model.clock.state !== 'draft') || (name === 'live_at' && begun()))) return null;
    return h('label', { key: name }, h('span', null, t(name)),
        past ? h('output', { key: 'past' }, t('was_at', moment(at, model.clock.started_at)))
            : h('input', { key: `open ${at}`, type: 'time', name, mounted: (field) => (field.value = at ? wallOf(at) : '') }));
}

function schedule() {
    return h('details', { key: 'schedule', class: 'schedule', open: schedule_open, ontoggle: (event) => (schedule_open = event.target.open) }, h('summary', null, t('schedule')),
        h('form', { onsubmit: saveSchedule }, moments.map(scheduled), h('button', { type: 'submit', disabled: isBusy('helm') }, t('schedule_save'))),
        h('p', { class: 'remark' }, t('schedule_why')));
}

/** How the teams are, in four numbers. */
function summary() {
    const rows = model.event.rows, count = (fits) => rows.filter(fits).length;
    const facts = [[count((one) => one.health === 'good'), 'health_good', 'good'], [count((one) => one.health === 'trouble'), 'health_trouble', 'trouble'], [count((one) => one.health === 'idle'), 'health_idle', 'idle'],
        [rows.reduce((sum, one) => sum + one.pages, 0), 'pages_open', '']];
    return h('dl', { key: 'summary', class: 'summary' }, facts.map(([value, words, kind]) => h('div', { key: words, class: value && kind ? `is-${kind}` : null }, h('dt', null, t(words)), h('dd', null, number(value)))));
}

export function helm() {
    const { clock } = model;
    return h('section', { key: 'helm', class: `helm ${clock.state}`, 'aria-label': t('event') },
        h('p', { key: 'now', class: 'now' }, h('b', null, t(`state_${clock.state}`)), ' ', h('span', null, t(clock.scoring ? 'scoring_is_on' : 'scoring_is_off')), clock.frozen_at && h('span', { class: 'chip' }, t('frozen_chip', moment(clock.frozen_at, clock.started_at)))),
        summary(), states(), longer(), schedule(), complaint('helm'));
}
