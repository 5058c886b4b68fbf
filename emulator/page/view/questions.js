// A team's questions to those who support the event, their answers, and what was answered for all.
import { h } from '../app/dom.js';
import { t, pick } from '../app/words.js';
import { may, model, touch } from '../app/model.js';
import { post } from '../app/api.js';
import { moment } from '../app/time.js';
import { inline } from '../app/markdown.js';
import { attempt, complaint, isBusy } from './attempt.js';

const longest = 2000;

function submit(event) {
    event.preventDefault();
    const form = event.currentTarget, given = new FormData(form);
    attempt('question', async () => {
        const question = await post('api/question', { text: given.get('text').trim(), challenge: given.get('challenge') || null });
        model.team.questions = [question, ...model.team.questions.filter((one) => one.seq !== question.seq)];
        form.reset();
        touch();
    });
}

const ask = () =>
    h('form', { key: 'ask', class: 'question-form', onsubmit: submit },
        h('label', null, h('span', null, t('question_ask')), h('textarea', { name: 'text', rows: 3, required: true, maxlength: longest, placeholder: t('question_what') })),
        h('div', { class: 'row' },
            h('label', null, h('span', null, t('question_about')), h('select', { name: 'challenge' }, h('option', { value: '' }, t('question_about_all')), model.game.challenges.map((one) => h('option', { key: one.id, value: one.id }, pick(one.title))))),
            h('button', { type: 'submit', class: 'main', disabled: isBusy('question') }, t('question_send'))),
        complaint('question'));

export const answersOf = (one) => one.answers.map((answer) =>
    h('div', { key: answer.at, class: 'reply' }, h('p', { class: 'who' }, h('b', null, answer.by), h('span', null, moment(answer.at, model.clock.started_at))), h('p', { class: 'text' }, inline(pick(answer.text)))));

export const aboutWhat = (one) => one.challenge && pick(model.game.challenges.find((each) => each.id === one.challenge)?.title);

function stateOf(one) {
    if (one.state === 'taken' && one.taken_by) return t('question_taken_by', one.taken_by);
    return t(`question_${one.state}`);
}

function entry(one) {
    const about = [moment(one.at, model.clock.started_at), one.by, aboutWhat(one)].filter(Boolean).join(' · ');
    return h('li', { key: one.seq, class: `ticket ${one.state}` },
        h('p', { class: 'who' }, one.team === null ? h('b', null, t('question_of_others')) : h('span', { class: `chip ${one.state}` }, stateOf(one)), h('span', null, about)),
        h('p', { class: 'text asked' }, one.text), answersOf(one));
}

export function questions() {
    const list = model.team.questions ?? [];
    model.answers_seen = Math.max(model.answers_seen, ...list.flatMap((one) => one.answers.map((answer) => answer.at)));
    return [
        h('div', { key: 'top', class: 'top' }, h('h1', null, t('questions_title'))),
        h('p', { key: 'why', class: 'lead' }, t('questions_why')),
        may('play') && ask(),
        list.length ? h('ol', { key: 'list', class: 'questions' }, list.map(entry)) : h('p', { key: 'none', class: 'empty' }, t('questions_empty')),
    ];
}
