// The frame around every view: name of the game, the clock, the way to the views, language and theme, and whether we are connected.
import { h } from '../app/dom.js';
import { t, pick, language, languages, choose, remember } from '../app/words.js';
import { model, gameNow, touch } from '../app/model.js';
import { duration } from '../app/time.js';
import { to } from '../app/route.js';
import { attempt } from './attempt.js';
import { mark } from './avatar.js';
import { team } from './team.js';
import { board } from './board.js';
import { calls } from './calls.js';
import { chat } from './chat.js';
import { executions } from './executions.js';
import { execution } from './execution.js';
import { forecast } from './forecast.js';
import { monitoring } from './monitoring.js';
import { guide } from './guide.js';
import { keys } from './keys.js';

const views = { team, board, executions, execution, forecast, monitoring, chat, calls, guide, keys };
const tabs = ['team', 'board', 'executions', 'forecast', 'monitoring', 'chat', 'calls', 'guide', 'keys'];
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

export function settings() {
    const theme = document.documentElement.dataset.theme ?? 'auto';
    const says = `${t('theme')}: ${t(`theme_${theme}`)}`;
    return h('div', { class: 'settings' },
        h('div', { class: 'switch', role: 'group', 'aria-label': t('language') },
            Object.entries(languages).map(([code, name]) =>
                h('button', { key: code, type: 'button', lang: code, 'aria-pressed': String(language() === code), onclick: () => setLanguage(code) }, name))),
        h('button', { type: 'button', class: 'icon', 'aria-label': says, title: says, onclick: setTheme }, h('span', { 'aria-hidden': 'true' }, glyphs[theme])));
}

function time() {
    const { clock } = model.team;
    const left = clock.ends_at ? duration(clock.ends_at - gameNow()) : duration(gameNow() - (clock.started_at ?? clock.now));
    const label = clock.ends_at ? t('time_left') : t('time_played');
    return h('div', { class: `time ${clock.state}` },
        h('span', { class: 'state' }, t(`state_${clock.state}`), clock.speed !== 1 && h('b', null, ` ${t('times', clock.speed)}`)),
        h('span', { class: 'left', role: 'timer', 'aria-label': label, title: label }, clock.started_at ? left : '–'));
}

/** A facilitator's way from team to team. */
function teams() {
    return h('label', { class: 'teams' }, h('span', { class: 'unseen' }, t('team_name')),
        h('select', { value: model.team.team.id, onchange: (event) => attempt('show', () => model.show(event.target.value)) },
            model.game.teams.map((one) => h('option', { key: one.id, value: one.id }, one.name))));
}

function header(view) {
    const shown = view === 'execution' ? 'executions' : view;
    return h('header', { class: 'bar' },
        h('a', { class: 'skip', href: '#content', onclick: skip }, t('skip')),
        h('div', { class: 'brand' }, mark(), h('span', { class: 'title' }, model.game ? pick(model.game.title) : 'Rehearse')),
        model.team && h('nav', { 'aria-label': t('views') },
            tabs.filter((name) => (name !== 'forecast' || model.forecasts?.length) && (name !== 'monitoring' || model.monitors?.length)).map((name) => h('a', { key: name, href: to(name), 'aria-current': name === shown ? 'page' : null }, t(name)))),
        model.team && !model.session.team && teams(),
        model.team && time(),
        settings());
}

/** The fragment belongs to the views, so the link to the content only moves the focus. */
function skip(event) {
    event.preventDefault();
    document.getElementById('content').focus();
}

export function shell({ view, what }) {
    return [
        header(view),
        model.connection === 'lost' && h('p', { key: 'lost', class: 'lost' }, h('span', { class: 'spin', 'aria-hidden': 'true' }), t('lost')),
        h('main', { key: 'main', id: 'content', tabindex: -1, class: `view-${view}` }, model.team ? views[view](what) : h('p', { class: 'empty' }, t('loading'))),
    ].filter(Boolean);
}
