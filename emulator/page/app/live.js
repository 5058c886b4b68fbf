// The stream of events. The browser comes back by itself with Last-Event-ID after a lost connection; where it gives up (the
// server answered with an error: our session may be over) we ask for a session anew, or open a stream behind the last event.
import { eventsUrl } from './api.js';

const names = ['score', 'trend', 'challenge', 'message', 'call', 'execution', 'forecast', 'monitor', 'clock', 'marks', 'notice', 'game', 'board', 'answer', 'chat', 'reset', 'ping'];
const longest_pause_ms = 8000;
const silence_ms = 40000; // the server says something every 15 s

/** listen({ after, view, heard(name, data, id), changed(state), renewed() }): state is 'live' or 'lost'; renewed() resolves to true where another
 *  stream stands in this one's place. */
export function listen({ after, view, heard, changed, renewed }) {
    let source, last = after, pause = 500, timer, watchdog, pings = false;

    function watch() {
        clearTimeout(watchdog);
        if (pings) watchdog = setTimeout(again, silence_ms);
    }

    function again() {
        source.close();
        changed('lost');
        clearTimeout(timer);
        timer = setTimeout(async () => (await renewed()) || open(), pause);
        pause = Math.min(pause * 2, longest_pause_ms);
    }

    function open() {
        source = new EventSource(eventsUrl(last, view));
        source.onopen = () => {
            pause = 500;
            watch();
            changed('live');
        };
        source.onerror = () => (source.readyState === EventSource.CLOSED ? again() : changed('lost'));
        for (const name of names)
            source.addEventListener(name, (event) => {
                if (name === 'ping') pings = true;
                watch();
                // The same event twice (a stream opened anew behind one that still delivered) is heard once.
                if (event.lastEventId && name !== 'reset' && isOld(event.lastEventId, last)) return;
                if (event.lastEventId) last = event.lastEventId;
                if (name !== 'ping') heard(name, JSON.parse(event.data), event.lastEventId);
            });
    }

    open();
    return {
        /** The view was fetched anew and contains all up to this event. */
        contains(id) {
            if (!isOld(id, last)) last = id;
        },
        close() {
            clearTimeout(timer);
            clearTimeout(watchdog);
            source.close();
        },
    };
}

/** Ids are GENERATION-NUMBER; of another generation nothing can be said, so it is new. */
export function isOld(id, last) {
    const [generation, number] = id.split('-');
    const [known, seen] = (last ?? '').split('-');
    return generation === known && Number(number) <= Number(seen);
}
