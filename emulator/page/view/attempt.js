// Doing what a button promised: once at a time, and what was refused is said beside it, in the server's words.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { touch } from '../app/model.js';

const busy = new Set(), refused = new Map();

/** True where it was done. `what` is the name under which complaint() finds it. */
export async function attempt(what, action) {
    if (busy.has(what)) return false;
    busy.add(what);
    refused.delete(what);
    touch();
    try {
        await action();
        return true;
    } catch (error) {
        refused.set(what, error.message);
        return false;
    } finally {
        busy.delete(what);
        touch();
    }
}

export const isBusy = (what) => busy.has(what);

export const complaint = (what) => refused.has(what) && h('p', { key: `refused-${what}`, class: 'refused', role: 'alert' }, t('failed', refused.get(what)));
