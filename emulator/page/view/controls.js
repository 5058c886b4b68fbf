// The clock in the hands of a single player (or the facilitator): pause, speed, step, marks and the way back to them.
import { h, onEscape } from '../app/dom.js';
import { t, number } from '../app/words.js';
import { model, turnClock, gameNow, touch } from '../app/model.js';
import { post } from '../app/api.js';
import { moment } from '../app/time.js';
import { attempt, complaint, isBusy } from './attempt.js';

const speeds = [0.5, 1, 2, 5, 10, 30, 60];
const label_length = 80;
let open = false, going = null, label = '';

const since = (at) => moment(at, model.clock.started_at);

async function turn(change) {
    await attempt('clock', () => turnClock(post('api/clock', change)));
}

async function setMark(event) {
    event.preventDefault();
    const name = label.trim() || t('mark_default', since(gameNow()));
    const done = await attempt('mark', async () => (model.team.marks = (await post('api/mark', { label: name })).marks));
    if (done) label = '';
    touch();
}

async function rewind(mark) {
    if (await attempt('mark', () => post('api/rewind', { mark: mark.mark }))) going = null;
    touch();
}

function ask(mark) {
    going = mark;
    touch();
}

function markRow(mark) {
    const asked = going === mark.mark;
    return h('li', { key: mark.mark }, h('span', { class: 'at' }, since(mark.at)), h('span', { class: 'label' }, mark.label),
        asked
            ? h('div', { key: 'ask', class: 'ask', role: 'group', 'aria-label': t('rewind_ask', mark.label), onkeydown: onEscape(() => ask(null)) },
                h('p', null, t('rewind_ask', mark.label)),
                h('button', { type: 'button', class: 'main', focus: true, disabled: isBusy('mark'), onclick: () => rewind(mark) }, t('rewind_yes')),
                h('button', { type: 'button', onclick: () => ask(null) }, t('cancel')))
            : h('button', { key: 'go', type: 'button', 'aria-label': `${t('rewind')}: ${mark.label}`, onclick: () => ask(mark.mark) }, t('rewind')));
}

function marks() {
    const list = [...model.team.marks].reverse();
    return h('div', { key: 'marks', class: 'marks' },
        model.session.may.includes('mark') && h('form', { onsubmit: setMark },
            h('label', null, h('span', null, t('mark_label')), h('input', { type: 'text', maxlength: label_length, value: label, placeholder: t('mark_default', since(gameNow())), oninput: (event) => (label = event.target.value) })),
            h('button', { type: 'submit', disabled: isBusy('mark') }, t('mark_set'))),
        list.length ? h('ul', null, list.map(markRow)) : h('p', { class: 'empty' }, t('no_marks')),
        complaint('mark'));
}

export function controls() {
    const { clock } = model;
    const paused = clock.state === 'paused';
    const over = clock.state === 'ended' || clock.state === 'failed' || clock.state === 'preparing';
    const offered = speeds.includes(clock.speed) ? speeds : [...speeds, clock.speed].sort((a, b) => a - b);
    const step = (ms, name) => h('button', { type: 'button', disabled: !paused || isBusy('clock'), title: paused ? null : t('step_why'), onclick: () => turn({ step_ms: ms }) }, t(name));
    return h('section', { class: 'controls', 'aria-label': t('clock') },
        h('div', { class: 'row' },
            h('button', { type: 'button', class: 'pause', disabled: over || isBusy('clock'), onclick: () => turn({ paused: !paused }) }, h('span', { 'aria-hidden': 'true' }, paused ? '▶ ' : '❙❙ '), t(paused ? 'resume' : 'pause')),
            h('label', { class: 'speed' }, h('span', null, t('speed')),
                h('select', { disabled: over, value: String(clock.speed), onchange: (event) => turn({ speed: Number(event.target.value) }) },
                    offered.map((value) => h('option', { key: value, value: String(value) }, t('times', number(value)))))),
            h('div', { class: 'steps', role: 'group', 'aria-label': t('step') }, step(10000, 'step_ten'), step(60000, 'step_minute')),
            model.session.may.includes('rewind') && h('button', { type: 'button', class: 'quiet', 'aria-expanded': String(open), onclick: () => {
                open = !open;
                touch();
            } }, `${t('marks')} (${model.team.marks.length})`)),
        complaint('clock'),
        open && marks());
}
