import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's; another one by AIRWORTHY_CHROMIUM. */
export const CHROMIUM = process.env.AIRWORTHY_CHROMIUM ?? '/usr/bin/chromium';

/** Why tests with a browser cannot run here, or false. */
export const skipWithoutChromium = existsSync(CHROMIUM) ? false : `no Chromium at ${CHROMIUM}`;

/** A Chromium that asks nothing of any other host. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
