// A layered layout for small directed graphs, top to bottom, after Sugiyama: arrows that lead back are turned round for the time
// being, a node's layer is its longest way from the start, long arrows bend in every layer that they cross, layers are ordered to cross
// little, and places are the best for the neighbours that keep this order.
//
//     layout([{ id, width, height }, …], [{ from, to, … }, …])
//         → { width, height, nodes: [{ id, x, y, width, height }], edges: [{ …edge, points: [[x, y], …] }] }
//
// x and y are the upper left corner. An edge's points lead from the lower side of one node to the upper side of the other; of
// a loop on a single node they are empty. The first node is the start.

const gap_x = 28, gap_y = 40, bend_width = 10;
const sweeps = 12;

/** Arrows by a depth-first walk from each node in order: those that lead to a node on the way are turned. */
function turnBack(nodes, edges) {
    const out = new Map(nodes.map((node) => [node.id, []]));
    const arrows = edges.filter((edge) => edge.from !== edge.to && out.has(edge.from) && out.has(edge.to)).map((edge) => ({ edge, from: edge.from, to: edge.to, back: false }));
    for (const arrow of arrows) out.get(arrow.from).push(arrow);
    const seen = new Map(); // id → 'open' while the walk is below it, then 'done'
    const order = [];
    function walk(id) {
        seen.set(id, 'open');
        for (const arrow of out.get(id)) {
            if (seen.get(arrow.to) === 'open') arrow.back = true;
            else if (!seen.has(arrow.to)) walk(arrow.to);
        }
        seen.set(id, 'done');
        order.unshift(id);
    }
    for (const node of nodes) if (!seen.has(node.id)) walk(node.id);
    for (const arrow of arrows) if (arrow.back) [arrow.from, arrow.to] = [arrow.to, arrow.from];
    return { arrows, order };
}

function layersOf(order, arrows) {
    const layer = new Map(order.map((id) => [id, 0]));
    for (const id of order) for (const { from, to } of arrows) if (from === id) layer.set(to, Math.max(layer.get(to), layer.get(id) + 1));
    return layer;
}

/** Nodes and bends by layer; `up` and `down` are their neighbours. */
function build(nodes, arrows, order, layer) {
    const points = new Map(nodes.map((node) => [node.id, { ...node, up: [], down: [], weight: 1 }]));
    const layers = [];
    const put = (point, at) => {
        point.layer = at;
        (layers[at] ??= []).push(point);
    };
    for (const id of order) put(points.get(id), layer.get(id));
    const join = (a, b) => {
        a.down.push(b);
        b.up.push(a);
    };
    for (const arrow of arrows) {
        arrow.chain = [points.get(arrow.from)];
        for (let at = layer.get(arrow.from) + 1; at < layer.get(arrow.to); at++) {
            const bend = { width: bend_width, bends: true, height: 0, up: [], down: [], weight: 4 };
            put(bend, at);
            arrow.chain.push(bend);
        }
        arrow.chain.push(points.get(arrow.to));
        for (let i = 1; i < arrow.chain.length; i++) join(arrow.chain[i - 1], arrow.chain[i]);
    }
    return { points, layers };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function number(layers) {
    for (const row of layers) row.forEach((point, i) => (point.place = i));
}

function crossings(layers) {
    let count = 0;
    for (const row of layers) {
        const ends = row.flatMap((point) => point.down.map((below) => [point.place, below.place]));
        for (let i = 0; i < ends.length; i++) for (let k = i + 1; k < ends.length; k++) if ((ends[i][0] - ends[k][0]) * (ends[i][1] - ends[k][1]) < 0) count++;
    }
    return count;
}

function orderLayers(layers) {
    number(layers);
    let best = layers.map((row) => [...row]), fewest = crossings(layers);
    for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
        const down = sweep % 2 === 0;
        for (const row of down ? layers : [...layers].reverse()) {
            const wish = new Map(row.map((point) => {
                const beside = down ? point.up : point.down;
                return [point, beside.length ? mean(beside.map((one) => one.place)) : point.place];
            }));
            row.sort((a, b) => wish.get(a) - wish.get(b) || a.place - b.place);
            row.forEach((point, i) => (point.place = i));
        }
        const now = crossings(layers);
        if (now < fewest) {
            fewest = now;
            best = layers.map((row) => [...row]);
        }
    }
    number(best);
    return best;
}

/** Centres nearest to what is wished, in this order and not nearer than they may be: isotonic regression by pooling. */
function settle(row, wishes) {
    const offsets = [0];
    for (let i = 1; i < row.length; i++) offsets.push(offsets[i - 1] + (row[i - 1].width + row[i].width) / 2 + gap_x);
    const pools = [];
    row.forEach((point, i) => {
        pools.push({ value: wishes[i] - offsets[i], weight: point.weight, count: 1 });
        while (pools.length > 1 && pools[pools.length - 2].value > pools[pools.length - 1].value) {
            const last = pools.pop(), before = pools[pools.length - 1];
            before.value = (before.value * before.weight + last.value * last.weight) / (before.weight + last.weight);
            before.weight += last.weight;
            before.count += last.count;
        }
    });
    let i = 0;
    for (const pool of pools) for (let k = 0; k < pool.count; k++, i++) row[i].centre = pool.value + offsets[i];
}

function place(layers) {
    for (const row of layers) settle(row, row.map(() => 0));
    for (let sweep = 0; sweep <= sweeps; sweep++) {
        const down = sweep % 2 === 0; // so the last one is: below one another stands what follows one another
        for (const row of down ? layers : [...layers].reverse())
            settle(row, row.map((point) => {
                const beside = down ? point.up : point.down;
                return beside.length ? mean(beside.map((one) => one.centre)) : point.centre;
            }));
    }
    let y = 0;
    for (const row of layers) {
        const height = Math.max(...row.map((point) => point.height));
        // A bend goes straight through its layer, past whatever stands there.
        for (const point of row) {
            if (point.bends) point.height = height;
            point.y = y + (height - point.height) / 2;
        }
        y += height + gap_y;
    }
    return y - gap_y;
}

export function layout(nodes, edges) {
    if (!nodes.length) return { width: 0, height: 0, nodes: [], edges: [] };
    const { arrows, order } = turnBack(nodes, edges);
    const { points, layers } = build(nodes, arrows, order, layersOf(order, arrows));
    const ordered = orderLayers(layers);
    const height = place(ordered);
    const all = ordered.flat();
    const left = Math.min(...all.map((point) => point.centre - point.width / 2));
    const right = Math.max(...all.map((point) => point.centre + point.width / 2));
    const drawn = new Map(arrows.map(({ edge, chain, back }) => {
        const line = chain.flatMap((point, i) => {
            const x = point.centre - left;
            const upper = [x, point.y], lower = [x, point.y + point.height];
            return point.bends ? [upper, lower] : [i === 0 ? lower : upper];
        });
        return [edge, back ? line.reverse() : line];
    }));
    return {
        width: right - left,
        height,
        nodes: nodes.map(({ id, width, height: own }) => ({ id, x: points.get(id).centre - width / 2 - left, y: points.get(id).y, width, height: own })),
        edges: edges.filter((edge) => points.has(edge.from) && points.has(edge.to)).map((edge) => ({ ...edge, points: drawn.get(edge) ?? [] })),
    };
}
