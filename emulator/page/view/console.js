// What the account holds, to look at and not to touch: kinds of things, the things of a kind, one of them with what stands inside of
// it; and at each place the aws command that shows the same. The way is in the address: #/console/KIND ␞ PATH ␞ ID.
import { h } from '../app/dom.js';
import { t, pick, number } from '../app/words.js';
import { get } from '../app/api.js';
import { model, touch } from '../app/model.js';
import { moment } from '../app/time.js';
import { route, to } from '../app/route.js';
import { copyable } from '../app/copy.js';
import { pretty } from '../app/pretty.js';

const level = '\x1f', part = '\x1e';
let kinds = null, refused = null;
let shown = { place: null }; // what is looked at: { place, found, items, busy, refused }

const place = (kind, path = [], id = '') => [kind, path.join(level), id].join(part);
const linkTo = (...where) => to('console', place(...where));

function where() {
    const [kind = '', path = '', id = ''] = route().what.split(part);
    return { kind, path: path ? path.split(level) : [], id };
}

function loadKinds() {
    if (kinds) return;
    kinds = [];
    get('api/console').then((found) => (kinds = found.kinds), (error) => {
        refused = error.message;
        kinds = null;
    }).finally(touch);
}

function query({ kind, path, id }, next) {
    const asked = new URLSearchParams({ kind });
    if (path.length) asked.set('of', path.join(level));
    if (id) asked.set('id', id);
    if (next) asked.set('next', next);
    return `api/console?${asked}`;
}

async function load(asked, here, next) {
    asked.busy = true;
    try {
        const found = await get(query(here, next));
        asked.items = [...(next ? asked.items : []), ...(found.items ?? [])];
        asked.found = found;
        asked.refused = null;
    } catch (error) {
        asked.refused = error.message;
    }
    asked.busy = false;
    touch();
}

/** Fetched when one turns to it, and again when one asks for it: what a cloud holds moves on. */
function fetched(here) {
    const name = `${model.team.team.id} ${route().what}`;
    if (shown.place !== name) {
        shown = { place: name, items: [] };
        load(shown, here);
    }
    return shown;
}

const titleOf = (kind) => pick(kinds.find((one) => one.kind === kind)?.title) || kind;
/** An ARN is named by its end. */
const short = (id) => id.split(/[:/]/).pop() || id;

/** The kinds from the outermost to this one: each `of` the one before. */
function chainOf(kind) {
    const chain = [];
    for (let one = kinds.find((each) => each.kind === kind); one; one = kinds.find((each) => each.kind === one.of)) chain.unshift(one);
    return chain;
}

function crumbs({ kind, path, id }) {
    const chain = chainOf(kind), steps = [];
    chain.forEach((one, depth) => {
        steps.push([titleOf(one.kind), linkTo(one.kind, path.slice(0, depth))]);
        const within = depth < chain.length - 1 ? path[depth] : id;
        if (within) steps.push([short(within), linkTo(one.kind, path.slice(0, depth), within)]);
    });
    return h('nav', { key: 'crumbs', class: 'crumbs', 'aria-label': t('console_way') }, h('ol', null, steps.map(([name, link], i) =>
        h('li', { key: i }, i === steps.length - 1 ? h('span', { 'aria-current': 'page' }, name) : h('a', { href: link }, name)))));
}

function row(one, here, opens) {
    const name = opens ? h('a', { href: linkTo(here.kind, here.path, one.id) }, one.name) : one.name;
    return h('tr', { key: one.id }, h('td', { class: 'what' }, name, one.text && h('p', { class: 'text' }, one.text)),
        h('td', { class: 'is' }, one.status && h('code', { class: /FAIL|ERROR|ABORT|TIMED/i.test(one.status) ? 'bad' : null }, one.status)),
        h('td', { class: 'at' }, one.at ? moment(one.at, model.clock.started_at) : ''));
}

function list(here, { items, found, busy }) {
    const opens = kinds.find((one) => one.kind === here.kind)?.opens;
    if (!items.length) return h('p', { key: 'empty', class: 'empty' }, t(busy || !found ? 'loading' : 'console_empty'));
    return [
        h('table', { key: 'items', class: 'items' }, h('caption', { class: 'unseen' }, titleOf(here.kind)),
            h('thead', null, h('tr', null, [['what', 'name'], ['is', 'status'], ['at', 'time']].map(([key, words]) => h('th', { key, scope: 'col', class: key }, t(words))))),
            h('tbody', null, items.map((one) => row(one, here, opens)))),
        h('p', { key: 'count', class: 'remark' }, t('console_count', number(items.length))),
        found.next && h('button', { key: 'more', type: 'button', disabled: busy, onclick: () => load(shown, here, found.next) }, t('console_more')),
    ];
}

/** Seconds since 1970 are told as a time, as the command line tells them. */
const readable = (name, value) => (typeof value === 'number' && value > 1e9 && /(Date|Time|Timestamp)$/i.test(name) ? new Date(value * 1000).toISOString() : value);

/** The answer as AWS gives it, laid out; a document that stands in it as text is laid out, too. */
function member(name, given) {
    const value = readable(name, given);
    const text = typeof value === 'string' ? pretty(value) : JSON.stringify(value, readable, 2);
    const long = text.includes('\n') || text.length > 120;
    return h('div', { key: name, class: long ? 'long' : null }, h('dt', null, name), h('dd', null, long ? h('pre', { tabindex: 0, role: 'group', 'aria-label': name }, text) : h('code', null, text)));
}

function detail(here, { found }) {
    if (!found) return h('p', { key: 'empty', class: 'empty' }, t('loading'));
    const inside = (found.inside ?? []).filter((kind) => kinds.some((one) => one.kind === kind));
    return [
        inside.length > 0 && h('p', { key: 'inside', class: 'inside' }, h('span', null, t('console_inside')), inside.map((kind) => h('a', { key: kind, href: linkTo(kind, [...here.path, here.id]) }, titleOf(kind)))),
        found.detail && h('dl', { key: 'detail', class: 'detail' }, Object.entries(found.detail).filter(([name]) => name !== 'ResponseMetadata').map(([name, value]) => member(name, value))),
    ];
}

function index(chosen) {
    const tops = kinds.filter((one) => !one.of), services = [...new Set(tops.map((one) => one.service))];
    const outer = chainOf(chosen)[0]?.kind;
    return h('nav', { key: 'index', class: 'contents kinds', 'aria-label': t('console_kinds') }, services.map((service) =>
        h('section', { key: service, 'aria-label': service }, h('h2', null, service), tops.filter((one) => one.service === service).map((one) =>
            h('a', { key: one.kind, href: linkTo(one.kind), 'aria-current': one.kind === outer ? 'page' : null }, pick(one.title))))));
}

function pane(here) {
    const asked = fetched(here), { found } = asked;
    return h('div', { key: 'pane', class: 'pane' }, crumbs(here),
        found?.command && h('div', { key: 'command', class: 'same' }, h('h2', null, t('console_same')), copyable(found.command, t('console_same'))),
        h('p', { key: 'again', class: 'refetch' }, h('button', { type: 'button', disabled: asked.busy, onclick: () => load(asked, here) }, t('console_again'))),
        found?.error && h('p', { key: 'error', class: 'refused' }, h('b', null, found.error.code), ` ${found.error.message}`),
        asked.refused ? h('p', { key: 'refused', class: 'refused', role: 'alert' }, t('failed', asked.refused)) : here.id ? detail(here, asked) : list(here, asked));
}

export function browse() {
    loadKinds();
    const here = where();
    const top = h('div', { key: 'top', class: 'top' }, h('h1', null, t('console_title')), h('p', { class: 'remark' }, t('console_why')));
    if (!kinds?.length) return [top, h('p', { key: 'empty', class: refused ? 'refused' : 'empty' }, refused ? t('failed', refused) : t('loading'))];
    if (!here.kind) here.kind = kinds.find((one) => !one.of).kind;
    return [top, h('div', { key: 'browse', class: 'browse' }, index(here.kind), pane(here))];
}
