// A replay in one's hands: where in the recorded game one stands, forwards and back, and how fast it goes.
import { h } from '../app/dom.js';
import { t, number } from '../app/words.js';
import { model, gameNow } from '../app/model.js';
import { changeClock } from '../app/event.js';
import { learnStaff } from '../app/words_staff.js';
import { duration } from '../app/time.js';
import { attempt, complaint } from './attempt.js';

learnStaff();

const speeds = [1, 2, 4, 10, 30, 60], step_s = 30;
let held = null; // where the slider is while it is held

const since = (at) => duration(at - model.game.replay.from);
const go = (path, body) => attempt('seek', () => changeClock(path, body));

async function leave(at) {
    await go('api/seek', { at: Math.min(at, model.game.replay.to) });
    held = null;
}

export function seek() {
    const { from, to } = model.game.replay, { clock } = model, now = held ?? Math.min(Math.max(gameNow(), from), to);
    const jump = (seconds) => leave(Math.max(from, gameNow() + seconds * 1000));
    return h('section', { key: 'seek', class: 'seek', 'aria-label': t('replay') },
        h('b', null, t('replay')),
        h('button', { type: 'button', onclick: () => go('api/clock', { paused: clock.running }), 'aria-label': t(clock.running ? 'pause' : 'resume') }, clock.running ? '❙❙' : '▶'),
        h('button', { type: 'button', class: 'quiet', 'aria-label': t('seek_back', step_s), onclick: () => jump(-step_s) }, `−${step_s} s`),
        h('input', {
            type: 'range', min: 0, max: Math.max(1, Math.ceil((to - from) / 1000)), step: 1, value: String(Math.floor((now - from) / 1000)), 'aria-label': t('seek_at'), 'aria-valuetext': since(now),
            oninput: (event) => (held = from + Number(event.target.value) * 1000), onchange: (event) => leave(from + Number(event.target.value) * 1000),
        }),
        h('button', { type: 'button', class: 'quiet', 'aria-label': t('seek_on', step_s), onclick: () => jump(step_s) }, `+${step_s} s`),
        h('output', null, `${since(now)} / ${since(to)}`),
        h('label', { class: 'speed' }, h('span', { class: 'unseen' }, t('speed')), h('select', { value: String(clock.speed), onchange: (event) => go('api/clock', { speed: Number(event.target.value) }) },
            (speeds.includes(clock.speed) ? speeds : [...speeds, clock.speed].sort((a, b) => a - b)).map((value) => h('option', { key: value, value: String(value) }, t('times', number(value)))))),
        complaint('seek'));
}
