// A state machine or a pipeline as a picture: states, transitions, catches, what is inside of Map and Parallel, each state in the colour of
// its standing in an execution. Chosen by pointer or keyboard, a state shows its events.
import { h } from '../app/dom.js';
import { t } from '../app/words.js';
import { post } from '../app/api.js';
import { touch } from '../app/model.js';

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
    const key = `${edge.from} ${edge.to} ${edge.kind === 'catch'}`;
    const attributes = { key, class: `edge ${edge.kind}`, 'marker-end': 'url(#arrow)' };
    if (edge.points.length) return h('path', { ...attributes, d: path(edge.points) });
    const node = nodes[edge.from];
    const x = node.x + node.width, y = node.y + node.height / 2;
    return h('path', { ...attributes, d: `M${x} ${y - 8} C${x + 24} ${y - 14} ${x + 24} ${y + 14} ${x + 3} ${y + 8}` });
}

const glyphs = { cached: '⟳', succeeded: '✓', failed: '✕', retried: '↻', caught: '↷', entered: '…' };

function drawNode(at, place, context) {
    const radius = at.width / 2;
    if (at.kind !== 'state') return h('circle', { key: `dot ${place}`, class: 'dot', cx: at.x + radius, cy: at.y + radius, r: radius - 3 });
    const standing = context.standing.get(at.id) ?? 'idle';
    const choose = () => context.choose(at.id);
    return h('g', { key: at.id, transform: `translate(${at.x} ${at.y})` },
        h('g', {
            class: `node ${standing}${context.chosen === at.id ? ' chosen' : ''}`, role: 'button', tabindex: 0, 'aria-pressed': String(context.chosen === at.id),
            'aria-label': `${at.id}, ${at.type}: ${t(`standing_${standing}`)}`, onclick: choose,
            onkeydown: (event) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                choose();
            },
        },
        h('title', null, `${at.id} (${at.type})`),
        h('rect', { width: at.width, height: at.height, rx: 7 }),
        h('text', { class: 'glyph', x: 13, y: 24 }, glyphs[standing] ?? '·'),
        h('text', { x: 30, y: 24 }, at.title)),
        at.inner.map((one, i) => h('g', { key: i, transform: `translate(${one.x} ${one.y})` }, draw(one, context))));
}

const draw = (picture, context) =>
    [h('g', { key: 'edges' }, picture.edges.map((edge) => drawEdge(edge, picture.nodes))), h('g', { key: 'nodes' }, picture.nodes.map((node, place) => drawNode(node, place, context)))];

let last = {}; // the house lays a definition out, once

/** Its layout (services/stepfunctions/picture/picture.h); undefined: not yet here, null: there is none. */
function pictureOf(definition) {
    if (last.definition !== definition) {
        const asked = (last = { definition });
        post('api/picture', { definition }).then((picture) => (asked.picture = picture), () => (asked.picture = null)).finally(touch);
    }
    return last.picture;
}

/** What failed is in sight from the beginning, else where it stands, else the start. */
function showPlace(element) {
    const place = element.querySelector('.node.failed') ?? [...element.querySelectorAll('.node.entered')].pop() ?? element.querySelector('.dot');
    const { left, top, width, height } = place.getBoundingClientRect(), frame = element.getBoundingClientRect();
    element.scrollTo(left + width / 2 - frame.left - frame.width / 2, top + height / 2 - frame.top - frame.height / 2);
}

/** `standing`: Map of state → idle, entered, succeeded, failed, retried, caught or cached. */
export function graph(definition, name, standing, chosen, choose, words = { says: 'graph_says', hint: 'graph_hint' }) {
    const picture = pictureOf(definition);
    if (!picture) return h('p', { class: 'empty' }, t(picture === null ? 'graph_none' : 'loading'));
    const margin = 14, smallest = 0.62; // a large picture shrinks so far, then it is scrolled
    const width = picture.width + 2 * margin, height = picture.height + 2 * margin;
    const states = picture.nodes.filter((one) => one.kind === 'state').map((one) => `${one.id} (${t(`standing_${standing.get(one.id) ?? 'idle'}`)})`).join(', ');
    return [
        h('div', { key: 'graph', class: 'graph', mounted: showPlace, tabindex: 0, role: 'group', 'aria-label': t(words.says, name, states) },
            h('svg', { style: { width: `clamp(${Math.round(width * smallest)}px, 100%, ${width}px)` }, viewBox: `${-margin} ${-margin} ${width} ${height}` },
                h('defs', null, h('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' }, h('path', { class: 'head', d: 'M0 0.500L8 4L0 7.500z' }))),
                draw(picture, { standing, chosen, choose }))),
        h('p', { key: 'hint', class: 'remark' }, t(words.hint)),
    ];
}
