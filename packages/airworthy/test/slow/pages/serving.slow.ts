import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { buildPages } from './build-pages.ts';
import { openBrowser, skipWithoutChromium } from './open-browser.ts';
import { type Served, type ServedProject, serveServedProject } from './served-project.ts';
import { withPage as onPage, walkPages } from './walk-pages.ts';
import { findAxeViolations, findUnreachable, openPage, type WatchedPage } from './watch-page.ts';

const options = { skip: skipWithoutChromium };

let project: ServedProject;
let served: Served;
let browser: Browser;

before(async () => {
  if (skipWithoutChromium) return;
  buildPages();
  project = await serveServedProject();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await project?.[Symbol.asyncDispose]();
});

function withPage<Result>(use: (page: Page, watched: WatchedPage) => Promise<Result>): Promise<Result> {
  return onPage(browser, project.address, {}, use);
}

function addresses(): Record<string, string> {
  const { running, aborted } = served;
  return {
    ...{ endpoints: '/serving', live: '/serving/parcels', 'live-hour': '/serving/parcels?span=60m' },
    ...{ rollouts: '/serving/parcels?tab=rollouts', rollout: `/rollouts/${running}` },
    'rollout-aborted': `/rollouts/${aborted}`,
    'try-beside': '/serving/parcels?tab=try&arm=champion&with=challenger',
    ...{ gateway: '/gateway', 'gateway-users': '/gateway?by=user&range=24h' },
    ...{ 'play-record': '/playground?endpoint=parcels', 'play-chat': '/playground?tab=chat' },
    'play-beside': '/playground?tab=chat&model=support&beside=careful',
  };
}

test('where nothing was rolled out or asked yet, each page says what comes next', options, async (t) => {
  await walkPages(t, browser, project.address, {
    'empty-live': '/serving/parcels',
    'empty-rollouts': '/serving/parcels?tab=rollouts',
    'empty-gateway': '/gateway',
  });
  served = await project.live();
});

test('every page of serving stands, in both themes, on a desk and on a phone', options, async (t) => {
  await walkPages(t, browser, project.address, addresses());
});

test('Tab reaches everything that can be pressed, and shows where it is', options, async () => {
  for (const [name, path] of Object.entries(addresses())) {
    await withPage(async (page) => {
      await openPage(page, project.address + path);
      assert.deepEqual(await findUnreachable(page), [], name);
    });
  }
});

test('what is asked now appears by itself', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/serving/parcels`);
    const rows = page.getByRole('table', { name: 'Arms' }).getByRole('row', { name: /champion|challenger/ });
    const requests = async () =>
      (await rows.getByRole('cell').allInnerTexts()).filter((_text, index) => index % 11 === 2).map(Number);
    const [before] = [await requests()];
    for (let sent = 0; sent < 20; sent++)
      await fetch(`${project.address}/predict/parcels`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ weight: 3, distance: 400, carrier: 'rail' }),
      });
    const sum = (of: number[]) => of.reduce((all, one) => all + one, 0);
    const deadline = performance.now() + 10_000;
    while (sum(await requests()) < sum(before) + 20 && performance.now() < deadline)
      await page.waitForTimeout(200);
    assert.equal(sum(await requests()), sum(before) + 20);
    assert.deepEqual(problems, []);
  });
});

test('two arms answer one record beside each other', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/serving/parcels?tab=try`);
    await page.getByLabel('beside').selectOption('challenger');
    await page.waitForURL(/with=challenger/);
    await page.getByLabel('and why').check();
    await page.getByRole('button', { name: 'Predict' }).click();
    await page.getByRole('figure', { name: 'Why' }).nth(1).waitFor();
    await page.getByText(/^(Both say|They disagree)/).waitFor();
    const answers = await page.locator('.answers pre').allInnerTexts();
    assert.match(answers[1], /"version": 2/);
    assert.deepEqual(await findAxeViolations(page), []);
    assert.deepEqual(problems, []);
  });
});

test('a conversation streams, calls tools, and goes on with what they say', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/playground?tab=chat&model=support&beside=stub/small`);
    await page.getByLabel('question').fill('Where is my parcel?');
    await page.getByLabel('Your message').fill('It is late.');
    await page.getByLabel('Your message').press('Enter');
    await page.getByText('I am small').waitFor();
    await page.getByText(/I am gpt-4o/).waitFor();
    await page
      .getByText(/12 tokens in, 4 out/)
      .nth(1)
      .waitFor();
    assert.deepEqual(await findAxeViolations(page), []);
    await page.getByRole('link', { name: 'trace' }).first().click();
    await page.waitForURL(/\/tracking\/traces\//);
    await page.getByRole('tree').waitFor();
    assert.deepEqual(problems, []);
  });
});

test('a refusal of a model is told where it was asked', options, async () => {
  await withPage(async (page) => {
    await openPage(page, `${project.address}/playground?tab=chat&model=nobody/has-this`);
    await page.getByLabel('Your message').fill('Hello?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    assert.match(await page.getByRole('alert').innerText(), /\S+ \S+/);
  });
});

test(
  'a rollout is paused, resumed and promoted with reasons; each transition has its evidence',
  options,
  async () => {
    await withPage(async (page, { problems }) => {
      await openPage(page, `${project.address}/rollouts/${served.running}`);
      const act = async (label: string, reason: string, after: RegExp) => {
        await page.getByRole('button', { name: label, exact: true }).click();
        const dialog = page.getByRole('dialog');
        const button = dialog.getByRole('button', { name: label });
        assert.equal(await button.isDisabled(), true);
        await dialog.getByText('error-rate', { exact: true }).waitFor();
        await dialog.getByLabel(/^Reason/).fill(reason);
        assert.deepEqual(await findAxeViolations(page), [], label);
        await button.click();
        await dialog.waitFor({ state: 'detached' });
        await page.locator('.page-title').getByText(after).waitFor({ timeout: 15_000 });
      };
      await act('Pause', 'the night is quiet', /paused/);
      await act('Resume', 'traffic is back', /canary/);
      await act('Promote', 'good enough for all', /serves all/);
      await page.getByText('good enough for all').first().waitFor();
      await page
        .locator('.state-path')
        .getByRole('link', { name: /evidence for canary/ })
        .first()
        .click();
      await page.waitForURL(/#transition-\d+/);
      assert.equal(await page.getByRole('button', { name: 'Abort' }).count(), 0);
      assert.deepEqual(problems, []);
    });
  },
);
