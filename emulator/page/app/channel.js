// A view of the house and the stream that keeps it true: fetched once, then changed by events; fetched anew where the stream says
// that it cannot go on from what is known. What comes while all is fetched is heard when it is there, unless it is in it already.
import { isOld, listen } from './live.js';

const again_ms = 2000;

/** channel({ view, load, apply, heard, changed, renewed }): load() resolves to the stream's place; apply(name, data) is false where all
 *  must be fetched anew; heard(name, data) is told what was applied; the rest is listen()'s. */
export function channel({ view, load, apply, heard, shown, changed, renewed }) {
    let stream, waiting = null;

    async function showAnew() {
        if (waiting) return;
        waiting = [];
        try {
            const event = await load();
            stream.contains(event);
            const rest = waiting;
            waiting = null;
            for (const [name, data, id] of rest) if (!isOld(id, event)) hear(name, data, id);
            shown?.();
        } catch {
            waiting = null;
            setTimeout(showAnew, again_ms); // the connection is lost too, as a rule
        }
    }

    function hear(name, data, id) {
        if (waiting) waiting.push([name, data, id]);
        else if (apply(name, data)) heard?.(name, data);
        else showAnew();
    }

    return {
        async open() {
            const after = await load();
            stream?.close();
            stream = listen({ after, view, heard: hear, changed, renewed });
            shown?.();
        },
        close() {
            stream?.close();
            stream = null;
        },
    };
}
