// The control room: the event's state above, the teams at a glance, what can be done beside them, what happens below.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { model } from '../app/model.js';
import { canAct } from '../app/event.js';
import { learnStaff } from '../app/words_staff.js';
import { to } from '../app/route.js';
import { helm } from './helm.js';
import { roster } from './roster.js';
import { act } from './act.js';
import { entries } from './log.js';

learnStaff();

const shown = 12;

export function room() {
    const acts = canAct();
    return [
        h('h1', { key: 'title', class: 'unseen' }, t('room')),
        acts && helm(),
        h('div', { key: 'columns', class: `room-columns${acts ? '' : ' alone'}` }, h('div', { key: 'left', class: 'left' }, roster(),
            h('section', { key: 'latest', class: 'latest', 'aria-labelledby': 'latest-title' }, h('div', { class: 'top' }, h('h2', { id: 'latest-title' }, t('log_title')), h('a', { href: to('log') }, t('log_all'))), entries(model.event.log.slice(0, shown)))),
            acts && act()),
    ];
}
