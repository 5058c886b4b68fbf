// The queue of the teams' questions, for those who support them: taken by one, answered in either language, and for all where it helps all.
import { h } from '../app/dom.js';
import { recalled, remember, t } from '../app/words.js';
import { gameNow, model, touch } from '../app/model.js';
import { getOfAll, post } from '../app/api.js';
import { duration, moment } from '../app/time.js';
import { to } from '../app/route.js';
import { look } from './look.js';
import { learnStaff } from '../app/words_staff.js';
import { aboutWhat, answersOf } from './questions.js';
import { attempt, complaint, isBusy } from './attempt.js';
import { signOut } from './sign_out.js';

learnStaff();

const longest = 2000, longest_name = 40;
let me = recalled('supporter') ?? '', answering = null, filter = 'waiting';

function setMe(name) {
    me = name;
    remember('supporter', name);
    touch();
}

const by = () => me.trim() || t(model.session.role);

function put(question) {
    const { questions } = model.event;
    model.event.questions = questions.map((one) => (one.seq === question.seq ? question : one));
    touch();
}

const take = (one) => attempt(`queue-${one.seq}`, async () => {
    put(await post('api/question/take', { question: one.seq, by: by() }));
    answering = one.seq;
});

function answer(event, one) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    attempt(`queue-${one.seq}`, async () => {
        put(await post('api/question/answer', { question: one.seq, by: by(), text: given.get('text').trim(), publish: given.get('publish') === 'on' }));
        answering = null;
    });
}

function turn(seq) {
    answering = seq;
    touch();
}

function form(one) {
    return h('form', { key: 'answer', class: 'question-form', onsubmit: (event) => answer(event, one) },
        h('label', null, h('span', null, t('queue_answer_to', one.name ?? '')), h('textarea', { name: 'text', rows: 3, required: true, maxlength: longest, focus: true })),
        h('div', { class: 'row' },
            h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'publish', disabled: one.published }), t('queue_publish')),
            h('button', { type: 'button', onclick: () => turn(null) }, t('cancel_plain')),
            h('button', { type: 'submit', class: 'main', disabled: isBusy(`queue-${one.seq}`) }, t('queue_answer'))));
}

function actions(one) {
    if (answering === one.seq) return form(one);
    return h('div', { key: 'actions', class: 'row' },
        one.state === 'open' && h('button', { type: 'button', class: 'main', disabled: isBusy(`queue-${one.seq}`), onclick: () => take(one) }, t('queue_take')),
        h('button', { type: 'button', onclick: () => turn(one.seq) }, t(one.state === 'answered' ? 'queue_add' : 'queue_answer')));
}

function entry(one) {
    const state = one.state === 'taken' ? t('question_taken_by', one.taken_by) : t(`question_${one.state}`);
    const waited = one.state !== 'answered' && t('queue_waits', duration(gameNow() - one.at));
    return h('li', { key: one.seq, class: `ticket ${one.state}` },
        h('p', { class: 'who' }, h('b', null, one.name ?? '–'), h('span', { class: `chip ${one.state}` }, state), one.team && h('a', { href: to('team'), 'aria-label': `${t('look_at')}: ${one.name}`, onclick: (event) => look(event, one.team) }, t('look_at')), one.published && h('span', { class: 'chip' }, t('queue_published')),
            h('span', null, [one.by, aboutWhat(one), moment(one.at, model.clock.started_at), waited].filter(Boolean).join(' · '))),
        h('p', { class: 'text asked' }, one.text), answersOf(one), actions(one), complaint(`queue-${one.seq}`));
}

const filters = { waiting: (one) => one.state !== 'answered', answered: (one) => one.state === 'answered', all: () => true };

const older = () => attempt('queue', async () => {
    const { event } = model, { questions } = await getOfAll(`api/questions?before=${event.questions[event.questions.length - 1].seq}`);
    event.questions = [...event.questions, ...questions];
    event.queue_ended = questions.length < 50;
    touch();
});

export function queue() {
    const list = model.event.questions.filter(filters[filter]);
    // Those that wait longest come first; what is done is told from its end.
    const shown = filter === 'waiting' ? [...list].sort((a, b) => (a.state === 'open' ? 0 : 1) - (b.state === 'open' ? 0 : 1) || a.seq - b.seq) : list;
    return [
        h('div', { key: 'top', class: 'top' }, h('h1', null, t('queue_title')),
            h('div', { class: 'switch', role: 'group', 'aria-label': t('queue_show') }, Object.keys(filters).map((name) =>
                h('button', { key: name, type: 'button', 'aria-pressed': String(filter === name), onclick: () => {
                    filter = name;
                    touch();
                } }, t(`queue_${name}`)))),
            h('label', { class: 'me' }, h('span', null, t('queue_me')), h('input', { type: 'text', maxlength: longest_name, value: me, placeholder: t(model.session.role), oninput: (event) => setMe(event.target.value) }))),
        shown.length ? h('ol', { key: 'list', class: 'questions' }, shown.map(entry)) : h('p', { key: 'none', class: 'empty' }, t(`queue_none_${filter}`)),
        h('p', { key: 'leave' }, signOut()),
        !model.event.queue_ended && h('button', { key: 'older', type: 'button', class: 'quiet', onclick: older }, t('older')), complaint('queue'),
    ];
}
