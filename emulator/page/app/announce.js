// What is said to those who listen to the page: one thing at a time, the newest of its kind, and a score not more often than every
// twenty seconds. It speaks when they pause, never over them.

const quiet_ms = 20000;
let last_score = 0, pending, timer;

export function announce(text) {
    const element = document.getElementById('announcer');
    element.textContent = '';
    // A change of nothing into something is what is read out, also where it is the same text again.
    requestAnimationFrame(() => (element.textContent = text));
}

export function announceScore(text) {
    pending = text;
    const wait = last_score + quiet_ms - performance.now();
    clearTimeout(timer);
    timer = setTimeout(() => {
        last_score = performance.now();
        announce(pending);
    }, Math.max(0, wait));
}
