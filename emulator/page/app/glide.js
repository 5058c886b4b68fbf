// Rows that change places glide to their new one. Whoever wants no motion gets none.
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const places = new WeakMap();

/** For `settled` of a list of keyed rows: measured when all around it is in its place, too. */
export const glide = (list) => requestAnimationFrame(() => move(list));

function move(list) {
    for (const row of list.children) {
        const now = { left: row.offsetLeft, top: row.offsetTop }, before = places.get(row);
        places.set(row, now);
        if (!before || still.matches || (before.left === now.left && before.top === now.top)) continue;
        row.animate([{ transform: `translate(${before.left - now.left}px, ${before.top - now.top}px)` }, { transform: 'none' }], { duration: 700, easing: 'cubic-bezier(0.2, 0.7, 0.2, 1)' });
    }
}
