// Asking the house: JSON in and out. What is refused is thrown with the sentence that the house gave, which may be shown.
import { t } from './words.js';

let csrf = '';
let team = null; // whose views a facilitator looks at; a team's own session needs no telling
const base = new URL('.', document.baseURI);

export const lookAt = (id) => (team = id);

function here(path) {
    const url = new URL(path, base);
    if (team) url.searchParams.set('team', team);
    return url;
}

export class Refused extends Error {
    constructor(status, message, more = {}) {
        super(message);
        this.status = status;
        this.more = more; // what else the answer said
    }
}

async function ask(path, options) {
    const answer = await fetch(path instanceof URL ? path : here(path), { credentials: 'same-origin', ...options }).catch(() => null);
    if (!answer) throw new Refused(0, t('unreachable'));
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, body.message ?? String(answer.status), body);
    return body;
}

export const get = (path) => ask(path);
/** Of the whole event, whichever team one looks at. */
export const getOfAll = (path) => ask(new URL(path, base));
/** Where a file is, for a link. */
export const addressOf = (path) => String(new URL(path, base));

export const post = (path, body) =>
    ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf }, body: JSON.stringify(body) });

export async function getText(path) {
    const answer = await fetch(new URL(path, base), { headers: { Accept: 'text/plain' } });
    if (!answer.ok) throw new Refused(answer.status, answer.statusText);
    return answer.text();
}

const session_path = 'session?first=true'; // page.c has a browser that knows us fetch it together with the page's files

/** The session: of the link's token or a team's code, else of the cookie, else what a single player gets on the own machine. Refused: 401, or 404
 *  without a game. A team's has `first`, { game, team }: what its page shows first. */
export async function openSession(key) {
    const session = key ? await post(session_path, key) : await get(session_path).catch((refused) => {
        if (refused.status !== 401) throw refused;
        return post(session_path, {});
    });
    csrf = session.csrf;
    return session;
}

/** The stream of a team's page, or of another view: board, facilitator, support. */
export const eventsUrl = (after, view) => (view ? new URL(`events?after=${encodeURIComponent(after)}&view=${view}`, base) : here(`events?after=${encodeURIComponent(after)}`));
