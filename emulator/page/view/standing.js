// How the event stands, said plainly where it matters: before it begins, in the warm-up, paused, after the scoring deadline, at the
// end; and that the board is frozen.
import { h } from '../app/dom.js';
import { t, number } from '../app/words.js';
import { isStaff, model, gameNow } from '../app/model.js';
import { duration, moment } from '../app/time.js';
import { to } from '../app/route.js';

const until = (at) => (at ? t('in_time', duration(at - gameNow())) : '');

function words() {
    const { clock } = model, { schedule = {} } = clock;
    if (clock.state === 'draft') return ['draft', t('draft_says'), until(schedule.live_at ?? schedule.warm_up_at)];
    if (clock.state === 'warm-up') return ['warm', t('warm_up_says'), until(schedule.live_at)];
    if (clock.state === 'paused') return model.game.solo ? null : ['paused', t('paused_says'), ''];
    if (clock.state === 'locked') return ['locked', t('locked_says'), until(clock.ends_at)];
    if (clock.state === 'ended') return ['over', isStaff() ? t('ended_says') : t('over', number(model.team.score)), ''];
    return null;
}

export function standing() {
    const found = words(), { clock } = model;
    const frozen = clock.frozen_at && !isStaff() && t('frozen_says', moment(clock.frozen_at, clock.started_at));
    if (!found && !frozen) return null;
    const [kind, says, when] = found ?? ['frozen', frozen, ''];
    return h('div', { key: 'standing', class: `standing ${kind}`, role: 'status' },
        h('p', null, h('b', null, says), when && h('span', { class: 'when' }, when)),
        found && frozen && h('p', { key: 'frozen' }, frozen),
        kind === 'over' && !frozen && h('a', { key: 'review', href: to('review') }, t('review_open')));
}
