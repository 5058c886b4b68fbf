// The keys of the account, to copy into a terminal; the secret is shown when it is asked for.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { model, touch } from '../app/model.js';
import { copyable, copyButton } from '../app/copy.js';

let shown = false;

const hidden = (text, secret) => (shown ? text : text.replace(secret, '•'.repeat(12)));

export function keys() {
    const { exports: given } = model.team;
    const secret = given.secret_access_key;
    const fact = (name, value, copied = value) => h('div', { key: name }, h('dt', null, t(name)), h('dd', null, h('code', null, value), copyButton(copied, t(name))));
    return [
        h('h1', null, t('keys_title')),
        h('p', { class: 'lead' }, t('keys_why')),
        h('div', { class: 'command' }, h('pre', { tabindex: 0, role: 'group', 'aria-label': t('profile') }, h('code', null, hidden(given.shell, secret))), copyButton(given.shell, t('profile'))),
        h('button', { type: 'button', class: 'quiet', 'aria-pressed': String(shown), onclick: () => {
            shown = !shown;
            touch();
        } }, `${t(shown ? 'hide' : 'show')}: ${t('secret_key')}`),
        h('h2', null, t('then_try')),
        copyable('aws sts get-caller-identity', t('then_try')),
        h('dl', { class: 'facts' }, fact('endpoint', given.endpoint), fact('region', given.region), fact('account', given.account), fact('access_key', given.access_key_id),
            fact('secret_key', hidden(secret, secret), secret)),
        h('p', { class: 'remark' }, t('keys_care')),
    ];
}
