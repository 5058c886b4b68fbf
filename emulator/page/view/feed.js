// Why the score moves: each change with its reason, newest first.
import { h } from '../app/dom.js';
import { t, pick, number, signed, direction } from '../app/words.js';
import { model, loadOlderFeed, wordsOfChallenge } from '../app/model.js';
import { moment } from '../app/time.js';
import { inline } from '../app/markdown.js';
import { awsErrorFolded, reasonBeside } from './aws_error.js';
import { attempt, complaint } from './attempt.js';

const glyphs = { solved: '★', recovered: '✓', detected: '◎', hint: '?', rewound: '↺' };

/** The same thing again and again is one line: customers come every few seconds. */
function grouped(entries) {
    const groups = [];
    for (const one of entries) {
        const sort = JSON.stringify([one.kind, one.probe, one.challenge, reasonBeside(one.reason, one.error), one.error?.code]);
        const last = groups[groups.length - 1];
        if (last && one.probe && last.sort === sort) {
            last.points += one.points;
            last.unscored += one.unscored ?? 0;
            last.count += 1;
            last.first = one;
        } else groups.push({ sort, newest: one, first: one, points: one.points, unscored: one.unscored ?? 0, count: 1 });
    }
    return groups;
}

function entry({ newest: one, first, points, unscored, count }) {
    const began = model.clock.started_at;
    const about = [count > 1 ? `${moment(first.at, began)}–${moment(one.at, began)}` : moment(one.at, began), count > 1 && t('times_over', count), t(`kind_${one.kind}`), one.unscored && t('unscored'), one.by === 'facilitator' && t('by_facilitator'), one.challenge && pick(wordsOfChallenge(one.challenge)?.title)];
    return h('li', { key: first.seq, class: `entry ${one.kind}${first.seq > model.shown_first ? ' new' : ''}` },
        h('span', { class: `points ${direction(points)}` }, points ? signed(points) : unscored ? h('s', { title: t('unscored') }, signed(unscored)) : '±0'),
        h('div', { class: 'why' },
            h('p', null, glyphs[one.kind] && h('span', { class: 'glyph', 'aria-hidden': 'true' }, `${glyphs[one.kind]} `), inline(reasonBeside(one.reason, one.error))),
            h('p', { class: 'about' }, about.filter(Boolean).join(' · '), h('span', { class: 'total' }, `= ${number(one.total)}`)),
            one.error && awsErrorFolded(one.error)));
}

export function feed() {
    const { feed: entries } = model.team;
    const older = () => attempt('older', loadOlderFeed);
    return h('section', { class: 'feed', 'aria-labelledby': 'feed-title' }, h('h2', { id: 'feed-title' }, t('feed')),
        entries.length ? h('ol', { tabindex: 0, 'aria-labelledby': 'feed-title' }, grouped(entries).map(entry)) : h('p', { class: 'empty' }, t('feed_empty')),
        entries.length > 0 && (model.feed_ended ? h('p', { class: 'end' }, t('all_shown')) : h('button', { type: 'button', class: 'quiet', onclick: older }, t('older'))),
        complaint('older'));
}
