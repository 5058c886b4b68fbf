// Every word of the page, in the language that was chosen; texts of a pack come as { en, ko } and are picked likewise.
import { en } from './words_en.js';
import { ko } from './words_ko.js';

export const languages = { en: 'English', ko: '한국어' };
const tables = { en, ko };

export const language = () => document.documentElement.lang;

export function choose(wanted) {
    document.documentElement.lang = wanted;
    remember('language', wanted);
}

/** The language that was chosen here last time, else the browser's. */
export function preferred() {
    const wanted = recalled('language') ?? navigator.language.slice(0, 2);
    return Object.hasOwn(languages, wanted) ? wanted : 'en';
}

/** A choice that outlives the page, where the browser keeps such things. */
export function remember(what, value) {
    try {
        localStorage.setItem(`rehearse.${what}`, value);
    } catch {
        // Then it holds until the page is closed.
    }
}

/** What was chosen here last time; null: nothing, or the browser keeps nothing for us. */
export function recalled(what) {
    try {
        return localStorage.getItem(`rehearse.${what}`);
    } catch {
        return null;
    }
}

/** t('pay', 20): the table's text, or what its function makes of the rest. */
export function t(name, ...rest) {
    const found = tables[language()][name] ?? en[name];
    return typeof found === 'function' ? found(...rest) : found;
}

/** A pack's text in the chosen language, else in English. */
export function pick(words) {
    if (words === null || words === undefined) return '';
    return typeof words === 'string' ? words : (words[language()] ?? words.en ?? '');
}

const thousands = /\B(?=(\d{3})+$)/g;

/** 12345.678 → "12,345.678" in both languages. Without Intl, whose first use keeps the first view waiting for longer than all its elements. */
export function number(value) {
    const [whole, part] = String(Math.round(Math.abs(value) * 1000) / 1000).split('.');
    const digits = part ? `${whole.replace(thousands, ',')}.${part}` : whole.replace(thousands, ',');
    return value < 0 ? `−${digits}` : digits;
}

export const signed = (value) => (value > 0 ? `+${number(value)}` : number(value));
/** Whether a change is good, for its colour; its sign says it to all. */
export const direction = (value) => (value > 0 ? 'up' : value < 0 ? 'down' : 'even');

/** More words, of views that are fetched later. */
export function learn(more) {
    for (const [language, words] of Object.entries(more)) Object.assign(tables[language], words);
}
