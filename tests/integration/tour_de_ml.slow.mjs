// The pack tour-de-ml, proved by its reference solution on the virtual clock.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { binary } from './emulator.mjs';

test('every fault of tour-de-ml breaks, shows, is mended and paid, and the same seed is the same game', () => {
    const { stdout, stderr } = spawnSync(binary, ['check', 'tour-de-ml', '--json'], { encoding: 'utf8', maxBuffer: 1 << 24 });
    const checked = JSON.parse(stdout || `{"why":${JSON.stringify(stderr)}}`);
    for (const fault of checked.faults ?? [])
        assert.deepEqual([fault.came, fault.visible, fault.shown, fault.mended, fault.paid], [true, true, true, true, true], fault.id);
    assert.equal(checked.repeats, true);
    assert.equal(checked.good, true, checked.why);
});
