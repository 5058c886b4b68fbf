// The QR code of a link: what stands fixed in the standard, the bytes read back, and one whole code.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qr } from '../../emulator/page/app/qr.js';

const masks = [
    (x, y) => (x + y) % 2 === 0, (x, y) => y % 2 === 0, (x) => x % 3 === 0, (x, y) => (x + y) % 3 === 0, (x, y) => ((y >> 1) + Math.floor(x / 3)) % 2 === 0,
    (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0, (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
];

/** The mask, from the fifteen bits around the first finder. */
function maskOf(rows) {
    const bits = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => rows[y][8]).concat([7, 5, 4, 3, 2, 1, 0].map((x) => rows[8][x]));
    const value = bits.reduce((sum, bit, i) => sum | (bit << i), 0) ^ 0x5412;
    assert.equal(value >> 13, 0, 'error correction M');
    return (value >> 10) & 7;
}

/** Text of a code of versions 1 to 3, which have one block: what a reader does, without correcting. */
function read(rows) {
    const size = rows.length, version = (size - 17) / 4, mask = masks[maskOf(rows)], bits = [];
    const fixed = (x, y) => x === 6 || y === 6 || (x < 9 && (y < 9 || y >= size - 8)) || (x >= size - 8 && y < 9) || (version > 1 && Math.abs(x - (size - 7)) <= 2 && Math.abs(y - (size - 7)) <= 2);
    let up = true;
    for (let x = size - 1; x > 0; x -= 2, up = !up) {
        if (x === 6) x = 5;
        for (let step = 0; step < size; step++) {
            const y = up ? size - 1 - step : step;
            for (const at of [x, x - 1]) if (!fixed(at, y)) bits.push(rows[y][at] !== mask(at, y) ? 1 : 0);
        }
    }
    const number = (from, length) => parseInt(bits.slice(from, from + length).join(''), 2);
    assert.equal(number(0, 4), 4, 'bytes');
    return new TextDecoder().decode(Uint8Array.from({ length: number(4, 8) }, (_, i) => number(12 + 8 * i, 8)));
}

const texts = ['a', '14 bytes of it', 'http://127.0.0.1:4566/', 'http://[::1]:4566/한국어', 'http://gameday.local:4566/_rehearse/#x'];
for (const text of texts) test(`what is written is read: ${text}`, () => assert.equal(read(qr(text)), text));

test('as small as holds it, and nothing where it is too long', () => {
    const sizes = [[14, 21], [15, 25], [26, 25], [27, 29], [42, 29], [43, 33], [62, 33], [84, 37], [106, 41], [122, 45], [152, 49], [180, 53]];
    for (const [length, size] of sizes) assert.equal(qr('x'.repeat(length)).length, size, `${length} bytes`);
    assert.equal(qr('x'.repeat(181)), null);
});

// Read by an independent decoder when it was written down, with versions 4 to 9 beside it.
const known = [
    '#######..#..##..#.#######',
    '#.....#.....####..#.....#',
    '#.###.#.#...#.###.#.###.#',
    '#.###.#.##.####...#.###.#',
    '#.###.#.##.#....#.#.###.#',
    '#.....#.##...#.#..#.....#',
    '#######.#.#.#.#.#.#######',
    '........####..#.#........',
    '#.#####...#####...#####..',
    '.###.#.#....#......#...#.',
    '..#...#..#.##..##..#.#.##',
    '##...#.##.....###.##....#',
    '#..##.##.###.###.##.#.###',
    '#.#.#..#.#..##..#..#.#.#.',
    '#.#.#######...#####.##.##',
    '#.##.#.##.#.#....##..#..#',
    '#.....##....##.######.#..',
    '........###..#..#...###..',
    '#######....####.#.#.#####',
    '#.....#.#.##..#.#...##...',
    '#.###.#.####...##########',
    '#.###.#.##..##.######.###',
    '#.###.#.#.#..###...#..#.#',
    '#.....#..##.##..#.####..#',
    '#######.##..#.#..########',
];

test('a whole code, module by module', () => assert.deepEqual(qr('http://rehearse.local/').map((row) => row.map((dark) => (dark ? '#' : '.')).join('')), known));
