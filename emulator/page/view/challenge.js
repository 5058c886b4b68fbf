// One challenge: what it is, why it is not being scored, its customers, troubles and hints.
import { h, onEscape } from '../app/dom.js';
import { t, pick, number, signed } from '../app/words.js';
import { gameNow, may, model, wordsOfChallenge, putHint, touch } from '../app/model.js';
import { post } from '../app/api.js';
import { duration, moment } from '../app/time.js';
import { to } from '../app/route.js';
import { copyable } from '../app/copy.js';
import { inline } from '../app/markdown.js';
import { answer } from './answer.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { awsError, reasonBeside } from './aws_error.js';

const glyphs = { good: '●', wrong: '▲', error: '✕', unknown: '○' };
let asking = null; // the hint whose price is being confirmed
let left = null; // the one that was confirmed or cancelled last: the focus goes there

const since = (at) => moment(at, model.clock.started_at);

function trouble(one) {
    return h('div', { key: 'trouble', class: 'trouble' },
        h('p', { class: 'verdict' }, h('b', null, t('trouble')), ' ', h('span', { class: 'since' }, t('since', since(one.since)))),
        h('p', { class: 'because' }, `${t('because')} `, inline(reasonBeside(one.why, one.error))),
        one.error && awsError(one.error),
        one.look && h('div', { class: 'show' }, h('h4', null, t('look')), copyable(one.look, t('look'))),
        one.call && h('div', { class: 'show' }, h('h4', null, t('try_call')), copyable(one.call, t('try_call'))));
}

function probe(one) {
    return h('li', { key: one.id, class: one.state }, h('span', { class: 'glyph', 'aria-hidden': 'true' }, glyphs[one.state]),
        h('span', { class: 'what' }, pick(one.title) || one.id), h('span', { class: 'is' }, t(`probe_${one.state}`)),
        h('span', { class: 'pays' }, [one.earns && t('earns', one.earns), one.costs && t('costs', one.costs)].filter(Boolean).join(' · ')));
}

function faultState(one) {
    if (one.recovered_at) return 'recovered';
    if (one.gone_at) return 'gone';
    return one.mended_at ? 'mended' : one.detected_at ? 'found' : 'broken';
}

/** Troubles count from one in each challenge, as they came: the game's numbers run through all of them. */
const ordinal = (faults, number) => faults.findIndex((one) => one.number === number) + 1;

function fault(one, place) {
    const state = faultState(one);
    const until = one.recovered_at ?? one.mended_at;
    return h('li', { key: one.number, class: state }, h('span', { class: 'what' }, pick(one.title) || t('fault', place + 1)),
        h('span', { class: 'is' }, t(`fault_${state}`), until && ` · ${duration(until - one.broken_at)}`));
}

// ---- hints ----

const hintKey = (id, hint) => `hint-${id}-${hint.fault}-${hint.stage}`;

function offer(id, hint) {
    const key = hintKey(id, hint), price = number(hint.price);
    const ask = (wanted) => {
        left = asking;
        asking = wanted;
        touch();
    };
    const buy = async () => {
        const bought = await attempt(key, async () => {
            const answer = await post('api/hint', { challenge: id, fault: hint.fault, stage: hint.stage });
            putHint(id, answer.hint, answer.score);
        });
        if (bought) ask(null);
    };
    if (asking !== key)
        return h('button', { key: 'buy', type: 'button', focus: left === key, 'aria-label': `${t('hint', hint.stage, hint.stages)}: ${t('hint_buy', price)}`, onclick: () => ask(key) }, t('hint_buy', price));
    const question = t('hint_ask', hint.price, price);
    return h('div', { key: 'ask', class: 'ask', role: 'group', 'aria-label': question, onkeydown: onEscape(() => ask(null)) },
        h('p', null, question),
        h('button', { type: 'button', class: 'main', focus: true, disabled: isBusy(key), onclick: buy }, t('hint_pay', price)),
        h('button', { type: 'button', onclick: () => ask(null) }, t('hint_keep')));
}

function hint(id, faults, one) {
    return h('li', { key: `${one.fault}-${one.stage}`, class: one.text ? 'bought' : 'offered' },
        h('p', { class: 'which' }, h('b', null, t('hint', one.stage, one.stages)), ` ${t('hint_for', ordinal(faults, one.fault))}`),
        one.text ? h('p', { key: 'text', class: 'text', tabindex: -1, focus: left === hintKey(id, one) }, inline(pick(one.text))) : may('play') && offer(id, one),
        complaint(hintKey(id, one)));
}

function part(name, title, list, draw) {
    return list.length > 0 && h('div', { key: name, class: 'part' }, h('h4', null, title), h('ul', { class: name }, list.map((one, place) => draw(one, place))));
}

function standing(one) {
    if (one.trouble) return trouble(one.trouble);
    if (one.probes.some((probed) => probed.state === 'good')) return h('p', { key: 'well', class: 'well' }, t('nothing_broken'));
    return one.probes.length > 0 && h('p', { key: 'well', class: 'well' }, t('not_probed'));
}

/** Faults go on coming after a challenge was solved: then it stands, and stands broken. */
const stateOf = (one) => (one.state === 'solved' && (one.standing > 0 || one.trouble) ? 'again' : one.state);

/** How a locked one opens. */
function unlocking({ unlock }) {
    if (unlock?.by === 'at' && unlock.at) return t('unlock_at', duration(unlock.at - gameNow()));
    if (unlock?.by === 'score') return t('unlock_score', number(unlock.score));
    if (unlock?.by === 'after') return t('unlock_after', unlock.after.map((id) => pick(wordsOfChallenge(id)?.title) || id).join(', '));
    return t(unlock?.by === 'hand' ? 'unlock_hand' : 'challenge_locked_why');
}

/** Until when it pays, and until when it is there at all. */
function deadlines({ state, scores_until, expires_at }) {
    if (state === 'locked' || state === 'expired') return null;
    const now = gameNow(), parts = [scores_until > now && t('scores_until', duration(scores_until - now)), expires_at > now && t('expires_at', duration(expires_at - now))].filter(Boolean);
    return parts.length > 0 && h('p', { key: 'deadlines', class: 'deadlines' }, parts.join(' · '));
}

export function challenge(one) {
    const about = wordsOfChallenge(one.id);
    if (!about) return null;
    const locked = one.state === 'locked';
    return h('article', { key: one.id, class: `challenge ${one.state}${one.trouble ? ' troubled' : ''}`, 'aria-labelledby': `challenge-${one.id}` },
        h('header', null, h('h3', { id: `challenge-${one.id}` }, pick(about.title)), h('span', { class: `chip ${stateOf(one)}` }, t(`challenge_${stateOf(one)}`)),
            !locked && h('span', { class: 'earned' }, signed(one.earned)),
            about.guide.length > 0 && !locked && h('a', { href: to('guide', one.id) }, t('open_guide'))),
        locked && h('p', { key: 'locked', class: 'brief' }, unlocking(one)),
        one.state === 'expired' && h('p', { key: 'expired', class: 'brief' }, t('challenge_expired_why')),
        !locked && about.brief && h('p', { key: 'brief', class: 'brief' }, inline(pick(about.brief))),
        deadlines(one),
        !locked && one.scoring?.on === false && h('p', { key: 'scoring', class: 'unscored' }, pick(one.scoring.why) || t('scoring_off')),
        !locked && one.state !== 'expired' && standing(one),
        part('probes', t('probes'), one.probes, probe),
        part('faults', t('faults'), one.faults, fault),
        !locked && part('answers', t('answers'), one.answers ?? [], (each) => answer(one.id, each)),
        part('hints', t('hints'), one.hints, (each) => hint(one.id, one.faults, each)));
}
