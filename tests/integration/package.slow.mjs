// The release: the .deb installs, runs from any folder with the packs it brought along, and leaves nothing behind.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { binary } from './emulator.mjs';

const built = dirname(binary);
let root, installed;

const dpkg = (...args) => execFileSync('dpkg', [`--root=${root}`, '--log=/dev/null', '--force-not-root', '--force-depends', ...args], { stdio: 'pipe' });
const files = (folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => !one.isDirectory());

before(() => {
    for (const old of readdirSync(built).filter((name) => name.endsWith('.deb'))) rmSync(join(built, old));
    execFileSync('cmake', ['--build', built, '--target', 'package'], { stdio: 'pipe' });
    root = mkdtempSync(join(tmpdir(), 'rehearse-root-'));
    for (const folder of ['info', 'updates', 'triggers']) mkdirSync(join(root, 'var/lib/dpkg', folder), { recursive: true });
    writeFileSync(join(root, 'var/lib/dpkg/status'), '');
    dpkg('-i', join(built, readdirSync(built).find((name) => name.endsWith('.deb'))));
    installed = join(root, 'usr/bin/rehearse');
});
after(() => rmSync(root, { recursive: true, force: true }));

test('it knows its packs and nothing of where it was built', () => {
    const { stderr } = spawnSync(installed, ['run', 'no-such-game'], { cwd: '/', encoding: 'utf8' });
    assert.match(stderr, new RegExp(`no pack 'no-such-game' in ${root}/usr/share/rehearse/lua/packs`));
});

test('a game is played from another folder, fixtures and all', () => {
    const { status, stdout, stderr } = spawnSync(installed, ['check', 'first-shift'], { cwd: '/', encoding: 'utf8' });
    assert.equal(status, 0, stdout + stderr);
});

test('removed, it leaves nothing', () => {
    dpkg('-P', 'rehearse');
    assert.deepEqual(files(root).filter((one) => !one.parentPath.startsWith(join(root, 'var/lib/dpkg'))), []);
});
