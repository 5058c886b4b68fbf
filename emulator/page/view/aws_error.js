// An AWS error as clients see it: the code, the call, and the sentence: at once, or behind the code where there is little room.
import { h } from '../app/dom.js';
import { pick } from '../app/words.js';
import { readCause } from '../app/cause.js';
import { cause } from './cause.js';

/** A reason in the chosen language, without the error's sentence where that is shown beside it. */
export function reasonBeside(reason, error) {
    const text = pick(reason);
    return error?.message && text.includes(error.message) ? text.replace(error.message, '').replace(/[\s:–-]+$/, '') : readCause(text).says;
}

const line = (error) => [h('code', null, error.code), ` ${error.service}:${error.operation}`];

export const awsErrorFolded = (error) => h('details', { class: 'aws-error' }, h('summary', null, line(error)), cause(error.message));

export const awsError = (error) => h('div', { key: 'error', class: 'aws-error' }, h('p', { class: 'line' }, line(error)), cause(error.message));
