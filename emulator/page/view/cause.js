// Why something failed, as a sentence; the document that it was taken from is folded away beneath it.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { readCause } from '../app/cause.js';
import { pretty } from '../app/pretty.js';

export function cause(text) {
    const { says, whole } = readCause(text);
    return [
        h('p', { key: 'says', class: 'because' }, whole && says === text ? `${says.slice(0, 200)}…` : says),
        whole && h('details', { key: 'whole', class: 'whole' }, h('summary', null, t('cause_whole')), h('pre', { tabindex: 0, role: 'group', 'aria-label': t('cause_whole') }, pretty(whole))),
    ];
}
