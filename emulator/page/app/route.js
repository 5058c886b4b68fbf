// The view is in the address's fragment: #/calls, #/guide/order, #/execution/ARN. What is not known is the team's view.
const views = ['team', 'board', 'executions', 'execution', 'forecast', 'monitoring', 'chat', 'calls', 'guide', 'keys'];

export function route() {
    const [, view, ...rest] = location.hash.split('/');
    if (!views.includes(view)) return { view: 'team', what: '' };
    return { view, what: decodeURIComponent(rest.join('/')) };
}

export const to = (view, what) => `#/${view}${what ? `/${encodeURIComponent(what)}` : ''}`;
