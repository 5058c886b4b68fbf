// An answer box of a challenge: a text, a number or an ARN; what comes of it is said beside it. One that is not typed has no box:
// it becomes right when the account is as it should be.
import { h } from '../app/dom.js';
import { t, pick, number } from '../app/words.js';
import { may, model, touch } from '../app/model.js';
import { post } from '../app/api.js';
import { inline } from '../app/markdown.js';
import { attempt, complaint, isBusy } from './attempt.js';

const longest = 2048;

function verdict(key, one) {
    const told = model.verdicts.get(key);
    if (!told || one.right) return null;
    const says = told.pending ? t('answer_pending') : told.reason ? inline(pick(told.reason)) : t(told.right ? 'answer_right' : 'answer_wrong');
    return h('p', { key: 'verdict', class: told.pending ? 'remark' : 'refused', role: 'status' }, says);
}

export function answer(challenge, one) {
    const key = `${challenge}/${one.id}`;
    const submit = (event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const text = new FormData(form).get('answer');
        attempt(key, async () => {
            model.verdicts.set(key, await post('api/answer', { challenge, answer: one.id, text }));
            if (model.verdicts.get(key).right) form.reset();
            touch();
        });
    };
    const left = one.tries_left === null ? '' : t('answer_tries', one.tries_left);
    return h('li', { key: one.id, class: one.right ? 'right' : null },
        h('div', { class: 'question' }, h('span', { class: 'what' }, inline(pick(one.title))), h('span', { class: 'pays' }, [one.points > 0 && t('earns', number(one.points)), left].filter(Boolean).join(' · '))),
        one.right
            ? h('p', { key: 'right', class: 'well' }, `✓ ${t('answer_right')}`)
            : one.typed !== false && may('play') && h('form', { key: 'form', onsubmit: submit }, h('input', { name: 'answer', type: 'text', required: true, maxlength: longest, autocomplete: 'off', spellcheck: 'false', 'aria-label': pick(one.title) }),
                h('button', { type: 'submit', disabled: isBusy(key) || one.tries_left === 0 }, t('answer_give'))),
        verdict(key, one), complaint(key));
}
