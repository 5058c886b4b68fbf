// A QR code of a link (ISO/IEC 18004): bytes, error correction M, as small as holds it, up to 180 bytes. A hundred lines of a
// standard that does not change, fetched only by those who show a code: less than any packaged library would cost the page.
//
//     qr('http://gameday.local:4566/_rehearse/#join=K7Q2')  →  rows of booleans, true is dark; the quiet zone is the caller's

const correction = [0, 10, 16, 26, 18, 24, 16, 18, 22, 22]; // codewords of correction in a block, by version
const blocks = [0, 1, 1, 1, 2, 2, 4, 4, 4, 5];
const codewords = [0, 26, 44, 70, 100, 134, 172, 196, 242, 292];
const aligned = [[], [], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46]];
const largest = 9;

// ---- the field of 256 elements, in which the correction is computed ----
const power = new Uint8Array(510), logarithm = new Uint8Array(256);
for (let i = 0, value = 1; i < 255; i++) {
    power[i] = power[i + 255] = value;
    logarithm[value] = i;
    value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (a, b) => (a && b ? power[logarithm[a] + logarithm[b]] : 0);

function remainder(data, length) {
    let generator = [1];
    for (let i = 0; i < length; i++) generator = [...generator, 0].map((value, at) => value ^ times(generator[at - 1] ?? 0, power[i]));
    const rest = new Uint8Array(length);
    for (const byte of data) {
        const factor = byte ^ rest[0];
        rest.copyWithin(0, 1);
        rest[length - 1] = 0;
        for (let i = 0; i < length; i++) rest[i] ^= times(generator[i + 1], factor);
    }
    return [...rest];
}

const room = (version) => codewords[version] - correction[version] * blocks[version];

/** Mode and length, the bytes, and padding to the version's room; each bit in its turn. */
function fill(bytes, version) {
    const bits = [];
    const put = (value, count) => {
        for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1);
    };
    put(4, 4);
    put(bytes.length, 8);
    for (const byte of bytes) put(byte, 8);
    put(0, Math.min(4, room(version) * 8 - bits.length));
    put(0, -bits.length & 7);
    const data = [];
    for (let i = 0; i < bits.length; i += 8) data.push(parseInt(bits.slice(i, i + 8).join(''), 2));
    for (let i = 0; data.length < room(version); i++) data.push(i & 1 ? 0x11 : 0xec);
    return data;
}

/** In blocks, the longer ones last; then the first of each block, the second of each, and so on. */
function interleave(data, version) {
    const count = blocks[version], short = Math.floor(data.length / count), long = data.length % count;
    const parts = [];
    for (let i = 0, at = 0; i < count; i++) {
        const length = short + (i >= count - long ? 1 : 0);
        parts.push(data.slice(at, at + length));
        at += length;
    }
    const corrections = parts.map((part) => remainder(part, correction[version]));
    const woven = [];
    for (const rows of [parts, corrections])
        for (let i = 0; i < Math.max(...rows.map((row) => row.length)); i++) for (const row of rows) if (i < row.length) woven.push(row[i]);
    return woven;
}

/** What every code of a version has: finders, timing, alignment, the dark module. `fixed` says which modules are not for data. */
function frame(version) {
    const size = 17 + 4 * version;
    const dark = Array.from({ length: size }, () => Array(size).fill(false)), fixed = dark.map((row) => [...row]);
    const set = (x, y, value) => {
        if (x < 0 || y < 0 || x >= size || y >= size) return;
        dark[y][x] = value;
        fixed[y][x] = true;
    };
    for (let i = 0; i < size; i++) {
        set(6, i, i % 2 === 0);
        set(i, 6, i % 2 === 0);
    }
    const rings = (cx, cy, radius, light) => {
        for (let dy = -radius; dy <= radius; dy++) for (let dx = -radius; dx <= radius; dx++) set(cx + dx, cy + dy, !light.includes(Math.max(Math.abs(dx), Math.abs(dy))));
    };
    for (const [cx, cy] of [[3, 3], [size - 4, 3], [3, size - 4]]) rings(cx, cy, 4, [2, 4]);
    const last = size - 7;
    for (const cx of aligned[version]) for (const cy of aligned[version]) if (!((cx === 6 && (cy === 6 || cy === last)) || (cx === last && cy === 6))) rings(cx, cy, 2, [1]);
    if (version >= 7) told(version, 0x1f25, 18).forEach((bit, i) => {
        const near = Math.floor(i / 3), far = size - 11 + (i % 3);
        set(near, far, bit);
        set(far, near, bit);
    });
    mark(set, size, 0);
    return { size, dark, fixed, set };
}

/** A number with its own remainder behind it; the lowest bit first. */
function told(value, divisor, length) {
    const shift = Math.floor(Math.log2(divisor));
    let rest = value << shift;
    for (let i = length - 1; i >= shift; i--) if ((rest >> i) & 1) rest ^= divisor << (i - shift);
    const all = ((value << shift) | rest) ^ (length === 15 ? 0x5412 : 0);
    return Array.from({ length }, (_, i) => ((all >> i) & 1) === 1);
}

/** Twice beside the finders: the level (M is 0) and the mask. */
function mark(set, size, mask) {
    told(mask, 0x537, 15).forEach((bit, i) => {
        if (i < 8) {
            set(8, i < 6 ? i : i + 1, bit);
            set(size - 1 - i, 8, bit);
        } else {
            set(i === 8 ? 7 : 14 - i, 8, bit);
            set(8, size - 15 + i, bit);
        }
    });
    set(8, size - 8, true);
}

/** The data go up and down in pairs of columns, from the right; the column of the timing is left out. */
function lay({ size, dark, fixed }, data) {
    let at = 0;
    for (let right = size - 1; right > 0; right -= 2) {
        if (right === 6) right = 5;
        const up = ((right + 1) & 2) === 0;
        for (let step = 0; step < size; step++)
            for (const x of [right, right - 1]) {
                const y = up ? size - 1 - step : step;
                if (fixed[y][x]) continue;
                dark[y][x] = ((data[at >> 3] ?? 0) >> (7 - (at & 7))) % 2 === 1;
                at += 1;
            }
    }
}

const masks = [
    (x, y) => (x + y) % 2, (x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
    (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** How hard it would be to read: runs, blocks, what looks like a finder, too much of one colour. */
function penalty(dark) {
    const size = dark.length;
    let sum = 0, count = 0;
    for (const rows of [dark, dark[0].map((_, x) => dark.map((row) => row[x]))])
        for (const row of rows) {
            const line = row.map(Number).join('');
            for (const [run] of line.matchAll(/0{5,}|1{5,}/g)) sum += run.length - 2;
            for (let i = 0; i + 11 <= size; i++) if (/^(?:10111010000|00001011101)/.test(line.slice(i, i + 11))) sum += 40;
        }
    for (let y = 0; y < size; y++)
        for (let x = 0; x < size; x++) {
            count += dark[y][x];
            if (x && y && dark[y][x] === dark[y - 1][x] && dark[y][x] === dark[y][x - 1] && dark[y][x] === dark[y - 1][x - 1]) sum += 3;
        }
    return sum + Math.floor(Math.abs((count * 20) / (size * size) - 10)) * 10;
}

/** The rows of modules; null where the text is too long. */
export function qr(text) {
    const bytes = new TextEncoder().encode(text);
    let version = 1;
    while (version <= largest && room(version) < bytes.length + 2) version += 1;
    if (version > largest) return null;
    const data = interleave(fill(bytes, version), version);
    let best = null, least = Infinity;
    masks.forEach((mask, number) => {
        const one = frame(version);
        lay(one, data);
        for (let y = 0; y < one.size; y++) for (let x = 0; x < one.size; x++) if (!one.fixed[y][x] && mask(x, y) === 0) one.dark[y][x] = !one.dark[y][x];
        mark(one.set, one.size, number);
        const sum = penalty(one.dark);
        if (sum < least) [best, least] = [one.dark, sum];
    });
    return best;
}
