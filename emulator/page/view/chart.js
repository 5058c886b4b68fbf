// The score over time, drawn by dygraphs, which is fetched when the first chart is shown and there is time for it. Its legend plugin writes styles into
// markup, which our Content-Security-Policy forbids, so it is left out; the value under the pointer is shown by us.
import { h, atLeisure } from '../app/dom.js';
import { t, number } from '../app/words.js';
import { model, gameNow } from '../app/model.js';
import { duration } from '../app/time.js';

const redraw_s = 10;
let library;

export function load() {
    library ??= atLeisure().then(fetchLibrary);
    return library;
}

function fetchLibrary() {
    return new Promise((resolve, reject) => {
        const script = document.createElement('script');
        script.src = 'lib/dygraph.js';
        script.onload = () => resolve(window.Dygraph);
        script.onerror = reject;
        document.head.append(script);
    });
}

function points() {
    const { clock, team: { series, score } } = model;
    const now = clock.started_at ? Math.floor((gameNow() - clock.started_at) / 1000) : 0;
    const last = series.length ? series[series.length - 1][0] : 0;
    return [...series.map(([at, total]) => [at, total]), [Math.max(now, last + 1), score]];
}

export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function look() {
    return { colors: [colour('--accent')], gridLineColor: colour('--line'), axisLineColor: colour('--line') };
}

const steps_s = [10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** Marks at round times, as many as there is room for. */
function ticks(from, to, width, view) {
    const most = Math.max(2, width / view('pixelsPerLabel'));
    const step = steps_s.find((one) => (to - from) / one <= most) ?? 14400;
    const list = [];
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) list.push({ v: at, label: duration(at * 1000) });
    return list;
}

/** Spacious enough for three labels at most: a chart of the shape, not of the digits. */
const options = {
    labels: ['time', 'score'], stepPlot: true, fillGraph: true, fillAlpha: 0.13, strokeWidth: 2, includeZero: true, interactionModel: {}, legend: 'never',
    xRangePad: 0, yRangePad: 8, axisLabelFontSize: 11, axisTickSize: 4, highlightCircleSize: 4, rightGap: 8, drawGapEdgePoints: false,
    axes: {
        x: { drawGrid: false, pixelsPerLabel: 72, ticker: ticks, axisLineColor: 'transparent' },
        y: { pixelsPerLabel: 30, axisLabelWidth: 40, axisLabelFormatter: (value) => number(value), axisLineColor: 'transparent' },
    },
};

const hook = {
    mount(element) {
        element.shown = '';
        load().then((Dygraph) => {
            if (!element.isConnected || element.graph) return;
            Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend && plugin !== Dygraph.Plugins.RangeSelector);
            const place = document.createElement('div');
            const reading = document.createElement('p');
            reading.className = 'reading';
            element.replaceChildren(place, reading);
            element.graph = new Dygraph(place, points(), {
                ...options,
                ...look(),
                highlightCallback: (event, x, [point]) => (reading.textContent = `${duration(x * 1000)}  ${number(point.yval)}`),
                unhighlightCallback: () => (reading.textContent = ''),
            });
            element.shown = signature();
            element.watch = new ResizeObserver(() => element.graph.resize());
            element.watch.observe(element);
        }, () => element.classList.add('failed'));
    },
    update(element) {
        if (!element.graph) return;
        const now = signature();
        if (element.shown === now) return;
        element.shown = now;
        element.graph.updateOptions({ file: points(), ...look() });
    },
    unmount(element) {
        element.watch?.disconnect();
        element.graph?.destroy();
        element.graph = null;
    },
};

/** Changes where the chart has to: its values, the minute that goes by, the colours. */
function signature() {
    const list = points();
    const [now] = list[list.length - 1];
    const [at, total] = list[list.length - 2] ?? [0, 0];
    return [list.length, at, total, model.team.score, Math.floor(now / redraw_s), document.documentElement.dataset.theme, colour('--accent'), document.documentElement.lang].join();
}

window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => model.team && document.querySelectorAll('.plot').forEach(hook.update));

export function chart() {
    const totals = model.team.series.map(([, total]) => total);
    const says = totals.length ? t('chart_says', number(model.team.score), number(Math.min(...totals)), number(Math.max(...totals))) : t('chart_empty');
    return h('figure', { class: 'chart', role: 'img', 'aria-label': `${t('chart')}. ${says}` }, h('div', { class: 'plot', hook }));
}
