// Durations and moments of the game, as short as they can be read.

const two = (n) => String(n).padStart(2, '0');

/** 75000 → "1:15", 3675000 → "1:01:15"; never negative. */
export function duration(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const minutes = Math.floor(seconds / 60);
    const rest = two(seconds % 60);
    return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${rest}`;
}

/** A moment as time since the game began. */
export const moment = (at, started_at) => duration(at - (started_at ?? at));

/** How long something took: milliseconds while that is short. */
export const took = (ms) => (ms < 1000 ? `${ms} ms` : ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms));
