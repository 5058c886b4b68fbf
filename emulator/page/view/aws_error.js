import { h } from '../app/dom.js';

/** An AWS error in one line, its sentence behind it. */
export const awsError = (error) =>
    h('details', { class: 'error' }, h('summary', null, h('code', null, error.code), ` ${error.service}:${error.operation}`), h('p', null, error.message));
