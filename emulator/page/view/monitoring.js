// Monitoring of endpoints: when schedules ran and what they found; how far each feature is from its baseline, and how it is distributed then and now.
import { h } from '../app/dom.js';
import { t, number, language } from '../app/words.js';
import { model } from '../app/model.js';
import { to, route } from '../app/route.js';

const width = 320, bar = 16, gap = 8, tall = 72;
const short = (value) => number(Number(value.toPrecision(3)));
const when = (ms) => new Date(ms).toLocaleString(language(), { timeZone: 'UTC', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const signs = { Completed: '✓', CompletedWithViolations: '!', Failed: '×', Stopped: '×' };
const words = { CompletedWithViolations: 'violated', Failed: 'failed', Stopped: 'failed', Completed: 'good' };

/** One dot an execution, the newest last. */
function runs({ executions }) {
    if (!executions.length) return h('p', { class: 'empty' }, t('monitoring_no_runs'));
    return h('section', { class: 'runs' }, h('h2', null, t('monitoring_runs')),
        h('ol', null, [...executions].reverse().map((one) => h('li', { key: one.at, class: words[one.status] ?? 'under-way', title: t('monitoring_run_says', when(one.at), one.status), 'aria-label': t('monitoring_run_says', when(one.at), one.status) },
            h('span', { 'aria-hidden': 'true' }, signs[one.status] ?? '·')))),
        executions[0].failure && h('p', { class: 'because' }, executions[0].failure));
}

/** Bars of distances, farthest first, with the threshold as a line across each. */
function distances(drifts) {
    const most = Math.max(...drifts.flatMap((one) => [one.distance, one.threshold]), 0.01) * 1.05, x = (value) => (value / most) * width;
    return h('table', { class: 'distances' }, h('caption', null, t('monitoring_drift')),
        h('tbody', null, drifts.map((one) => {
            const far = one.distance > one.threshold;
            return h('tr', { key: one.feature, class: far ? 'far' : null }, h('th', { scope: 'row' }, one.feature),
                h('td', null, h('svg', { viewBox: `0 0 ${width} ${bar}`, role: 'img', 'aria-label': t('monitoring_says', one.feature, short(one.distance), short(one.threshold)) },
                    h('rect', { class: 'distance', x: 0, y: 3, width: Math.max(x(one.distance), 1).toFixed(1), height: bar - 6, rx: 3 }),
                    h('line', { class: 'threshold', x1: x(one.threshold).toFixed(1), x2: x(one.threshold).toFixed(1), y1: 0, y2: bar }))),
                h('td', { class: 'value' }, short(one.distance)));
        })));
}

/** The shares of a feature's buckets, baseline beside now. */
function distribution({ feature, buckets }) {
    const most = Math.max(...buckets.flatMap((one) => [one.before, one.now]), 0.01), step = width / buckets.length, wide = (step - gap / 2) / 2;
    const name = (one) => one.value ?? `${short(one.from)} – ${short(one.to)}`, height = (share) => (share / most) * tall;
    const column = (one, i, which, shift) => h('rect', { key: which, class: which, x: (i * step + shift).toFixed(1), y: (tall - height(one[which])).toFixed(1), width: wide.toFixed(1), height: Math.max(height(one[which]), 0.5).toFixed(1) });
    return h('figure', { key: feature, class: 'distribution' },
        h('figcaption', null, feature),
        h('svg', { viewBox: `0 0 ${width} ${tall}`, role: 'img', 'aria-label': buckets.map((one) => `${name(one)}: ${short(one.before)} → ${short(one.now)}`).join(', ') },
            buckets.map((one, i) => h('g', { key: i }, h('title', null, `${name(one)}: ${short(one.before)} → ${short(one.now)}`), column(one, i, 'before', 0), column(one, i, 'now', wide)))),
        h('p', { class: 'range' }, h('span', null, name(buckets[0])), h('span', null, name(buckets[buckets.length - 1]))));
}

function pictures(drifts) {
    if (!drifts.length) return false;
    return h('div', { class: 'drift' }, distances(drifts),
        h('div', { class: 'distributions' }, h('p', { class: 'keys' }, h('span', { class: 'before' }, t('monitoring_before')), h('span', { class: 'now' }, t('monitoring_now'))),
            drifts.filter((one) => one.buckets.length).slice(0, 4).map(distribution)));
}

function violations(latest) {
    if (!latest?.violations) return false;
    if (!latest.violations.length) return latest.status === 'Completed' && h('p', { class: 'clean' }, t('monitoring_clean'));
    return h('table', { class: 'violations' }, h('caption', null, t('monitoring_violations')),
        h('thead', null, h('tr', null, ['monitoring_feature', 'monitoring_check', 'monitoring_what'].map((word) => h('th', { key: word, scope: 'col' }, t(word))))),
        h('tbody', null, latest.violations.map((one, i) => h('tr', { key: i }, h('th', { scope: 'row' }, one.feature_name ?? one.metric_name ?? one.facet), h('td', null, h('code', null, one.constraint_check_type)), h('td', null, one.description)))));
}

export function monitoring() {
    const list = model.monitors, top = h('div', { class: 'top' }, h('h1', null, t('monitoring_title')));
    if (!list) return [top, h('p', { class: 'empty' }, t('loading'))];
    if (!list.length) return [top, h('p', { key: 'none', class: 'empty' }, t('monitoring_none'))];
    const shown = list.find((one) => one.name === route().what) ?? list.find((one) => one.alert === 'InAlert') ?? list[0];
    const latest = shown.executions.find((one) => signs[one.status]);
    return [
        top,
        h('div', { class: 'pickers' }, h('label', null, h('span', null, t('monitoring_which')),
            h('select', { value: shown.name, onchange: (event) => (location.hash = to('monitoring', event.target.value)) }, list.map((one) => h('option', { key: one.name, value: one.name }, one.name)))),
        h('p', { class: `alert ${shown.alert}` }, shown.alert === 'InAlert' ? t('monitoring_alert') : t('monitoring_calm')),
        h('p', { class: 'about' }, t('monitoring_of', shown.type, shown.endpoint), ' · ', h('code', null, shown.status))),
        runs(shown),
        latest?.drifts && pictures(latest.drifts),
        violations(latest),
        latest?.report && h('p', { class: 'report' }, `${t('monitoring_report')}: `, h('code', null, latest.report)),
    ];
}
