import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export interface WatchedPage {
  /** What should not have happened so far, in sentences. */
  problems: string[];
  /** Milliseconds of each request. */
  times: { url: string; milliseconds: number }[];
}

/** Collects errors, refusals, requests to other hosts, and how long each request took. */
export function watchPage(page: Page, address: string): WatchedPage {
  const watched: WatchedPage = { problems: [], times: [] };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      watched.problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => watched.problems.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !request.url().startsWith('blob:'))
      watched.problems.push(`asks another host: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) watched.problems.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfinished', (request) => {
    const milliseconds = request.timing().responseEnd;
    if (milliseconds >= 0) watched.times.push({ url: request.url(), milliseconds });
  });
  return watched;
}

/** Opens an address and waits until nothing is loading: no request under way, no skeleton left. */
export async function openPage(page: Page, address: string): Promise<void> {
  await page.goto(address, { waitUntil: 'load' });
  await page.locator('h1').waitFor();
  await page.waitForFunction(() => document.querySelector('.skeleton') === null, undefined, {
    timeout: 10_000,
  });
  // Charts are drawn in the frame after their data.
  await page.waitForTimeout(250);
}

/** What is wider than the window, if anything. */
export async function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => element.getBoundingClientRect().right > width + 1,
    );
    return [
      `wider than ${width} pixels: ${wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 120))}`,
    ];
  });
}

interface Violation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** What axe finds against the page as it stands. */
export async function findAxeViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return violations.map(
    ({ id, help, nodes }) => `axe ${id}, ${help}: ${nodes.slice(0, 2).map(({ html }) => html.slice(0, 150))}`,
  );
}

/** What Tab does not reach, or reaches without showing it. */
export async function findUnreachable(page: Page): Promise<string[]> {
  // Mantine measures the height of growing fields in one that nobody can reach.
  const selector = 'a[href], button, input, select, textarea:not([tabindex="-1"]), summary, [tabindex="0"]';
  const count = await page.evaluate((focusable) => {
    const elements = [...document.querySelectorAll<HTMLElement>(focusable)].filter(
      (element) => element.checkVisibility() && !(element as HTMLButtonElement).disabled,
    );
    for (const element of elements) element.dataset.awaitsFocus = '';
    (document.activeElement as HTMLElement | null)?.blur();
    return elements.length;
  }, selector);
  const unseen = new Set<string>();
  for (let step = 0; step < count + 5; step++) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (element === null || element === document.body) return null;
      delete element.dataset.awaitsFocus;
      const { outlineStyle, boxShadow } = getComputedStyle(element);
      return outlineStyle === 'none' && boxShadow === 'none' ? element.outerHTML.slice(0, 120) : null;
    });
    if (hidden !== null) unseen.add(hidden);
  }
  const missed = await page.evaluate(() =>
    [...document.querySelectorAll('[data-awaits-focus]')].map((element) => element.outerHTML.slice(0, 120)),
  );
  return [
    ...missed.map((html) => `Tab does not reach ${html}`),
    ...[...unseen].map((html) => `focus is not visible on ${html}`),
  ];
}
