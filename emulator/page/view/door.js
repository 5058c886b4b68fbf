// Before anything else: who joins says the team's code and a name; who has a link's token says that; or no game is played here at all.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { getText } from '../app/api.js';
import { touch } from '../app/model.js';
import { copyable } from '../app/copy.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { settings } from './shell.js';
import { mark } from './avatar.js';

const longest_name = 40;
let welcome, listed = null; // the members that the team's list has, where only they may come in

const outside = (...inside) => h('main', { key: 'outside', id: 'content', class: 'outside' }, h('div', { class: 'brand' }, mark(), h('span', { class: 'title' }, 'Rehearse')), inside, settings());

function join(enter, code) {
    const submit = (event) => {
        event.preventDefault();
        const given = new FormData(event.target);
        attempt('join', () => enter({ code: given.get('code').trim(), name: given.get('name').trim() }).catch((refused) => {
            listed = refused.more?.members ?? listed;
            throw refused.status === 401 ? new Error(t('code_wrong')) : refused;
        }));
    };
    return h('form', { key: 'join', class: 'join', onsubmit: submit },
        h('label', null, h('span', null, t('code')), h('input', { name: 'code', type: 'text', required: true, maxlength: 20, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', placeholder: 'K7QF-3MZP', mounted: (field) => (field.value = code) })),
        h('label', null, h('span', null, t('your_name')),
            listed ? h('select', { key: 'listed', name: 'name' }, listed.map((name) => h('option', { key: name, value: name }, name)))
                : h('input', { key: 'free', name: 'name', type: 'text', required: true, maxlength: longest_name, autocomplete: 'nickname' })),
        h('button', { type: 'submit', class: 'main', disabled: isBusy('join') }, t('join')), complaint('join'));
}

function byToken(enter) {
    const submit = (event) => {
        event.preventDefault();
        const token = new FormData(event.target).get('token').trim();
        attempt('enter', () => enter({ token }).catch((refused) => {
            throw refused.status === 401 ? new Error(t('door_wrong')) : refused;
        }));
    };
    return h('details', { key: 'token', class: 'by-token' }, h('summary', null, t('door_token')), h('p', null, t('door_why')),
        h('form', { onsubmit: submit }, h('label', null, h('span', null, t('token')), h('input', { name: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false' })),
            h('button', { type: 'submit', disabled: isBusy('enter') }, t('enter'))), complaint('enter'));
}

export const door = ({ enter, why, code }) => outside(h('h1', null, t('door')), h('p', null, t('door_join')), why && h('p', { class: 'refused' }, why), join(enter, code), byToken(enter));

export function noGame() {
    if (welcome === undefined) {
        welcome = null;
        getText('welcome').then((text) => (welcome = text.split('\n').filter((line) => /^\s*export /.test(line)).map((line) => line.trim()).join('\n')), () => {}).finally(touch);
    }
    return outside(h('h1', null, t('no_game')), welcome && [h('p', null, t('no_game_why')), copyable(welcome, t('profile'))], h('p', { class: 'remark' }, t('no_game_start')));
}
