// Before anything else: a token is wanted, or no game is played here at all.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { getText } from '../app/api.js';
import { touch } from '../app/model.js';
import { copyable } from '../app/copy.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { settings } from './shell.js';
import { mark } from './avatar.js';

let welcome;

const outside = (...inside) => h('main', { key: 'outside', id: 'content', class: 'outside' }, h('div', { class: 'brand' }, mark(), h('span', { class: 'title' }, 'Rehearse')), inside, settings());

export function door({ enter, why }) {
    const submit = (event) => {
        event.preventDefault();
        const token = new FormData(event.target).get('token').trim();
        attempt('enter', () => enter(token).catch((refused) => {
            throw refused.status === 401 ? new Error(t('door_wrong')) : refused;
        }));
    };
    return outside(h('h1', null, t('door')), h('p', null, t('door_why')),
        h('form', { onsubmit: submit }, h('label', null, h('span', null, t('token')), h('input', { name: 'token', type: 'password', required: true, autocomplete: 'off', spellcheck: 'false' })),
            h('button', { type: 'submit', class: 'main', disabled: isBusy('enter') }, t('enter'))),
        why && h('p', { class: 'refused' }, why), complaint('enter'));
}

export function noGame() {
    if (welcome === undefined) {
        welcome = null;
        getText('welcome').then((text) => (welcome = text.split('\n').filter((line) => /^\s*export /.test(line)).map((line) => line.trim()).join('\n')), () => {}).finally(touch);
    }
    return outside(h('h1', null, t('no_game')), welcome && [h('p', null, t('no_game_why')), copyable(welcome, t('profile'))], h('p', { class: 'remark' }, t('no_game_start')));
}
