// The picture at the top of README.md: a game that somebody plays, at its page's address (a Korean font belongs on the machine, for the
// language switch). Take it anew when the page looks different:
//     node picture.mjs http://127.0.0.1:4566/_rehearse/ [FILE]
import { join } from 'node:path';
import { root } from '../integration/emulator.mjs';
import { launch } from './chromium.mjs';

const [address, file = join(root, 'fixtures', 'pictures', 'tour-de-ml.png')] = process.argv.slice(2);
if (!address) throw new Error('picture.mjs wants the address of a page: http://127.0.0.1:4566/_rehearse/');
const browser = await launch();
try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'en-US' });
    await page.goto(address);
    await page.locator('.time').first().waitFor();
    await page.waitForTimeout(1000);
    await page.screenshot({ path: file });
} finally {
    await browser.close();
}
