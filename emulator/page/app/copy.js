// A button that copies a text and says so for a moment. Browsers have their clipboard only for secure pages (https, or this very
// machine); elsewhere the old way through a selection must do.
import { h } from './dom.js';
import { t } from './words.js';
import { touch } from './model.js';
import { announce } from './announce.js';

let copied = null, timer;

async function toClipboard(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'unseen';
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (!done) throw new Error('not copied');
}

/** `what` names the text for those who hear the page rather than see it. */
export function copyButton(text, what, attributes = {}) {
    const is = copied === text;
    async function copy(event) {
        const button = event.currentTarget;
        try {
            await toClipboard(text);
        } catch {
            return;
        }
        button.focus();
        copied = text;
        announce(t('copied'));
        touch();
        clearTimeout(timer);
        timer = setTimeout(() => {
            copied = null;
            touch();
        }, 1800);
    }
    return h('button', { type: 'button', class: `copy${is ? ' done' : ''}`, onclick: copy, 'aria-label': `${t('copy')}: ${what}`, ...attributes }, is ? t('copied') : t('copy'));
}

/** A command or some lines of them, with their button. */
export const copyable = (text, what) =>
    h('div', { class: 'command' }, h('pre', { tabindex: 0, role: 'group', 'aria-label': what }, h('code', null, text)), copyButton(text, what));
