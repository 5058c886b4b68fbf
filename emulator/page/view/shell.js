// The frame around every view: name of the game, the clock, the way to the views, language and theme, and whether we are connected.
import { h } from '../app/dom.js';
import { t, pick, language, languages, choose, preferred, recalled, remember } from '../app/words.js';
import { isStaff, may, model, gameNow, touch } from '../app/model.js';
import { duration } from '../app/time.js';
import { of_team, to } from '../app/route.js';
import { attempt } from './attempt.js';
import { mark } from './avatar.js';
import { later } from './lazy.js';
import { team } from './team.js';

const views = {
    team,
    board: later(() => import('./board.js'), 'board'),
    wall: later(() => import('./wall.js'), 'wall'),
    executions: later(() => import('./executions.js'), 'executions'),
    execution: later(() => import('./execution.js'), 'execution'),
    forecast: later(() => import('./forecast.js'), 'forecast'),
    monitoring: later(() => import('./monitoring.js'), 'monitoring'),
    chat: later(() => import('./chat.js'), 'chat'),
    console: later(() => import('./console.js'), 'browse'),
    calls: later(() => import('./calls.js'), 'calls'),
    questions: later(() => import('./questions.js'), 'questions'),
    guide: later(() => import('./guide.js'), 'guide'),
    keys: later(() => import('./keys.js'), 'keys'),
    review: later(() => import('./review.js'), 'review'),
    room: later(() => import('./room.js'), 'room'),
    queue: later(() => import('./queue.js'), 'queue'),
    log: later(() => import('./log.js'), 'log'),
    sheet: later(() => import('./sheet.js'), 'sheet'),
};
const seek = later(() => import('./seek.js'), 'seek');
const themes = ['auto', 'light', 'dark'];
const glyphs = { auto: '◐', light: '☀', dark: '☾' };

function setLanguage(wanted) {
    choose(wanted);
    touch();
}

function setTheme() {
    const now = document.documentElement.dataset.theme ?? 'auto';
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    if (next === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    remember('theme', next);
    touch();
}

/** Language and theme that were chosen here last time; without a choice the system decides. */
export function recallSettings() {
    const theme = recalled('theme');
    document.documentElement.lang = preferred();
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
}

export function settings() {
    const theme = document.documentElement.dataset.theme ?? 'auto';
    const says = `${t('theme')}: ${t(`theme_${theme}`)}`;
    return h('div', { class: 'settings' },
        h('div', { class: 'switch', role: 'group', 'aria-label': t('language') },
            Object.entries(languages).map(([code, name]) =>
                h('button', { key: code, type: 'button', lang: code, 'aria-pressed': String(language() === code), onclick: () => setLanguage(code) }, name))),
        h('button', { type: 'button', class: 'icon', 'aria-label': says, title: says, onclick: setTheme }, h('span', { 'aria-hidden': 'true' }, glyphs[theme])));
}

/** What counts now: to the start while nobody plays for points yet, then to the end. */
function counted() {
    const { clock } = model, begins = clock.schedule?.live_at;
    if (clock.state === 'draft' || clock.state === 'warm-up') return begins ? [duration(begins - gameNow()), t('time_to_start')] : ['–', t('time_to_start')];
    if (!clock.started_at) return ['–', t('time_left')];
    return clock.ends_at ? [duration(clock.ends_at - gameNow()), t('time_left')] : [duration(gameNow() - clock.started_at), t('time_played')];
}

export function time() {
    const { clock } = model, [left, label] = counted();
    return h('div', { class: `time ${clock.state}` },
        h('span', { class: 'state' }, t(`state_${clock.state}`), clock.speed !== 1 && h('b', null, ` ${t('times', clock.speed)}`)),
        h('span', { class: 'left', role: 'timer', 'aria-label': label, title: label }, left));
}

/** Of a team's views those that there is something in, and that the session may see. */
function tabsOfTeam() {
    const has = { execution: false, forecast: model.forecasts?.length, monitoring: model.monitors?.length, keys: model.team?.exports, questions: !model.game.solo };
    return of_team.filter((name) => !(name in has) || has[name]);
}

const over = () => model.clock.state === 'ended' && !model.clock.frozen_at;

function tabs() {
    if (isStaff()) return model.session.role === 'facilitator' ? ['room', 'queue', 'log', 'sheet', 'board', 'review'] : ['queue', 'board'];
    return [...tabsOfTeam(), 'board', ...(over() ? ['review'] : [])];
}

/** Questions that wait: for the staff those that nobody has taken, for a team the answers that came since it looked. */
function waiting(name) {
    if (name === 'queue') return model.event.questions.filter((one) => one.state === 'open').length;
    if (name === 'questions' && !isStaff()) return model.team.questions.filter((one) => one.state === 'answered' && one.answers[one.answers.length - 1].at > model.answers_seen).length;
    return 0;
}

/** Where the tabs do not all fit, the one that is shown is in sight. */
function bringUp(element, shown) {
    const current = element.querySelector('[aria-current]');
    if (!current || element.dataset.shown === shown) return;
    element.dataset.shown = shown;
    requestAnimationFrame(() => (element.scrollLeft = current.offsetLeft - element.offsetLeft - (element.clientWidth - current.offsetWidth) / 2));
}

function nav(names, view, label) {
    const shown = view === 'execution' ? 'executions' : view;
    return h('nav', { 'aria-label': label, settled: (element) => bringUp(element, shown) }, names.map((name) => {
        const count = waiting(name);
        return h('a', { key: name, href: to(name), 'aria-current': name === shown ? 'page' : null }, t(name), count > 0 && h('span', { class: 'count', 'aria-label': t('waiting', count) }, String(count)));
    }));
}

function header(view) {
    const inside = model.clock && (model.team || isStaff());
    return h('header', { key: 'bar', class: 'bar' },
        h('a', { class: 'skip', href: '#content', onclick: skip }, t('skip')),
        h('div', { class: 'brand' }, mark(), h('span', { class: 'title' }, model.game ? pick(model.game.title) : 'Rehearse')),
        inside && nav(tabs(), view, t('views')),
        inside && time(),
        settings());
}

/** The staff's way from team to team, above the team's own views. */
function looking(view) {
    if (!isStaff() || !of_team.includes(view) || !model.team) return null;
    return h('section', { key: 'looking', class: 'looking', 'aria-label': t('looking_at') },
        h('label', { class: 'teams' }, h('span', null, t('looking_at')),
            h('select', { value: model.team.team.id, onchange: (event) => attempt('show', () => model.show(event.target.value)) },
                model.game.teams.map((one) => h('option', { key: one.id, value: one.id }, one.name)))),
        nav(tabsOfTeam(), view, t('views_of_team')));
}

/** The fragment belongs to the views, so the link to the content only moves the focus. */
function skip(event) {
    event.preventDefault();
    document.getElementById('content').focus();
}

function content(view, what) {
    const ready = model.clock && (isStaff() ? !of_team.includes(view) || model.team : model.team);
    return ready ? views[view](what) : h('p', { class: 'empty' }, t('loading'));
}

export function shell({ view, what }) {
    if (view === 'wall' && model.clock) return [h('main', { key: 'wall', id: 'content', tabindex: -1, class: 'view-wall' }, views.wall())];
    return [
        header(view),
        model.connection === 'lost' && h('p', { key: 'lost', class: 'lost' }, h('span', { class: 'spin', 'aria-hidden': 'true' }), t('lost')),
        looking(view),
        may('seek') && model.game?.replay && seek(),
        h('main', { key: 'main', id: 'content', tabindex: -1, class: `view-${view}` }, content(view, what)),
    ].filter(Boolean);
}
