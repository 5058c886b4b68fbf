// The course of a training's metrics, read from its log: lines such as "[12] train-rmse:2.1 validation-rmse:2.3", one a round.
import { h } from '../app/dom.js';
import { t, number } from '../app/words.js';

const width = 360, height = 120, most_metrics = 6;

/** Map of metric → [[round, value], …]. */
export function courses(lines) {
    const found = new Map();
    for (const { message } of lines) {
        const round = /^\s*\[(\d+)\]/.exec(message);
        if (!round) continue;
        for (const [, name, value] of message.matchAll(/([A-Za-z][\w-]*):(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)/g)) {
            if (!found.has(name) && found.size === most_metrics) continue;
            found.set(name, [...(found.get(name) ?? []), [Number(round[1]), Number(value)]]);
        }
    }
    return found;
}

export function plot(series) {
    const all = [...series.values()].flat();
    if (all.length < 2) return null;
    const last = Math.max(...all.map(([round]) => round)), first = Math.min(...all.map(([round]) => round));
    const high = Math.max(...all.map(([, value]) => value)), low = Math.min(...all.map(([, value]) => value));
    const x = (round) => ((round - first) / (last - first || 1)) * width, y = (value) => height - ((value - low) / (high - low || 1)) * height;
    const says = [...series].map(([name, points]) => `${name}: ${number(points[0][1])} → ${number(points[points.length - 1][1])}`).join(', ');
    return h('figure', { key: 'course', class: 'course' },
        h('svg', { viewBox: `-4 -4 ${width + 8} ${height + 8}`, role: 'img', 'aria-label': t('course_says', says) },
            [...series].map(([name, points], i) => h('polyline', { key: name, class: `line line-${i}`, points: points.map(([round, value]) => `${x(round).toFixed(1)},${y(value).toFixed(1)}`).join(' ') }))),
        h('figcaption', null, [...series].map(([name, points], i) => h('span', { key: name, class: `key line-${i}` }, `${name} ${number(Number(points[points.length - 1][1].toPrecision(4)))}`))));
}
