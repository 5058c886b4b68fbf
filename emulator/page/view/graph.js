// A state machine as a picture: states, transitions, catches, what is inside of Map and Parallel, each state in the colour of its
// standing in an execution. Chosen by pointer or keyboard, a state shows its events.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { layout } from '../app/layout.js';

const most_states = 300, longest_name = 26;
const letter = 7.4, wide_letter = 13, box_height = 38, padding = 14, title_height = 34, dot = 16;
export const START = '\u0000start', END = '\u0000end';

const isWide = (character) => /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uff60]/.test(character);
const short = (name) => (name.length > longest_name ? `${name.slice(0, longest_name - 1)}…` : name);
const textWidth = (text) => [...text].reduce((sum, character) => sum + (isWide(character) ? wide_letter : letter), 0);

function targets(name, state) {
    const edges = [];
    const add = (to, kind) => typeof to === 'string' && edges.push({ from: name, to, kind });
    add(state.Next, 'next');
    for (const choice of state.Choices ?? []) add(choice.Next, 'choice');
    add(state.Default, 'choice');
    for (const caught of state.Catch ?? []) add(caught.Next, 'catch');
    if (state.End === true || state.Type === 'Succeed') add(END, 'end'); // a Fail ends it where it stands
    return edges;
}

/** Several arrows between the same two are drawn once. */
function distinct(edges) {
    const seen = new Map();
    for (const edge of edges) {
        const key = JSON.stringify([edge.from, edge.to, edge.kind === 'catch']);
        if (!seen.has(key)) seen.set(key, edge);
    }
    return [...seen.values()];
}

function insides(state) {
    if (state.Type === 'Map') return [state.ItemProcessor ?? state.Iterator].filter(Boolean);
    return state.Type === 'Parallel' ? (state.Branches ?? []) : [];
}

/** What is inside a Map or a Parallel side by side, and the size that this wants. */
export function box(name, state) {
    const inner = insides(state).map(plan);
    const title = textWidth(short(name)) + 44;
    if (!inner.length) return { id: name, state, inner, width: Math.max(96, title), height: box_height };
    let x = padding;
    for (const one of inner) {
        one.x = x;
        x += one.width + padding;
    }
    return { id: name, state, inner, width: Math.max(title, x), height: title_height + Math.max(...inner.map((one) => one.height)) + padding };
}

/** Boxes and the arrows between them, laid out. An arrow from START or to END goes to a dot. */
export function arrange(boxes, edges) {
    const ends = edges.some((edge) => edge.to === END) ? [{ id: END, width: dot, height: dot }] : [];
    return { boxes, ...layout([{ id: START, width: dot, height: dot }, ...boxes, ...ends], distinct(edges)) };
}

function plan(machine) {
    const boxes = Object.entries(machine.States ?? {}).map(([name, state]) => box(name, state));
    const edges = [{ from: START, to: machine.StartAt, kind: 'next' }, ...Object.entries(machine.States ?? {}).flatMap(([name, state]) => targets(name, state))];
    const first = boxes.findIndex((one) => one.id === machine.StartAt);
    if (first > 0) boxes.unshift(...boxes.splice(first, 1));
    return arrange(boxes, edges);
}

function count(machine) {
    return Object.values(machine.States ?? {}).reduce((sum, state) => sum + 1 + insides(state).reduce((all, one) => all + count(one), 0), 0);
}

function path(points) {
    const [[x, y], ...rest] = points;
    let d = `M${x} ${y}`, at = [x, y];
    for (const next of rest) {
        const half = (at[1] + next[1]) / 2;
        d += ` C${at[0]} ${half} ${next[0]} ${half} ${next[0]} ${next[1]}`;
        at = next;
    }
    return d;
}

function drawEdge(edge, nodes) {
    const key = `${edge.from} ${edge.to} ${edge.kind}`;
    const attributes = { key, class: `edge ${edge.kind}`, 'marker-end': 'url(#arrow)' };
    if (edge.points.length) return h('path', { ...attributes, d: path(edge.points) });
    const node = nodes.find((one) => one.id === edge.from);
    const x = node.x + node.width, y = node.y + node.height / 2;
    return h('path', { ...attributes, d: `M${x} ${y - 8} C${x + 24} ${y - 14} ${x + 24} ${y + 14} ${x + 3} ${y + 8}` });
}

const glyphs = { cached: '⟳', succeeded: '✓', failed: '✕', retried: '↻', caught: '↷', entered: '…' };

function drawNode(at, planned, context) {
    if (at.id === START || at.id === END) return h('circle', { key: at.id, class: 'dot', cx: at.x + dot / 2, cy: at.y + dot / 2, r: dot / 2 - 3 });
    const standing = context.standing.get(at.id) ?? 'idle';
    const choose = () => context.choose(at.id);
    return h('g', { key: at.id, transform: `translate(${at.x} ${at.y})` },
        h('g', {
            class: `node ${standing}${context.chosen === at.id ? ' chosen' : ''}`, role: 'button', tabindex: 0, 'aria-pressed': String(context.chosen === at.id),
            'aria-label': `${at.id}, ${planned.state.Type}: ${t(`standing_${standing}`)}`, onclick: choose,
            onkeydown: (event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                choose();
            },
        },
        h('title', null, `${at.id} (${planned.state.Type})`),
        h('rect', { width: at.width, height: at.height, rx: 7 }),
        h('text', { class: 'glyph', x: 13, y: 24 }, glyphs[standing] ?? '·'),
        h('text', { x: 30, y: 24 }, short(at.id))),
        planned.inner.map((one, i) => h('g', { key: i, transform: `translate(${one.x} ${title_height})` }, draw(one, context))));
}

function draw(planned, context) {
    const byId = new Map(planned.boxes.map((one) => [one.id, one]));
    return [h('g', { key: 'edges' }, planned.edges.map((edge) => drawEdge(edge, planned.nodes))), h('g', { key: 'nodes' }, planned.nodes.map((node) => drawNode(node, byId.get(node.id), context)))];
}

let last = {}; // the picture is laid out once a definition

const planMachine = (machine) => (count(machine) <= most_states ? plan(machine) : undefined);

function planned(definition, planner) {
    if (last.definition !== definition) {
        last = { definition };
        try {
            last.plan = planner(JSON.parse(definition));
        } catch {
            // Said below: it cannot be drawn.
        }
    }
    return last.plan;
}

/** What failed is in sight from the beginning. */
function showFailure(element) {
    const failed = element.querySelector('.node.failed');
    if (!failed) return;
    const { left, top, width, height } = failed.getBoundingClientRect(), frame = element.getBoundingClientRect();
    element.scrollTo(left + width / 2 - frame.left - frame.width / 2, top + height / 2 - frame.top - frame.height / 2);
}

/** `standing`: Map of state → idle, entered, succeeded, failed, retried, caught or cached. `planner` arranges another kind of definition
 *  than a state machine's. */
export function graph(definition, name, standing, chosen, choose, planner = planMachine, hint = t('graph_hint')) {
    const picture = planned(definition, planner);
    if (!picture) return h('p', { class: 'empty' }, t('graph_none'));
    const margin = 14, smallest = 0.62; // a large picture shrinks so far, then it is scrolled
    const width = picture.width + 2 * margin, height = picture.height + 2 * margin;
    const states = picture.boxes.map((one) => `${one.id} (${t(`standing_${standing.get(one.id) ?? 'idle'}`)})`).join(', ');
    return [
        h('div', { key: 'graph', class: 'graph', mounted: showFailure, tabindex: 0, role: 'group', 'aria-label': t('graph_says', name, states) },
            h('svg', { style: { width: `clamp(${Math.round(width * smallest)}px, 100%, ${width}px)` }, viewBox: `${-margin} ${-margin} ${width} ${height}` },
                h('defs', null, h('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' }, h('path', { class: 'head', d: 'M0 0.500L8 4L0 7.500z' }))),
                draw(picture, { standing, chosen, choose }))),
        h('p', { key: 'hint', class: 'remark' }, hint),
    ];
}
