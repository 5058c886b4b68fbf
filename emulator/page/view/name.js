// The side mission: name your team.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { may, model, touch } from '../app/model.js';
import { post } from '../app/api.js';
import { attempt, complaint, isBusy } from './attempt.js';

const longest = 40;
let open = false;

function turn(wanted) {
    open = wanted;
    touch();
}

async function submit(event) {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    const done = await attempt('name', async () => {
        const { team, name_proposed } = await post('api/name', { name });
        model.team.team = team;
        model.team.name_proposed = name_proposed;
    });
    if (done) turn(false);
}

export function teamName() {
    const { name } = model.team.team;
    if (!open)
        return h('div', { key: 'name', class: 'team-name' }, h('span', { class: 'text' }, name), may('name') && h('button', { type: 'button', class: 'quiet', onclick: () => turn(true) }, t('rename')),
            model.team.name_proposed && h('span', { class: 'proposed' }, t('name_waits', model.team.name_proposed)));
    return h('form', { key: 'naming', class: 'team-name', onsubmit: submit },
        h('label', null, h('span', { class: 'unseen' }, t('rename')), h('input', { name: 'name', type: 'text', required: true, maxlength: longest, placeholder: name, autocomplete: 'off', focus: true })),
        h('button', { type: 'submit', class: 'main', disabled: isBusy('name') }, t('rename_yes')), h('button', { type: 'button', onclick: () => turn(false) }, t('rename_no')), complaint('name'));
}
