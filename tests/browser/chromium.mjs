// Debian's Chromium without its windows: it draws, lays out and scripts as the browser does, for a third of the processor time. Where there
// is the browser alone, that.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const programs = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** REHEARSE_CHROMIUM names another one. */
export const launch = () =>
    chromium.launch({
        executablePath: process.env.REHEARSE_CHROMIUM ?? programs.find(existsSync),
        args: process.getuid() === 0 ? ['--no-sandbox'] : [],
    });
