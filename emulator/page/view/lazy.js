// Views beyond the first are fetched when somebody turns to them: the first view stays small.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { touch } from '../app/model.js';

/** later(() => import('./board.js'), 'board'): a view like any other, which says that it is loading until it is there. */
export function later(load, name) {
    let view = null, asked = false, failed = false;
    function ask() {
        asked = true;
        failed = false;
        load().then((module) => (view = module[name]), () => (failed = true)).finally(touch);
    }
    return (...rest) => {
        if (view) return view(...rest);
        if (!asked) ask();
        return failed
            ? h('p', { class: 'empty' }, t('failed', t('unreachable')), ' ', h('button', { type: 'button', onclick: ask }, t('try_again')))
            : h('p', { class: 'empty' }, t('loading'));
    };
}
