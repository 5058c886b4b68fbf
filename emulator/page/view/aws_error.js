// An AWS error as clients see it: the code, the call, and the sentence: at once, or behind the code where there is little room.
import { h } from '../app/dom.js';

const line = (error) => [h('code', null, error.code), ` ${error.service}:${error.operation}`];

export const awsErrorFolded = (error) => h('details', { class: 'aws-error' }, h('summary', null, line(error)), h('p', null, error.message));

export const awsError = (error) => h('div', { key: 'error', class: 'aws-error' }, h('p', { class: 'line' }, line(error)), h('p', null, error.message));
