// What cannot be taken back is asked for once more, in the place of its button.
import { h, onEscape } from '../app/dom.js';
import { t } from '../app/words.js';
import { touch } from '../app/model.js';

let asking = null, left = null;

function turn(key) {
    left = asking;
    asking = key;
    touch();
}

/** A button `words` that asks `question` before it does `act`, which may be a promise. */
export function confirmed(key, { words, question, yes = words, act, ...attributes }) {
    if (asking !== key)
        return h('button', { key, type: 'button', focus: left === key, ...attributes, onclick: () => turn(key) }, words);
    const doIt = async () => {
        await act();
        turn(null);
    };
    return h('div', { key: `${key}-ask`, class: 'ask', role: 'group', 'aria-label': question, onkeydown: onEscape(() => turn(null)) }, h('p', null, question),
        h('button', { type: 'button', class: 'main', focus: true, onclick: doIt }, yes),
        h('button', { type: 'button', onclick: () => turn(null) }, t('cancel_plain')));
}
