// Reading an execution's history as AWS tells it: which state an event belongs to, and how each state stands.

/** The details of an event are in the member named after its type: TaskFailed → taskFailedEventDetails; …StateEntered share one. */
export function detailsOf(event) {
    const key = Object.keys(event).find((name) => name.endsWith('EventDetails'));
    return key ? event[key] : {};
}

/** The names of the states of all events, by following each to the StateEntered before it. Kept with the list of events. */
const named = new WeakMap();

export function nameStates(events) {
    const byId = new Map(events.map((event) => [event.id, event]));
    for (const event of [...events].sort((a, b) => a.id - b.id)) {
        const own = /State(Entered|Exited)$/.test(event.type) ? detailsOf(event).name : undefined;
        const before = byId.get(event.previousEventId);
        const inherits = before && !/StateExited$/.test(before.type) && !/^Execution/.test(event.type);
        named.set(event, own ?? (inherits ? named.get(before) : undefined));
    }
}

export const stateOf = (event) => named.get(event);

const failures = /^(Task|Lambda|Activity|Map|Parallel|Evaluation)\w*(Failed|TimedOut)$/;

/** Each state's standing: entered, succeeded, failed, retried or caught. */
export function colours(events, status) {
    nameStates(events);
    const standing = new Map();
    const failed = new Set(), retried = new Set();
    for (const event of [...events].sort((a, b) => a.id - b.id)) {
        const state = stateOf(event);
        if (!state) continue;
        if (/StateEntered$/.test(event.type)) standing.set(state, 'entered');
        else if (/StateExited$/.test(event.type)) standing.set(state, failed.has(state) ? 'caught' : retried.has(state) ? 'retried' : 'succeeded');
        else if (failures.test(event.type)) {
            failed.add(state);
            standing.set(state, 'failed');
        } else if (failed.has(state) && /Scheduled$/.test(event.type)) {
            failed.delete(state);
            retried.add(state);
            standing.set(state, 'retried');
        } else if (/Succeeded$/.test(event.type)) failed.delete(state);
    }
    // The execution failed while it was in a state: that state failed it, whether or not an event says so (a Choice, a path).
    if (status === 'FAILED' || status === 'TIMED_OUT')
        for (const [state, how] of standing) if (how === 'entered') standing.set(state, 'failed');
    return standing;
}

/** Of the last time that a state was entered: its input, its output, the variables that it assigned, and what failed it. */
export function inState(events, state) {
    const own = events.filter((event) => stateOf(event) === state).sort((a, b) => b.id - a.id);
    const entered = own.find((event) => /StateEntered$/.test(event.type));
    const since = own.filter((event) => event.id >= (entered?.id ?? 0));
    const exited = since.find((event) => /StateExited$/.test(event.type));
    const failure = since.find((event) => failures.test(event.type)) ?? (exited ? undefined : since.find((event) => detailsOf(event).error));
    const { error, cause } = failure ? detailsOf(failure) : {};
    return { input: entered && detailsOf(entered).input, output: exited && detailsOf(exited).output, variables: exited && detailsOf(exited).assignedVariables, error, cause, failure };
}
