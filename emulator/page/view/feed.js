// Why the score moves: each change with its reason, newest first.
import { h } from '../app/dom.js';
import { t, pick, number, signed, direction } from '../app/words.js';
import { model, loadOlderFeed, wordsOfChallenge } from '../app/model.js';
import { moment } from '../app/time.js';
import { awsErrorFolded } from './aws_error.js';
import { attempt, complaint } from './attempt.js';

const glyphs = { solved: '★', recovered: '✓', detected: '◎', hint: '?', rewound: '↺' };

function entry(one) {
    const about = [moment(one.at, model.team.clock.started_at), t(`kind_${one.kind}`), one.challenge && pick(wordsOfChallenge(one.challenge)?.title)];
    return h('li', { key: one.seq, class: `entry ${one.kind}${one.seq > model.shown_first ? ' new' : ''}` },
        h('span', { class: `points ${direction(one.points)}` }, one.points ? signed(one.points) : '±0'),
        h('div', { class: 'why' },
            h('p', null, glyphs[one.kind] && h('span', { class: 'glyph', 'aria-hidden': 'true' }, `${glyphs[one.kind]} `), pick(one.reason)),
            h('p', { class: 'about' }, about.filter(Boolean).join(' · '), h('span', { class: 'total' }, `= ${number(one.total)}`)),
            one.error && awsErrorFolded(one.error)));
}

export function feed() {
    const { feed: entries } = model.team;
    const older = () => attempt('older', loadOlderFeed);
    return h('section', { class: 'feed', 'aria-labelledby': 'feed-title' }, h('h2', { id: 'feed-title' }, t('feed')),
        entries.length ? h('ol', { tabindex: 0, 'aria-labelledby': 'feed-title' }, entries.map(entry)) : h('p', { class: 'empty' }, t('feed_empty')),
        entries.length > 0 && (model.feed_ended ? h('p', { class: 'end' }, t('all_shown')) : h('button', { type: 'button', class: 'quiet', onclick: older }, t('older'))),
        complaint('older'));
}
