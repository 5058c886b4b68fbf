// A link as a QR code, dark on light in either theme: cameras want it so.
import { h } from '../app/dom.js';
import { qr } from '../app/qr.js';

const quiet = 4; // modules, as the standard wants
const drawn = new Map(); // link → path; a code costs a few milliseconds

function pathOf(link) {
    if (!drawn.has(link)) {
        const rows = qr(link);
        drawn.set(link, rows && { size: rows.length, path: rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('') });
    }
    return drawn.get(link);
}

/** Nothing where the link is too long for a code. */
export function code(link, label) {
    const found = pathOf(link);
    if (!found) return null;
    const side = found.size + 2 * quiet;
    return h('svg', { class: 'qr', viewBox: `${-quiet} ${-quiet} ${side} ${side}`, role: 'img', 'aria-label': label }, h('rect', { x: -quiet, y: -quiet, width: side, height: side }), h('path', { d: found.path }));
}
