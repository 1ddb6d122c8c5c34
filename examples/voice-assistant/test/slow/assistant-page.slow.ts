import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { type Assistant, openAssistant } from '../../src/assistant.ts';
import { type RunningServer, serveAssistant } from '../../src/server/serve-assistant.ts';
import { joinSamples } from '../../src/speech/join-samples.ts';
import { readWav } from '../../src/speech/read-wav.ts';
import { WAKE_PHRASE } from '../../src/speech/wake-word.ts';
import { writeWav } from '../../src/speech/write-wav.ts';

const CHROMIUM = process.env.AIRWORTHY_CHROMIUM ?? '/usr/bin/chromium';
const TOOLS = [CHROMIUM, '/usr/bin/flite', '/usr/bin/pocketsphinx_continuous'];
const missing = TOOLS.filter((tool) => !existsSync(tool));
const options = { skip: missing.length > 0 && `not installed: ${missing.join(', ')}`, timeout: 120_000 };
/** Pictures are kept where this says. */
const PICTURES = process.env.ASSISTANT_PICTURES;

let folder: string;
let assistant: Assistant;
let server: RunningServer;
let browser: Browser;

before(async () => {
  if (options.skip) return;
  folder = await mkdtemp(join(tmpdir(), 'assistant-page-'));
  assistant = await openAssistant({ folder, env: {}, config: { planner: 'templates', speaking: 'flite' } });
  server = await serveAssistant(assistant, { port: 0 });
  browser = await openBrowser(await record('turn on the kitchen light'));
});

after(async () => {
  await browser?.close();
  await server?.close();
  await assistant?.close();
  if (folder) await rm(folder, { recursive: true });
});

/** Sentences in a synthetic voice, with a pause before each and a long silence after. */
async function record(...sentences: string[]): Promise<string> {
  return recordWith({ voice: 'slt', pauseMs: 1_000, restMs: 10_000 }, sentences);
}

async function recordWith(
  { voice, pauseMs, restMs }: { voice: string; pauseMs: number; restMs: number },
  sentences: string[],
): Promise<string> {
  const pause = new Int16Array(pauseMs * 16);
  const parts = sentences.flatMap((sentence) => {
    const path = join(folder, 'sentence.wav');
    execFileSync('flite', ['-voice', voice, '-t', sentence, '-o', path]);
    return [pause, readWav(readFileSync(path))];
  });
  const whole = joinSamples([...parts, new Int16Array(restMs * 16)]);
  const path = join(folder, `${sentences.join('-').replaceAll(' ', '-')}.wav`);
  await writeFile(path, writeWav(whole));
  return path;
}

/** A Chromium that takes a recording for a microphone; none where there is no recording. */
function openBrowser(recording: string | null): Promise<Browser> {
  const microphone = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-audio-capture=${recording}`,
  ];
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--autoplay-policy=no-user-gesture-required',
      ...(recording === null ? [] : microphone),
    ],
  });
}

async function withPage(
  use: (page: Page) => Promise<void>,
  settings: BrowserContextOptions = {},
  inBrowser = browser,
): Promise<void> {
  const page = await inBrowser.newPage(settings);
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  try {
    await page.goto(server.url);
    await inState(page, 'ready');
    await use(page);
    assert.deepEqual(problems, []);
  } finally {
    await page.close();
  }
}

function inState(page: Page, state: string): Promise<void> {
  return page.locator(`#state[data-state=${state}]`).waitFor({ timeout: 20_000 });
}

async function type(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.press('#text', 'Enter');
}

/** Holds the space bar while the recording speaks. */
async function speak(page: Page): Promise<void> {
  await page.locator('#talk').focus();
  await page.keyboard.down('Space');
  await inState(page, 'listening');
  await page.waitForTimeout(3_000);
  await page.keyboard.up('Space');
}

function kitchenLight(): string | undefined {
  return assistant.household.lights.list().find(({ room }) => room === 'kitchen')?.state;
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES === undefined) return;
  await mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<string[]>(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  );
  const wider = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
  return wider ? [...found, 'wider than the window'] : found;
}

for (const [name, settings] of Object.entries({
  light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
  small: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
} satisfies Record<string, BrowserContextOptions>)) {
  test(`a spoken turn at the page, ${name}`, options, async () => {
    await withPage(async (page) => {
      await speak(page);
      await inState(page, 'speaking');
      await picture(page, `${name}-speaking`);
      await inState(page, 'ready');
      assert.match(await page.locator('#turns').innerText(), /turn on the kitchen light/);
      assert.match(await page.locator('#turns').innerText(), /kitchen light on/);
      const stages = await page.locator('#stages').innerText();
      for (const stage of ['audio.capture', 'stt', 'nlu', 'call.validate', 'skill.execute', 'tts'])
        assert.ok(stages.includes(stage), `${stage} in ${stages}`);
      assert.match(await page.locator('#answer').innerText(), /began to speak after/);
      assert.deepEqual(await findViolations(page), []);
      await picture(page, name);
    }, settings);
  });
}

test('a thumb, and "no, I said", by keyboard', options, async () => {
  await withPage(async (page) => {
    await type(page, 'turn on the kitchen light');
    await inState(page, 'speaking');
    const wrong = page.getByRole('button', { name: 'Wrong' });
    await wrong.waitFor();
    await wrong.press('Enter');
    await page.locator('[data-thumb=down][aria-pressed=true]').waitFor();
    await page.getByRole('button', { name: 'No, I said…' }).press('Enter');
    const instead = page.getByLabel('What you said instead');
    await instead.fill('turn off the kitchen light');
    await picture(page, 'correction');
    await instead.press('Enter');
    await page.getByText('kitchen light off').waitFor();
    assert.equal(kitchenLight(), 'off');
  });
});

/** Measured in the page: from the key to the moment where it speaks no more. */
const WATCH_SILENCE = `globalThis.silentAfter = new Promise((resolve) => {
  let began = 0;
  addEventListener('keydown', () => { began = performance.now(); }, { capture: true, once: true });
  new MutationObserver(() => {
    if (began > 0 && state.dataset.state !== 'speaking') resolve(performance.now() - began);
  }).observe(state, { attributes: true });
}); undefined`;

test('who begins to speak silences the reply within 100 ms', options, async () => {
  await withPage(async (page) => {
    await type(page, 'tell me a story');
    await inState(page, 'speaking');
    await page.waitForTimeout(500);
    await page.locator('#talk').focus();
    await page.evaluate(WATCH_SILENCE);
    await page.keyboard.down('Space');
    const silentAfter = await page.evaluate<number>('silentAfter');
    await page.keyboard.up('Space');
    assert.ok(silentAfter < 100, `silent after ${silentAfter} ms`);
    await page.getByRole('button', { name: 'show what it took' }).first().click();
    assert.match(await page.locator('#answer').innerText(), /Cut short after/);
  });
});

test('a page that goes away in the middle of a sentence does nothing', options, async () => {
  await assistant.openSession({ device: 'test' }).say('turn off the kitchen light');
  const page = await browser.newPage();
  await page.goto(server.url);
  await inState(page, 'ready');
  await page.locator('#talk').focus();
  await page.keyboard.down('Space');
  await inState(page, 'listening');
  await page.waitForTimeout(3_000);
  await page.close();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(kitchenLight(), 'off');
});

test('a planner that hangs is given up, and the page goes on', options, async () => {
  const { planner } = assistant.parts;
  const hanging = { ...planner, plan: () => new Promise<never>(() => {}) };
  Object.assign(assistant.parts, { planner: hanging, timeouts: { nlu: 300 } });
  try {
    await withPage(async (page) => {
      await type(page, 'turn on the kitchen light');
      await page.getByText('sorry, that took too long').waitFor();
      await page.getByText(/nlu: no answer within 300 ms/).waitFor();
      await picture(page, 'hangs');
    });
  } finally {
    Object.assign(assistant.parts, { planner, timeouts: {} });
  }
});

test('hands-free, the wake word begins a turn and silence ends it', options, async () => {
  await assistant.openSession({ device: 'test' }).say('turn off the kitchen light');
  // The other voice's phrase is not spotted through the browser's microphone.
  const sound = await recordWith({ voice: 'rms', pauseMs: 2_500, restMs: 6_000 }, [
    WAKE_PHRASE,
    'turn on the kitchen light',
  ]);
  const listening = await openBrowser(sound);
  try {
    await withPage(
      async (page) => {
        await page.getByLabel(/Hands-free/).check();
        await inState(page, 'speaking');
        assert.equal(kitchenLight(), 'on');
        await inState(page, 'waiting');
        assert.match(await page.locator('#stages').innerText(), /wake.*vad\.endpoint/s);
        await picture(page, 'hands-free');
      },
      {},
      listening,
    );
  } finally {
    await listening.close();
  }
});

test('without a microphone the page says so, and takes text', options, async () => {
  const without = await openBrowser(null);
  try {
    await withPage(
      async (page) => {
        await page.locator('#talk').click();
        await page.getByText(/you can type instead/).waitFor();
        await inState(page, 'ready');
        await picture(page, 'no-microphone');
        await type(page, 'what is twelve times three');
        await page.getByText('36', { exact: true }).waitFor();
      },
      {},
      without,
    );
  } finally {
    await without.close();
  }
});
