// The board on the wall, to be read from the back of a room: all the place for ranks, names and scores, the time, and how to join.
import { h } from '../app/dom.js';
import { t, pick, number, signed, direction } from '../app/words.js';
import { isStaff, model, touch } from '../app/model.js';
import { moment } from '../app/time.js';
import { to } from '../app/route.js';
import { glide } from '../app/glide.js';
import { code } from './qr.js';
import { time } from './shell.js';
import { mark } from './avatar.js';

const rows_of_column = 10, most_columns = 3, page_ms = 12000;
let page = 0;

// More teams than there is room for are shown page by page.
setInterval(() => {
    if (!model.board || model.board.rows.length <= rows_of_column * most_columns || !document.querySelector('.view-wall')) return;
    page += 1;
    touch();
}, page_ms);

function row(one) {
    return h('li', { key: one.team, class: one.rank <= 3 ? `place-${one.rank}` : null },
        h('span', { class: 'rank' }, String(one.rank)), h('span', { class: 'name' }, one.name),
        h('span', { class: `trend ${direction(one.trend.five_minutes)}` }, one.trend.five_minutes ? signed(one.trend.five_minutes) : ''),
        h('span', { class: 'score' }, number(one.score)));
}

function list(rows) {
    const room = rows_of_column * most_columns, pages = Math.ceil(rows.length / room), from = pages > 1 ? (page % pages) * room : 0;
    const shown = rows.slice(from, from + room), columns = Math.max(1, Math.ceil(shown.length / rows_of_column)), lines = Math.ceil(shown.length / columns);
    return [
        h('ol', { key: 'rows', class: `columns-${columns}`, style: { '--columns': columns, '--lines': Math.max(lines, 4) }, settled: glide }, shown.map(row)),
        pages > 1 && h('p', { key: 'page', class: 'page-of' }, `${(page % pages) + 1} / ${pages}`),
    ];
}

function turnFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
}

function joining() {
    const link = new URL('.', document.baseURI).href;
    return h('footer', { key: 'join' }, code(link, t('wall_code')),
        h('div', null, h('p', { class: 'how' }, t('wall_join')), h('p', { class: 'link' }, link.replace(/^https?:\/\//, '').replace(/\/$/, '')), h('p', { class: 'small' }, t('ties'))),
        h('div', { class: 'ways' }, h('button', { type: 'button', class: 'quiet', onclick: turnFull }, t('wall_full')), h('a', { href: to(isStaff() ? 'room' : 'team') }, t('wall_leave'))));
}

export function wall() {
    const { board, clock } = model;
    return [
        h('header', { key: 'head' }, mark(), h('h1', null, pick(model.game.title)), board?.frozen_at && h('p', { class: 'frozen' }, t('wall_frozen', moment(board.frozen_at, clock.started_at))), time()),
        !board ? h('p', { key: 'none', class: 'empty' }, t('loading')) : board.rows.length ? h('div', { key: 'list', class: 'rows' }, list(board.rows)) : h('p', { key: 'none', class: 'empty' }, t('board_empty')),
        joining(),
    ];
}
