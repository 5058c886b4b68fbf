// All teams, by score.
import { h } from '../app/dom.js';
import { t, number, signed, direction } from '../app/words.js';
import { model } from '../app/model.js';
import { moment } from '../app/time.js';
import { to } from '../app/route.js';
import { glide } from '../app/glide.js';

function row(one, highest) {
    const own = one.team === model.session.team;
    return h('tr', { key: one.team, class: own ? 'own' : null },
        h('td', { class: 'rank' }, String(one.rank)),
        h('td', { class: 'name' }, h('span', { class: 'text' }, one.name), own && h('span', { class: 'chip' }, t('you')),
            h('span', { class: 'measure', 'aria-hidden': 'true' }, h('span', { style: { width: `${highest > 0 ? Math.max(0, (100 * one.score) / highest) : 0}%` } }))),
        h('td', { class: 'solved' }, number(one.solved)),
        h('td', { class: `trend ${direction(one.trend.five_minutes)}` }, signed(one.trend.five_minutes)),
        h('td', { class: 'score' }, number(one.score)));
}

export function board() {
    const rows = model.board?.rows;
    const head = [['rank', 'rank'], ['name', 'team_name'], ['solved', 'solved'], ['trend', 'trend'], ['score', 'score']];
    return [
        h('div', { class: 'top' }, h('h1', null, t('board_title')), model.board?.frozen_at && h('span', { class: 'chip frozen' }, t('frozen_chip', moment(model.board.frozen_at, model.clock.started_at))),
            !model.game.solo && h('a', { class: 'to-wall', href: to('wall') }, t('wall_open'))),
        !rows ? h('p', { class: 'empty' }, t('loading'))
            : !rows.length ? h('p', { class: 'empty' }, t('board_empty'))
                : h('table', { class: 'board' }, h('caption', { class: 'unseen' }, t('board_title')), h('thead', null, h('tr', null, head.map(([key, words]) => h('th', { key, scope: 'col', class: key }, t(words))))),
                    h('tbody', { settled: glide }, rows.map((one) => row(one, Math.max(...rows.map((each) => each.score)))))),
        h('p', { class: 'remark' }, t('ties')),
    ];
}
