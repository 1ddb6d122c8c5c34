import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { buildPages } from './pages/build-pages.ts';
import { type LivedProject, serveLivedProject } from './pages/lived-project.ts';
import { openBrowser, skipWithoutChromium } from './pages/open-browser.ts';
import { withPage as onPage, walkPages } from './pages/walk-pages.ts';
import { findAxeViolations, findUnreachable, openPage, type WatchedPage } from './pages/watch-page.ts';

const options = { skip: skipWithoutChromium };

let lived: LivedProject;
let browser: Browser;

before(async () => {
  if (skipWithoutChromium) return;
  buildPages();
  lived = await serveLivedProject();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await lived?.[Symbol.asyncDispose]();
});

/** Every page there is, on real objects. */
async function addresses(): Promise<Record<string, string>> {
  const first = async (path: string) => {
    const { items } = (await (await fetch(`${lived.address}/api/v1${path}`)).json()) as {
      items: { id: string }[];
    };
    assert.ok(items.length > 0, `nothing at ${path}: the pages would be walked empty`);
    return items[0].id;
  };
  const [run, alert, improvement] = [
    await first('/runs?parent=none'),
    await first('/alerts'),
    await first('/improvements'),
  ];
  return {
    ...{ project: '/', data: '/data', dataset: '/data/parcels', 'dataset-version': '/data/parcels/1' },
    'dataset-diff': '/data/parcels-feedback/2?from=1',
    ...{
      tracking: '/tracking',
      run: `/tracking/runs/${run}`,
      training: '/training',
      evaluation: '/evaluation',
    },
    ...{ registry: '/registry', model: '/registry/parcels', 'model-version': '/registry/parcels/1' },
    ...{ serving: '/serving', traffic: '/serving/parcels?tab=traffic' },
    drift: '/serving/parcels?tab=drift&column=carrier',
    performance: '/serving/parcels?tab=performance',
    ...{ 'endpoint-alerts': '/serving/parcels?tab=alerts', try: '/serving/parcels?tab=try' },
    ...{ monitoring: '/monitoring', alert: `/monitoring/${alert}` },
    ...{ feedback: '/feedback', improvement: `/feedback/${improvement}`, nowhere: '/nowhere' },
  };
}

function withPage<Result>(
  settings: Parameters<Browser['newContext']>[0],
  use: (page: Page, watched: WatchedPage) => Promise<Result>,
): Promise<Result> {
  return onPage(browser, lived.address, settings, use);
}

test('every page stands, in both themes, on a desk and on a phone', options, async (t) => {
  await walkPages(t, browser, lived.address, await addresses());
});

test('Tab reaches everything that can be pressed, and shows where it is', options, async () => {
  for (const [name, path] of Object.entries(await addresses())) {
    await withPage({}, async (page) => {
      await openPage(page, lived.address + path);
      assert.deepEqual(await findUnreachable(page), [], name);
    });
  }
});

test('the first Tab offers to skip to the page', options, async () => {
  await withPage({}, async (page) => {
    await openPage(page, lived.address);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
  });
});

test('Ctrl-K finds an object by name and goes there', options, async () => {
  await withPage({}, async (page, { problems }) => {
    await openPage(page, lived.address);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('parcels');
    await page.getByRole('option', { name: /endpoint/ }).waitFor();
    await page.getByRole('option', { name: /^Try parcels/ }).waitFor();
    assert.deepEqual(await findAxeViolations(page), []);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/(serving|registry|data)\/parcels/);
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.deepEqual(problems, []);
  });
});

test('the chosen theme stays, whatever the system prefers', options, async () => {
  await withPage({ colorScheme: 'light' }, async (page) => {
    await openPage(page, lived.address);
    const theme = () => page.evaluate(() => document.documentElement.dataset.mantineColorScheme);
    assert.equal(await theme(), 'light');
    await page.getByRole('button', { name: 'Use the dark theme' }).click();
    assert.equal(await theme(), 'dark');
    await page.reload();
    assert.equal(await theme(), 'dark');
  });
});

test(
  'the form of an endpoint asks what the signature says, and shows answer and refusal',
  options,
  async () => {
    await withPage({}, async (page) => {
      await openPage(page, `${lived.address}/serving/parcels?tab=try`);
      await page.getByRole('button', { name: 'Predict' }).click();
      await page.getByText(/^Predicts (true|false), probability/).waitFor();
      await page.getByLabel(/^distance/).fill('far');
      await page.getByRole('button', { name: 'Predict' }).click();
      assert.match(await page.getByRole('alert').innerText(), /RECORD_INVALID[\s\S]*distance/);
    });
  },
);

test('an alert is acknowledged with a reason, and other pages hear of it', options, async () => {
  await withPage({}, async (page, { problems }) => {
    await openPage(page, `${lived.address}/monitoring?state=open`);
    const other = await page.context().newPage();
    await openPage(other, page.url());
    const listed = other.locator('tbody tr');
    const before = await listed.count();
    await page.locator('tbody a[href^="/monitoring/"]').first().click();
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const act = dialog.getByRole('button', { name: 'Acknowledge' });
    assert.equal(await act.isDisabled(), true);
    await dialog.getByLabel(/^Reason/).fill('the carrier told us');
    assert.deepEqual(await findAxeViolations(page), []);
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(/, acknowledged$/).waitFor();
    await other.waitForFunction((rows) => document.querySelectorAll('tbody tr').length < rows, before);
    assert.deepEqual(problems, []);
  });
});

test('a chart gives its data as a table and as CSV', options, async () => {
  await withPage({}, async (page) => {
    await openPage(page, `${lived.address}/serving/parcels?tab=performance`);
    const chart = page.locator('figure').first();
    await chart.getByRole('button', { name: /^table/ }).click();
    assert.ok((await chart.locator('tbody tr').count()) > 3);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      chart.getByRole('button', { name: /^CSV/ }).click(),
    ]);
    assert.match(download.suggestedFilename(), /^parcels-.*\.csv$/);
  });
});

test(
  'what does not exist is refused in the server’s words; a lost server is told, and old facts stay',
  options,
  async () => {
    await withPage({}, async (page) => {
      await page.goto(`${lived.address}/registry/parcels/99`);
      assert.match(await page.getByRole('alert').innerText(), /_NOT_FOUND/);
      await openPage(page, lived.address);
      await page.context().setOffline(true);
      await page.evaluate(() => dispatchEvent(new Event('offline')));
      lived.server.child.kill('SIGTERM');
      await page.getByText('not connected').waitFor({ timeout: 20_000 });
      await page.getByText(/Not renewed since/).waitFor();
      assert.ok((await page.locator('.stage-card').count()) === 8);
    });
  },
);
