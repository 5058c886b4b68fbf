// The sheet of credentials, to print and cut: one slip a team, with the code that joins it. And the files to take home.
import { h } from '../app/dom.js';
import { t, pick, language } from '../app/words.js';
import { addressOf, getOfAll } from '../app/api.js';
import { touch } from '../app/model.js';
import { learnStaff } from '../app/words_staff.js';
import { code } from './qr.js';

learnStaff();

const formats = ['csv', 'log', 'json', 'ctftime', 'archive'];
let found = null, missing = null, secrets = false;

function load() {
    getOfAll('api/sheet').then((sheet) => {
        found = sheet;
        missing = null;
    }, (refused) => (missing = refused.message)).finally(touch);
}

function turnSecrets() {
    secrets = !secrets;
    touch();
}

function slip(one) {
    const fact = (name, value) => h('div', { key: name }, h('dt', null, t(name)), h('dd', null, h('code', null, value)));
    return h('li', { key: one.team, class: 'slip' },
        h('header', null, h('h2', null, one.name), h('p', null, pick(found.title))),
        h('div', { class: 'way' }, code(one.join, t('join_code_of', one.name)), h('div', null, h('p', { class: 'remark' }, t('slip_join')), h('p', { class: 'code' }, one.code), h('p', { class: 'remark' }, h('code', null, one.join.split('#')[0].replace(/^https?:\/\//, ''))))),
        one.members.length > 0 && h('p', { class: 'members-line' }, one.members.map((each) => each.name).join(', ')),
        secrets && h('dl', { key: 'keys', class: 'facts' }, fact('endpoint', found.endpoint), fact('region', found.region), fact('account', one.account), fact('access_key', one.access_key_id), fact('secret_key', one.secret_access_key)));
}

function exportsOf() {
    return h('section', { key: 'exports', class: 'exports no-print', 'aria-labelledby': 'exports-title' }, h('h2', { id: 'exports-title' }, t('exports')),
        h('ul', null, formats.map((name) => h('li', { key: name }, h('a', { href: addressOf(`api/export?format=${name}`), download: true }, t(`export_${name}`)), h('span', { class: 'remark' }, t(`export_${name}_why`)))),
            h('li', { key: 'review' }, h('a', { href: addressOf(`review.html?language=${language()}`), download: true }, t('export_review')), h('span', { class: 'remark' }, t('export_review_why')))));
}

export function sheet() {
    return [
        h('div', { key: 'top', class: 'top no-print' }, h('h1', null, t('sheet_title')),
            h('div', { class: 'filters' }, h('button', { type: 'button', 'aria-pressed': String(secrets), onclick: turnSecrets }, t(secrets ? 'sheet_no_keys' : 'sheet_keys')), h('button', { type: 'button', class: 'main', disabled: !found, onclick: () => window.print() }, t('sheet_print')))),
        h('p', { key: 'why', class: 'lead no-print' }, t('sheet_why')),
        /* Fetched each time that one turns to it: keys may have been rotated. */
        h('div', { key: 'slips', mounted: load }, missing ? h('p', { class: 'refused' }, t('failed', missing)) : found ? h('ul', { class: 'slips' }, found.teams.map(slip)) : h('p', { class: 'empty' }, t('loading'))),
        exportsOf(),
    ];
}
