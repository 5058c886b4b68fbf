// The layout of state machines: what follows stands below, nothing overlaps, arrows that lead back do no harm.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layout } from '../../emulator/page/app/layout.js';

const nodes = (names) => names.map((id) => ({ id, width: 90, height: 38 }));
const edges = (...pairs) => pairs.map(([from, to]) => ({ from, to }));

const rows = [
    ['nothing', [], []],
    ['one', ['a'], []],
    ['a chain', ['a', 'b', 'c'], [['a', 'b'], ['b', 'c']]],
    ['a choice that meets again', ['a', 'b', 'c', 'd'], [['a', 'b'], ['a', 'c'], ['b', 'd'], ['c', 'd']]],
    ['a long arrow beside a chain', ['a', 'b', 'c', 'd'], [['a', 'b'], ['b', 'c'], ['c', 'd'], ['a', 'd']]],
    ['a loop of two', ['a', 'b', 'c'], [['a', 'b'], ['b', 'a'], ['b', 'c']]],
    ['a loop on itself', ['a', 'b'], [['a', 'a'], ['a', 'b']]],
    ['a state nobody leads to', ['a', 'b', 'lonely'], [['a', 'b']]],
    ['an arrow to nowhere', ['a'], [['a', 'missing']]],
    ['the same arrow twice', ['a', 'b'], [['a', 'b'], ['a', 'b']]],
];

function overlap(a, b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function check(name, drawn) {
    for (const [i, a] of drawn.nodes.entries()) {
        assert.ok(a.x >= -0.01 && a.y >= -0.01 && a.x + a.width <= drawn.width + 0.01 && a.y + a.height <= drawn.height + 0.01, `${name}: ${a.id} is inside`);
        for (const b of drawn.nodes.slice(i + 1)) assert.ok(!overlap(a, b), `${name}: ${a.id} and ${b.id} overlap`);
    }
    for (const edge of drawn.edges) for (const [x, y] of edge.points) assert.ok(Number.isFinite(x) && Number.isFinite(y), `${name}: ${edge.from} → ${edge.to}`);
}

for (const [name, names, pairs] of rows)
    test(name, () => {
        const drawn = layout(nodes(names), edges(...pairs));
        assert.equal(drawn.nodes.length, names.length);
        check(name, drawn);
    });

test('what follows stands below, and arrows touch their nodes', () => {
    const drawn = layout(nodes(['a', 'b', 'c', 'd']), edges(['a', 'b'], ['b', 'c'], ['c', 'd'], ['a', 'd']));
    const at = Object.fromEntries(drawn.nodes.map((node) => [node.id, node]));
    assert.ok(at.a.y < at.b.y && at.b.y < at.c.y && at.c.y < at.d.y);
    for (const { from, to, points } of drawn.edges) {
        assert.deepEqual(points[0], [at[from].x + 45, at[from].y + 38]);
        assert.deepEqual(points[points.length - 1], [at[to].x + 45, at[to].y]);
    }
    assert.equal(drawn.edges[3].points.length, 6, 'a long arrow goes straight through the layers that it crosses');
});

test('two arrows that need not cross do not', () => {
    const drawn = layout(nodes(['a', 'b', 'c', 'd', 'e']), edges(['a', 'b'], ['a', 'c'], ['b', 'e'], ['c', 'd']));
    const at = Object.fromEntries(drawn.nodes.map((node) => [node.id, node]));
    assert.equal(at.b.x < at.c.x, at.e.x < at.d.x);
});

test('forty states with choices and a way back', () => {
    const names = Array.from({ length: 40 }, (_, i) => `s${i}`);
    const pairs = names.slice(1).map((name, i) => [names[Math.floor(i / 1.6)], name]);
    pairs.push(['s39', 's3'], ['s20', 's38']);
    check('forty', layout(nodes(names), edges(...pairs)));
});
