// The guides: the game's own, and one for each challenge, in the chosen language where there is one.
import { h } from '../app/dom.js';
import { t, pick, language } from '../app/words.js';
import { model, touch } from '../app/model.js';
import { get } from '../app/api.js';
import { to } from '../app/route.js';
import { markdown } from '../app/markdown.js';

const pages = new Map(); // "revision id language" → { markdown, language }, or { missing }

function page(id) {
    const key = [model.game.revision, id, language()].join(' ');
    if (!pages.has(key)) {
        pages.set(key, null);
        get(`api/guide?${id ? `challenge=${encodeURIComponent(id)}&` : ''}language=${language()}`)
            .then((found) => pages.set(key, found), (refused) => (refused.status === 404 ? pages.set(key, { missing: true }) : pages.delete(key)))
            .finally(touch);
    }
    return pages.get(key);
}

function text(found) {
    if (!found) return h('p', { class: 'empty' }, t('loading'));
    if (found.missing) return h('p', { class: 'empty' }, t('guide_none'));
    return [found.language !== language() && h('p', { key: 'other', class: 'remark' }, t('guide_other')),
        h('div', { class: 'prose', lang: found.language, key: found.language }, markdown(found.markdown))];
}

export function guide(id) {
    const { game } = model;
    const known = game.challenges.filter((one) => one.guide.length > 0);
    const chosen = known.some((one) => one.id === id) ? id : game.guide.length || !known.length ? '' : known[0].id;
    const link = (target, words) => h('a', { key: target, href: to('guide', target), 'aria-current': target === chosen ? 'page' : null }, words);
    return [
        h('h1', { class: 'unseen' }, t('guide_title')),
        h('nav', { class: 'contents', 'aria-label': t('guide_title') }, game.guide.length > 0 && link('', t('guide_whole')), known.map((one) => link(one.id, pick(one.title)))),
        h('article', { key: `${chosen}-${language()}`, class: 'guide' }, text(page(chosen))),
    ];
}
