// The view is in the address's fragment: #/calls, #/guide/order, #/execution/ARN. What is not known is where one begins.
export const of_team = ['team', 'executions', 'execution', 'forecast', 'monitoring', 'chat', 'console', 'calls', 'questions', 'guide', 'keys'];
const of_all = ['board', 'wall', 'review'];
const of_staff = ['room', 'queue', 'log', 'sheet'];
const views = [...of_team, ...of_all, ...of_staff];

let first = 'team';
/** Where somebody begins: a team on its page, the facilitator in the control room, a supporter at the queue. */
export const beginAt = (view) => (first = view);

export function route() {
    const [, view, ...rest] = location.hash.split('/');
    if (!views.includes(view)) return { view: first, what: '' };
    return { view, what: decodeURIComponent(rest.join('/')) };
}

export const to = (view, what) => `#/${view}${what ? `/${encodeURIComponent(what)}` : ''}`;
