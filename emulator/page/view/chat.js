// A talk with one of the team's bots, and beside each turn what the bot understood: the intent and how sure it was, the slots, the
// code hook that ran, how long it all took.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { may, model } from '../app/model.js';
import { say, startAnew } from '../app/talk.js';
import { attempt, complaint, isBusy } from './attempt.js';

const longest = 1024;

function choice(name, words, options) {
    const { where } = model.chat;
    return h('label', null, h('span', null, t(words)),
        h('select', { value: where[name] ?? '', onchange: (event) => startAnew({ [name]: event.target.value }) }, options.map(({ id, name: shown }) => h('option', { key: id, value: id }, shown))));
}

function choices() {
    const { bots, where } = model.chat;
    const bot = bots.find((one) => one.id === where.bot), alias = bot?.aliases.find((one) => one.id === where.alias);
    return h('form', { class: 'where', onsubmit: (event) => event.preventDefault() },
        choice('bot', 'bot', bots),
        choice('alias', 'bot_alias', bot?.aliases ?? []),
        choice('locale', 'bot_locale', (alias?.locales ?? []).map((id) => ({ id, name: id }))),
        h('button', { type: 'button', onclick: () => startAnew({}) }, t('chat_anew')));
}

const interpreted = (slot) => (slot.values ? slot.values.map(interpreted).join(', ') : slot.subSlots ? Object.values(slot.subSlots).filter(Boolean).map(interpreted).join(' ') : (slot.value?.interpretedValue ?? slot.value?.resolvedValues?.join(' / ') ?? ''));

function slots(intent) {
    const filled = Object.entries(intent.slots ?? {});
    return filled.length > 0 && h('dl', { class: 'slots' }, filled.map(([name, slot]) =>
        h('div', { key: name, class: slot ? null : 'open' }, h('dt', null, name), h('dd', null, slot ? [h('b', null, interpreted(slot)), slot.value && slot.value.originalValue !== interpreted(slot) && h('span', null, ` “${slot.value.originalValue}”`)] : t('slot_open')))));
}

const percent = (score) => `${Math.round(score * 100)} %`;

/** The intents that came into question, the one that the bot goes on with first. */
function intents(interpretations) {
    return h('ol', { class: 'intents' }, interpretations.slice(0, 3).map(({ intent, nluConfidence }, index) => {
        const score = nluConfidence?.score;
        return h('li', { key: intent.name, class: index ? 'other' : null },
            h('span', { class: 'name' }, intent.name), score === undefined ? h('span', { class: 'score' }, '–') : h('meter', { min: 0, max: 1, value: String(score), 'aria-label': t('confidence') }), score !== undefined && h('span', { class: 'score' }, percent(score)));
    }));
}

function understood({ answer, ms, hook, hook_ms }) {
    const { intent, dialogAction } = answer.sessionState;
    const state = [intent?.state, dialogAction?.type, dialogAction?.slotToElicit].filter(Boolean).join(' · ');
    return h('aside', { class: 'understood', 'aria-label': t('understood') },
        intents(answer.interpretations ?? []), intent && slots(intent),
        h('p', { class: 'how' }, state && h('code', null, state), h('span', null, hook ? t('hook_ran', hook, hook_ms) : t('hook_none')), h('span', null, t('ms', ms))));
}

const saidBy = (who, key, ...what) => h('div', { key, class: `said ${who}` }, h('span', { class: 'unseen' }, t(who === 'us' ? 'chat_you' : 'chat_bot')), what);

function card({ title, subtitle, buttons = [] }) {
    return h('div', { class: 'card' }, h('b', null, title), subtitle && h('p', null, subtitle), buttons.map((one) => h('button', { key: one.value, type: 'button', onclick: () => talk(one.value) }, one.text)));
}

const message = (one, index) => saidBy('bot', index, one.imageResponseCard ? card(one.imageResponseCard) : one.contentType === 'PlainText' ? h('p', null, one.content) : h('pre', null, one.content));

function turn(one) {
    return h('li', { key: one.id, class: 'exchange' },
        h('div', { class: 'words' }, saidBy('us', 'us', h('p', null, one.text)),
            one.pending ? saidBy('bot', 'wait', h('p', { class: 'wait' }, t('chat_waits')))
                : one.error ? saidBy('bot', 'error', h('p', { class: 'refused' }, h('b', null, one.error.code), ` ${one.error.message}`))
                    : one.answer.messages?.length ? one.answer.messages.map(message) : saidBy('bot', 'silent', h('p', { class: 'wait' }, t('chat_silent')))),
        one.answer && understood(one));
}

const talk = (text) => attempt('chat', () => say(text));

function submit(event) {
    event.preventDefault();
    const form = event.currentTarget, text = new FormData(form).get('text').trim();
    if (!text) return;
    talk(text).then((done) => done && form.reset());
}

export function chat() {
    const { bots, turns, where } = model.chat;
    const top = h('div', { key: 'top', class: 'top' }, h('h1', null, t('chat_title')));
    if (!bots) return [top, h('p', { key: 'empty', class: 'empty' }, t('loading'))];
    const said = () => h('div', { key: 'talk', role: 'log', 'aria-label': t('chat_title') }, h('ol', { class: 'talk' }, turns.length ? turns.map(turn) : h('li', { key: 'none', class: 'empty' }, t(model.game.replay ? 'chat_none_said' : 'chat_begin'))));
    if (model.game.replay) return [top, said()];
    if (!bots.length) return [top, h('p', { key: 'empty', class: 'empty' }, t('chat_no_bots'))];
    return [
        top, h('div', { key: 'choices' }, choices()),
        said(),
        h('form', { key: 'say', class: 'say', onsubmit: submit },
            h('input', { name: 'text', type: 'text', maxlength: longest, autocomplete: 'off', disabled: !where.locale || !may('play'), 'aria-label': t('chat_say'), placeholder: t('chat_say') }),
            h('button', { type: 'submit', class: 'main', disabled: isBusy('chat') || !where.locale || !may('play') }, t('chat_send'))),
        complaint('chat') && h('div', { key: 'complaint' }, complaint('chat')),
    ];
}
