import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { buildPages } from './build-pages.ts';
import {
  type EvaluatedProject,
  serveEvaluatedProject,
  serveUnevaluatedProject,
} from './evaluated-project.ts';
import { openBrowser, skipWithoutChromium } from './open-browser.ts';
import { withPage as onPage, walkPages } from './walk-pages.ts';
import { findAxeViolations, findUnreachable, openPage, type WatchedPage } from './watch-page.ts';

const options = { skip: skipWithoutChromium };

let project: EvaluatedProject;
let browser: Browser;
/** The newest evaluation of the suite that has a baseline, and the one of held-out cases. */
let newest: string;
let heldOut: string;

before(async () => {
  if (skipWithoutChromium) return;
  buildPages();
  project = await serveEvaluatedProject();
  browser = await openBrowser();
  [newest, heldOut] = [await newestOf('support'), await newestOf('arithmetic')];
});

after(async () => {
  await browser?.close();
  await project?.[Symbol.asyncDispose]();
});

async function ask<Answer>(path: string): Promise<Answer> {
  return (await (await fetch(`${project.address}/api/v1${path}`)).json()) as Answer;
}

async function newestOf(suite: string): Promise<string> {
  const { items } = await ask<{ items: { id: string }[] }>(`/evaluations?suite=${suite}&limit=1`);
  assert.ok(items.length > 0, `${suite} was not evaluated: its pages would be walked empty`);
  return items[0].id;
}

function withPage<Result>(use: (page: Page, watched: WatchedPage) => Promise<Result>): Promise<Result> {
  return onPage(browser, project.address, {}, use);
}

async function addresses(): Promise<Record<string, string>> {
  const { items } = await ask<{ items: { id: string; method: string }[] }>('/explanations');
  const evaluation = `/evaluations/${newest}`;
  return {
    ...{ evaluations: '/evaluation', verdict: evaluation, suite: '/suites/support' },
    cases: `${evaluation}?tab=cases&task=short&case=2`,
    'cases-regressed': `${evaluation}?tab=cases&task=short&show=regressed&metric=right`,
    'cases-slice': `${evaluation}?tab=cases&slice=lang%3Dde&text=voucher`,
    ...{ errors: `${evaluation}?tab=errors&task=short`, case: `${evaluation}/cases/3?task=short` },
    'held-out': '/held-out',
    'held-out-verdict': `/evaluations/${heldOut}`,
    'held-out-cases': `/evaluations/${heldOut}?tab=cases`,
    ...{ queues: '/review', reviewer: '/review/answers', review: '/review/answers?as=third' },
    'review-pairs': '/review/pairs?as=second',
    ...{ agreement: '/review/answers/agreement', 'agreement-pairs': '/review/pairs/agreement' },
    'explained-version': '/registry/parcels/1',
    ...Object.fromEntries(items.map(({ id, method }) => [`explanation-${method}`, `/explanations/${id}`])),
  };
}

test('where nothing was evaluated yet, each page says what comes next', options, async (t) => {
  await using empty = await serveUnevaluatedProject();
  await walkPages(t, browser, empty.address, {
    'empty-evaluations': '/evaluation',
    'empty-suite': '/suites/support',
    'empty-held-out': '/held-out',
    'empty-review': '/review',
  });
});

test('every page of evaluation stands, in both themes, on a desk and on a phone', options, async (t) => {
  await walkPages(t, browser, project.address, await addresses());
});

test('Tab reaches everything that can be pressed, and shows where it is', options, async () => {
  for (const [name, path] of Object.entries(await addresses())) {
    await withPage(async (page) => {
      await openPage(page, project.address + path);
      assert.deepEqual(await findUnreachable(page), [], name);
    });
  }
});

test(
  'a case that got worse is found, opened, and shows what is another than in the baseline',
  options,
  async () => {
    await withPage(async (page, { problems }) => {
      await openPage(page, `${project.address}/evaluations/${newest}`);
      await page.getByRole('link', { name: 'see them with their differences' }).click();
      await page.getByLabel('Task').selectOption('short');
      const first = page.locator('.case-line').first();
      await first.click();
      await page.locator('.case-open del').first().waitFor();
      assert.ok((await page.locator('.case-open ins').count()) > 0);
      const { searchParams } = new URL(page.url());
      assert.deepEqual([searchParams.get('show'), searchParams.get('task')], ['regressed', 'short']);
      assert.ok(searchParams.has('case'));
      await page.reload();
      await page.locator('.case-open del').first().waitFor();
      await page.getByRole('link', { name: /^The whole case/ }).click();
      await page
        .getByText(/It should have said/)
        .first()
        .waitFor();
      assert.deepEqual(problems, []);
    });
  },
);

test('the list of cases fetches on as it is scrolled, and is walked with the arrows', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/evaluations/${newest}?tab=cases`);
    const list = page.getByRole('region', { name: 'Cases, list' });
    await list.locator('.case-line').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.activeElement?.id === 'case-1');
    const last = page.locator('#case-239');
    for (let end = 0; end < 200 && (await last.count()) === 0; end++) {
      await list.evaluate((element) => element.scrollBy(0, element.clientHeight * 2));
      await page.waitForTimeout(30);
    }
    assert.equal(await last.count(), 1);
    assert.deepEqual(problems, []);
  });
});

test('a baseline moves only after the evidence was shown and a reason given', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/suites/support`);
    await page.getByRole('button', { name: 'Bless an evaluation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/240 cases/).waitFor();
    const act = dialog.getByRole('button', { name: 'Bless', exact: true });
    assert.equal(await act.isDisabled(), true);
    const anyway = dialog.getByLabel('although it did not pass');
    if ((await anyway.count()) > 0) await anyway.check();
    await dialog.getByLabel(/^Reason/).fill('the prompt that went live');
    assert.deepEqual(await findAxeViolations(page), []);
    await act.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: 'the prompt that went live' }).waitFor();
    assert.deepEqual(problems, []);
  });
});

test('a queue is worked through by keyboard alone', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/review/answers`);
    // Who reviews is asked once.
    while (!(await page.evaluate(() => document.activeElement?.matches('form input'))))
      await page.keyboard.press('Tab');
    await page.keyboard.type('keys only');
    await page.keyboard.press('Enter');
    await page.waitForURL(/as=keys/);
    const [item, side] = [page.getByRole('figure', { name: 'Output' }), page.locator('.review-side')];
    await item.waitFor();
    const pressed = (name: string) => side.getByRole('button', { name, pressed: true });
    const first = await item.innerText();
    await page.keyboard.press('Enter');
    await side.getByText(/^Still to answer: Is it right/).waitFor();
    await page.keyboard.press('1');
    await pressed('good').waitFor();
    await page.keyboard.press('4');
    await pressed('4').waitFor();
    await page.keyboard.press('u');
    await side.getByText('Took back tone.').waitFor();
    assert.equal(await pressed('4').count(), 0);
    await page.keyboard.press('2');
    await page.keyboard.press('Enter');
    await page.getByText(/; 1 of the answers are yours/).waitFor();
    await page.keyboard.press('k');
    await page.getByText('Submitted; Enter submits it again.').waitFor();
    assert.equal(await item.innerText(), first);
    assert.equal(await pressed('good').count(), 1);
    await page.keyboard.press('j');
    await page.getByText('Submitted; Enter submits it again.').waitFor({ state: 'detached' });
    await page.keyboard.press('s');
    await side.getByText('Skipped; it comes again.').waitFor();
    await page.keyboard.press('?');
    const help = page.getByRole('dialog', { name: 'Keys' });
    await help.waitFor();
    assert.deepEqual(await findAxeViolations(page), []);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    assert.deepEqual(problems, []);
  });
});

test('what people disagree on is settled with a reason', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/review/answers/agreement`);
    await page.getByRole('button', { name: /^look/ }).first().click();
    await page.getByText('second', { exact: true }).first().waitFor();
    const settle = page.getByRole('button', { name: 'Settle it' });
    assert.equal(await settle.isDisabled(), true);
    await page.getByRole('button', { name: 'bad', exact: false }).first().click();
    await page.getByRole('group', { name: 'tone' }).getByRole('button').nth(2).click();
    await page.getByLabel('Reason').fill('the guideline says so');
    assert.deepEqual(await findAxeViolations(page), []);
    await settle.click();
    await page.getByText('settled', { exact: true }).waitFor();
    assert.deepEqual(problems, []);
  });
});

test('cases of a slice in which more fails are kept as a suite', options, async () => {
  await withPage(async (page, { problems }) => {
    await openPage(page, `${project.address}/evaluations/${newest}?tab=errors`);
    await page
      .getByRole('button', { name: /^Save as suite/ })
      .first()
      .click();
    await page.getByLabel('Name: Save as suite').fill('hard-ones');
    await page.getByRole('button', { name: 'Save as suite', exact: true }).click();
    await page.getByText('kept as hard-ones').waitFor();
    assert.deepEqual(problems, []);
  });
});
