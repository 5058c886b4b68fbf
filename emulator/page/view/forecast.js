// A forecast, item by item: history, the fan from the lowest quantile to the highest, what really came as time passes; and how
// far to trust it. Drawn by dygraphs as the score is.
import { h } from '../app/dom.js';
import { t, number, language } from '../app/words.js';
import { get } from '../app/api.js';
import { model, touch } from '../app/model.js';
import { to, route } from '../app/route.js';
import { colour, load } from './chart.js';

let shown = { place: null }; // what was fetched last: { place, found, missing }

const percent = (name) => (name === 'mean' ? 50.5 : Number(name.slice(1)));
const typesOf = (found) => Object.keys(found.types).sort((a, b) => percent(a) - percent(b));
const named = (key) => key.replaceAll('\x1f', ' · ');
const short = (value) => number(Math.abs(value) >= 100 ? Math.round(value) : Math.round(value * 100) / 100);
const day = (ms, whole) => new Date(ms).toLocaleString(language(), { timeZone: 'UTC', month: 'short', day: 'numeric', ...(whole ? { year: 'numeric', hour: '2-digit', minute: '2-digit' } : {}) });
const ready = () => (model.forecasts ?? []).filter((one) => one.kind === 'forecast' && one.status === 'ACTIVE');

/** Fetched when it is first looked at, and again when the list of forecasts has moved. */
function fetched(arn, key) {
    const place = `${arn} ${key}`;
    if (shown.place !== place) shown = { place, found: shown.found?.arn === arn ? shown.found : null };
    if (shown.stamp !== model.forecasts && !shown.busy) {
        const asked = Object.assign(shown, { stamp: model.forecasts, busy: true });
        get(`api/forecast?arn=${encodeURIComponent(arn)}&key=${encodeURIComponent(key)}`)
            .then((found) => (asked.found = found), () => (asked.missing = true))
            .finally(() => {
                asked.busy = false;
                touch();
            });
    }
    return shown.found;
}

/** [time, history, [low, middle, high], actual] a row: dygraphs' custom bars draw the fan. The fan begins at the last value known. */
function points(found) {
    const times = found.times.map((text) => Date.parse(`${text}Z`)), types = typesOf(found);
    const middle = found.types.p50 ?? found.types.mean ?? found.types[types[Math.floor(types.length / 2)]];
    const low = found.types[types[0]], high = found.types[types[types.length - 1]];
    const past = found.history.filter(([at]) => at < times[0]), came = new Map(found.history.filter(([at]) => at >= times[0]));
    const single = (value) => [value, value, value], none = [null, null, null];
    const rows = past.map(([at, value], i) => [new Date(at), single(value), i === past.length - 1 ? single(value) : none, none]);
    times.forEach((at, i) => rows.push([new Date(at), none, [low[i], middle[i], high[i]], came.has(at) ? single(came.get(at)) : none]));
    return rows;
}

function looks() {
    return { colors: [colour('--faint'), colour('--accent'), colour('--ink')], gridLineColor: colour('--line'), axisLineColor: colour('--line') };
}

const options = () => ({
    labels: ['time', t('forecast_history'), 'p50', t('forecast_actual')], customBars: true, fillAlpha: 0.22, strokeWidth: 2, interactionModel: {}, legend: 'never',
    axisLabelFontSize: 11, axisTickSize: 4, highlightCircleSize: 4, rightGap: 12, labelsUTC: true, yRangePad: 8, connectSeparatedPoints: false,
    series: { [t('forecast_actual')]: { drawPoints: true, pointSize: 3, strokeWidth: 2 } },
    axes: {
        x: { drawGrid: false, pixelsPerLabel: 80, axisLabelFormatter: (at) => day(Number(at)), axisLineColor: 'transparent' },
        y: { pixelsPerLabel: 40, axisLabelWidth: 44, axisLabelFormatter: (value) => number(value), axisLineColor: 'transparent' },
    },
});

const signature = (found) => [found.arn, found.key, found.history.length, colour('--accent'), document.documentElement.dataset.theme, language()].join();

const hook = {
    mount(element) {
        load().then((Dygraph) => {
            const found = shown.found;
            if (!element.isConnected || element.graph || !found) return;
            Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend && plugin !== Dygraph.Plugins.RangeSelector);
            const place = document.createElement('div'), reading = document.createElement('p');
            reading.className = 'reading';
            element.replaceChildren(place, reading);
            element.graph = new Dygraph(place, points(found), {
                ...options(), ...looks(),
                highlightCallback: (event, x, list) => (reading.textContent = `${day(x)}  ${short((list.find((one) => one.name === t('forecast_actual')) ?? list[0]).yval)}`),
                unhighlightCallback: () => (reading.textContent = ''),
            });
            element.shown = signature(found);
            element.watch = new ResizeObserver(() => element.graph.resize());
            element.watch.observe(element);
        }, () => element.classList.add('failed'));
    },
    update(element) {
        if (!element.graph || !shown.found || element.shown === signature(shown.found)) return;
        element.shown = signature(shown.found);
        element.graph.updateOptions({ ...options(), ...looks(), file: points(shown.found) });
    },
    unmount(element) {
        element.watch?.disconnect();
        element.graph?.destroy();
        element.graph = null;
    },
};

function steps(found) {
    const types = typesOf(found), came = new Map(found.history);
    return h('table', { class: 'steps' }, h('caption', null, t('forecast_steps')),
        h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('forecast_when')), types.map((type) => h('th', { key: type, scope: 'col' }, type)), h('th', { scope: 'col' }, t('forecast_actual')))),
        h('tbody', null, found.times.map((text, i) => {
            const at = Date.parse(`${text}Z`);
            return h('tr', { key: text }, h('th', { scope: 'row' }, day(at, found.times.some((one) => !one.endsWith('T00:00:00')))),
                types.map((type) => h('td', { key: type }, short(found.types[type][i]))), h('td', null, came.has(at) ? short(came.get(at)) : '–'));
        })));
}

function accuracy({ metrics }) {
    if (!metrics) return false;
    const first = metrics.ErrorMetrics?.find((one) => one.ForecastType === 'mean' || one.ForecastType === '0.5') ?? metrics.ErrorMetrics?.[0] ?? {};
    const lines = [...metrics.WeightedQuantileLosses.map((one) => [`wQL[${one.Quantile}]`, one.LossValue]), ['Average wQL', metrics.AverageWeightedQuantileLoss], ...['WAPE', 'MAPE', 'MASE', 'RMSE'].map((name) => [name, first[name]])];
    return h('table', { class: 'accuracy' }, h('caption', null, t('forecast_accuracy')),
        h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('forecast_metric')), h('th', { scope: 'col' }, t('forecast_value')))),
        h('tbody', null, lines.filter(([, value]) => value !== undefined).map(([name, value]) => h('tr', { key: name }, h('th', { scope: 'row' }, name), h('td', null, value.toFixed(4))))));
}

function jobs() {
    const list = model.forecasts ?? [];
    return list.length > 0 && h('table', { class: 'jobs' }, h('caption', null, t('forecast_jobs')),
        h('thead', null, h('tr', null, ['forecast_kind', 'name', 'forecast_status'].map((word) => h('th', { key: word, scope: 'col' }, t(word))))),
        h('tbody', null, list.map((one) => h('tr', { key: one.arn, class: one.status === 'CREATE_FAILED' ? 'failed' : null },
            h('td', null, t(`forecast_kind_${one.kind}`)), h('td', null, one.name), h('td', null, h('code', null, one.status), one.message && h('p', { class: 'because' }, one.message))))));
}

const choose = (arn, key) => (location.hash = to('forecast', key === undefined ? arn : `${arn} ${key}`));

function pickers(arn, found) {
    return h('div', { class: 'pickers' },
        h('label', null, h('span', null, t('forecast_which')), h('select', { value: arn, onchange: (event) => choose(event.target.value) }, ready().map((one) => h('option', { key: one.arn, value: one.arn }, one.name)))),
        found && h('label', null, h('span', null, t('forecast_item')), h('select', { value: found.key, onchange: (event) => choose(arn, event.target.value) }, found.keys.map((key) => h('option', { key, value: key }, named(key))))));
}

export function forecast() {
    const wanted = route().what, cut = wanted.indexOf(' ');
    const arn = (cut < 0 ? wanted : wanted.slice(0, cut)) || ready()[0]?.arn, key = cut < 0 ? '' : wanted.slice(cut + 1);
    const top = h('div', { class: 'top' }, h('h1', null, t('forecast_title')));
    if (!model.forecasts) return [top, h('p', { class: 'empty' }, t('loading'))];
    if (!arn) return [top, h('p', { key: 'none', class: 'empty' }, t('forecast_none')), jobs()];
    const found = fetched(arn, key);
    if (!found) return [top, pickers(arn), h('p', { key: 'none', class: 'empty' }, t(shown.missing ? 'forecast_none' : 'forecast_loading')), jobs()];
    const types = typesOf(found), at = (name) => short(found.types[name][0]);
    const says = t('forecast_says', named(found.key), at(types[0]), at(found.types.p50 ? 'p50' : types[Math.floor(types.length / 2)]), at(types[types.length - 1]));
    return [
        top, pickers(arn, found),
        h('figure', { key: 'fan', class: 'chart fan', role: 'img', 'aria-label': says }, h('div', { class: 'plot', hook })),
        h('div', { class: 'tables' }, steps(found), accuracy(found)),
        jobs(),
    ];
}
