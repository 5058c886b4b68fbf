// One execution of a pipeline: its steps as a picture, coloured by how they stand, with time, attempt and cache hits; of the chosen one what
// it made: a job's last lines of log, its metrics and their course.
import { h } from '../app/dom.js';
import { t, number } from '../app/words.js';
import { get } from '../app/api.js';
import { model, touch } from '../app/model.js';
import { moment, took } from '../app/time.js';
import { to } from '../app/route.js';
import { copyable } from '../app/copy.js';
import { pretty } from '../app/pretty.js';
import { failingLine, status, ranFor } from './executions.js';
import { graph } from './graph.js';
import { cause } from './cause.js';
import { plot, courses } from './metrics.js';

let shown = { arn: null }, job = { arn: null }, chosen = null;

export const isPipeline = (arn) => /:pipeline\/.+\/execution\//.test(arn);

/** Fetched when it is first looked at, and again when the list says that it has moved. */
function fetched(arn) {
    const listed = model.executions?.find((one) => one.arn === arn);
    const stamp = `${listed?.status} ${listed?.steps_begun} ${listed?.steps_ended}`;
    if (shown.arn !== arn) {
        shown = { arn };
        chosen = null;
    }
    if (shown.stamp !== stamp && !shown.busy) {
        const asked = Object.assign(shown, { stamp, busy: true });
        get(`api/execution?arn=${encodeURIComponent(arn)}`)
            .then((found) => (asked.found = found), () => (asked.missing = !asked.found))
            .finally(() => {
                asked.busy = false;
                touch();
            });
    }
    return shown;
}

function fetchedJob(step) {
    const stamp = `${step.made} ${step.status}`;
    if (job.stamp !== stamp) {
        const asked = (job = { stamp });
        get(`api/job?arn=${encodeURIComponent(step.made)}`).then((found) => (asked.found = found), () => (asked.missing = true)).finally(touch);
    }
    return job;
}

function standing(step) {
    if (step.cached) return 'cached';
    if (step.status === 'Succeeded') return step.attempt > 1 ? 'retried' : 'succeeded';
    return step.status === 'Failed' || step.status === 'Stopped' ? 'failed' : 'entered';
}

function choose(name) {
    chosen = chosen === name ? null : name;
    touch();
}

function row(step) {
    const marks = [step.attempt > 1 && t('attempt', step.attempt), step.cached && t('cache_hit'), step.outcome && t('outcome', step.outcome)].filter(Boolean).join(' · ');
    return h('li', { key: step.name, class: step.status === 'Failed' ? 'failed' : null },
        h('button', { type: 'button', class: 'quiet', 'aria-pressed': String(chosen === step.name), onclick: () => choose(step.name) }, step.name),
        h('span', { class: 'type' }, t(`standing_${standing(step)}`)),
        h('span', { class: 'at' }, step.started_at && moment(step.started_at, model.clock.started_at)),
        h('span', { class: 'took' }, step.stopped_at ? took(step.stopped_at - step.started_at) : t('running')),
        marks && h('span', { class: 'remarks' }, marks),
        step.reason && cause(step.reason));
}

function details(step) {
    if (!step) return null;
    const parts = [h('h3', { key: 'name' }, step.name)];
    if (step.token && step.status === 'Executing') parts.push(h('p', { key: 'token' }, t('callback_waits')), copyable(`aws sagemaker send-pipeline-execution-step-success --callback-token ${step.token}`, t('look')));
    if (step.message) parts.push(h('h4', { key: 'message-title' }, t('callback_message')), h('pre', { key: 'message', class: 'log', tabindex: 0, role: 'group', 'aria-label': t('callback_message') }, pretty(step.message)));
    if (step.made && /:(processing|training|transform)-job\//.test(step.made)) {
        const { found } = fetchedJob(step);
        const lines = found?.log ?? [];
        parts.push(
            found?.metrics.length > 0 && h('dl', { key: 'metrics', class: 'metrics' }, found.metrics.map(({ name, value }) => h('div', { key: name }, h('dt', null, name), h('dd', null, number(Number(value.toPrecision(5))))))),
            plot(courses(lines)),
            h('h4', { key: 'log-title' }, t('log_tail')),
            lines.length ? h('pre', { key: 'log', class: 'log', tabindex: 0 }, lines.map((line) => line.message).join('\n')) : h('p', { key: 'log', class: 'empty' }, t(found ? 'log_empty' : 'loading')));
    }
    return h('section', { key: 'details', class: 'job', 'aria-label': step.name }, parts);
}

export function pipeline(arn) {
    const { found, missing } = fetched(arn);
    const back = h('p', { key: 'back', class: 'back' }, h('a', { href: to('executions') }, `← ${t('back')}`));
    if (!found) return [back, h('h1', null, t('executions_title')), h('p', { class: 'empty' }, t(missing ? 'execution_gone' : 'loading'))];
    const { execution: one, definition, steps } = found;
    const colours = new Map(steps.map((step) => [step.name, standing(step)]));
    return [
        back,
        h('div', { class: 'top' }, h('h1', null, one.name), status(one.status), h('span', { class: 'machine' }, one.machine), h('span', { class: 'took' }, ranFor(one))),
        one.failing && h('div', { key: 'failing', class: 'trouble' }, h('p', { class: 'verdict' }, t('failing'), ': ', failingLine(one)), one.failing.cause && cause(one.failing.cause),
            h('div', { class: 'show' }, h('h2', null, t('look')), copyable(one.look, t('look')))),
        h('div', { class: 'picture-and-history' },
            h('section', { class: 'picture', 'aria-labelledby': 'graph-title' }, h('h2', { id: 'graph-title' }, t('graph')), graph(definition, one.machine, colours, chosen, choose, { says: 'graph_says_steps', hint: 'steps_hint' })),
            h('section', { class: 'history steps', 'aria-labelledby': 'history-title' }, h('h2', { id: 'history-title' }, t('steps')), h('ol', null, steps.map(row)), details(steps.find((step) => step.name === chosen)))),
    ];
}
