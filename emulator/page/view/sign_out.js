// Leaving: whoever came to the wrong team, or gives the machine to somebody else.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { model } from '../app/model.js';
import { post } from '../app/api.js';
import { attempt, complaint, isBusy } from './attempt.js';

const leave = () => attempt('leave', async () => {
    await post('session/end', {});
    model.leave();
});

export const signOut = () => [h('button', { key: 'leave', type: 'button', class: 'quiet leave', disabled: isBusy('leave'), onclick: leave }, t('sign_out')), complaint('leave')];
