// Who plays in the team, and as what; a captain changes it.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { may, model, touch } from '../app/model.js';
import { post } from '../app/api.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { signOut } from './sign_out.js';

const roles = ['captain', 'member', 'observer'];
let leaving = null; // the member whose removal is being confirmed

async function change(body) {
    await attempt('members', async () => {
        model.team.members = (await post('api/member', body)).members;
        leaving = null;
    });
    touch();
}

function ask(member) {
    leaving = member;
    touch();
}

function actions(one) {
    if (leaving === one.id)
        return h('div', { key: 'ask', class: 'ask', role: 'group', 'aria-label': t('member_ask', one.name) }, h('p', null, t('member_ask', one.name)),
            h('button', { type: 'button', class: 'main', focus: true, disabled: isBusy('members'), onclick: () => change({ member: one.id, remove: true }) }, t('member_remove')),
            h('button', { type: 'button', onclick: () => ask(null) }, t('cancel')));
    return [
        h('label', { key: 'role' }, h('span', { class: 'unseen' }, t('role_of', one.name)),
            h('select', { value: one.role, onchange: (event) => change({ member: one.id, role: event.target.value }) }, roles.map((role) => h('option', { key: role, value: role }, t(`role_${role}`))))),
        h('button', { key: 'remove', type: 'button', class: 'quiet', 'aria-label': `${t('member_remove')}: ${one.name}`, onclick: () => ask(one.id) }, '✕'),
    ];
}

export function members() {
    const list = model.team.members ?? [], own = model.session.member?.id, governs = may('members');
    if (model.game.solo || !model.session.team) return null;
    return h('section', { key: 'members', class: 'members', 'aria-labelledby': 'members-title' }, h('h2', { id: 'members-title' }, t('members')),
        list.length > 0 && h('ul', null, list.map((one) => h('li', { key: one.id, class: one.joined_at ? null : 'away' },
            h('span', { class: 'name' }, one.name, one.id === own && h('span', { class: 'chip' }, t('you_one'))),
            !one.joined_at && h('span', { class: 'remark' }, t('member_away')),
            governs && one.id !== own ? actions(one) : h('span', { class: 'role' }, t(`role_${one.role}`))))),
        complaint('members'), signOut());
}
