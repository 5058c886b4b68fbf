// Drawings: the mark of the house, and the CTO, whose face shows how things stand.
import { h } from '../app/dom.js';

export const mark = () =>
    h('svg', { class: 'mark', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
        h('rect', { width: 32, height: 32, rx: 7 }),
        h('path', { class: 'horn', d: 'M8 25 L14 13 L24 6 L18 17 Z' }),
        h('path', { class: 'turn', d: 'M11 21l5 2M13.5 16l5 1.5M17.5 11.500l3.500 1' }));

const faces = {
    info: { brows: 'M25 30q4-2.500 8-.5M39 29.500q4-2 8 .5', mouth: 'M30 46.500q6 5 12 0', eyes: 1 },
    warning: { brows: 'M25 29.500q4-.5 8 1M39 30.500q4-1.500 8-1', mouth: 'M31 48h10', eyes: 1 },
    good: { brows: 'M25 29q4-3 8-.5M39 28.500q4-2.500 8 .5', mouth: 'M29 45.500q7 7.500 14 0z', eyes: 1 },
    bad: { brows: 'M25 27.500q4 .5 8 3.500M39 31q4-3 8-3.500', mouth: 'M31.500 49q4.500-4 9 0', eyes: 1.25 },
};

export function cto(level) {
    const face = faces[level] ?? faces.info;
    return h('svg', { class: `cto ${level}`, viewBox: '0 0 72 72', 'aria-hidden': 'true' },
        h('rect', { class: 'wall', width: 72, height: 72, rx: 18 }),
        h('path', { class: 'hair', d: 'M17 60V33C17 19 25 11.500 36 11.500S55 19 55 33v27z' }),
        h('path', { class: 'shirt', d: 'M9 72c1-11 9-16 19-17.500h16C54 56 62 61 63 72z' }),
        h('path', { class: 'skin', d: 'M30 48h12v8.500c0 4-12 4-12 0z' }),
        h('path', { class: 'skin', d: 'M22 32c0-9 6-14 14-14s14 5 14 14v6c0 9-7 15.500-14 15.500S22 47 22 38z' }),
        h('path', { class: 'hair', d: 'M20.500 35c-.5-13 6-19.500 15.500-19.500 9 0 16 6 15.500 19.500-2.500-7-6-10-9.500-11.500-5 3.500-14 4-21.500 11.500z' }),
        h('path', { class: 'line', d: face.brows }),
        h('g', { class: 'glasses' }, h('rect', { x: 24, y: 32, width: 10.5, height: 8, rx: 3.5 }), h('rect', { x: 37.5, y: 32, width: 10.5, height: 8, rx: 3.5 }), h('path', { d: 'M34.500 35.500h3' })),
        h('circle', { class: 'eye', cx: 29.3, cy: 36, r: 1.5 * face.eyes }), h('circle', { class: 'eye', cx: 42.7, cy: 36, r: 1.5 * face.eyes }),
        h('path', { class: 'line', d: face.mouth }),
        h('path', { class: 'pin', d: 'M47 70l2.500-8 2.500 8z' }));
}
