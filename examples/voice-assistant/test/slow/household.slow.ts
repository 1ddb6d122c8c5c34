import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { readPhrasings } from '../../src/corpus/read-phrasings.ts';
import { openHousehold } from '../../src/household/open-household.ts';
import { SPOKEN_NUMBERS } from '../../src/skills/spoken/spoken-numbers.ts';
import { toJsgf } from '../../src/skills/to-jsgf.ts';

const WORKER = join(import.meta.dirname, '../../src/household/testing/add-items.ts');
const DICTIONARY = '/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict';

/** Turns that were acknowledged before the process was killed without warning. */
async function runUntilKilled(folder: string, turns: number): Promise<number> {
  const worker = spawn(process.execPath, ['--conditions=development', WORKER, folder]);
  let acknowledged = 0;
  for await (const line of createInterface(worker.stdout)) {
    acknowledged = Number(line) + 1;
    if (acknowledged >= turns) worker.kill('SIGKILL');
  }
  return acknowledged;
}

test('killed at any moment and told the same turns again, the house did each once', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'household-killed-'));
  for (const turns of [17, 61, 138]) {
    const acknowledged = await runUntilKilled(folder, turns);
    const household = openHousehold(folder);
    const items = Array.from({ length: 10 }, (_, list) => household.lists.read(`list ${list}`)).flat();
    household.close();
    assert.equal(new Set(items).size, items.length);
    for (let turn = 0; turn < acknowledged; turn += 1)
      assert.ok(items.includes(`item ${turn}`), `item ${turn}`);
    assert.ok(items.length <= acknowledged + 1);
  }
  rmSync(folder, { recursive: true });
});

test('two processes that get the same turns do each once', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'household-shared-'));
  const first = openHousehold(folder);
  first.profiles.usual();
  first.close();
  await Promise.all([runUntilKilled(folder, 80), runUntilKilled(folder, 80)]);
  const household = openHousehold(folder);
  const items = Array.from({ length: 10 }, (_, list) => household.lists.read(`list ${list}`)).flat();
  household.close();
  assert.ok(items.length >= 80);
  assert.equal(new Set(items).size, items.length);
  rmSync(folder, { recursive: true });
});

test('a database that is none is named, with what to do about it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'household-broken-'));
  const path = join(folder, 'household.sqlite');
  writeFileSync(path, 'no database '.repeat(100));
  assert.throws(
    () => openHousehold(folder),
    ({ message }: Error) => message.includes(path) && message.includes('move it away'),
  );
  rmSync(folder, { recursive: true });
});

function missing(): string | false {
  try {
    execFileSync('sphinx_jsgf2fsg', ['-help', 'yes'], { stdio: 'ignore' });
    readFileSync(DICTIONARY);
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'apt-get install sphinxbase-utils pocketsphinx-en-us' : false;
  }
}

test('pocketsphinx reads the speech grammar', { skip: missing() }, () => {
  const words = readFileSync(DICTIONARY, 'utf8')
    .split('\n')
    .map((line) => line.split(' ', 1)[0]);
  const { grammar, unsayable, uncovered } = toJsgf(
    [...readPhrasings({ authors: ['a'] }), SPOKEN_NUMBERS],
    new Set(words),
  );
  assert.deepEqual([unsayable, uncovered], [[], []]);
  const folder = mkdtempSync(join(tmpdir(), 'grammar-'));
  const [written, compiled] = [join(folder, 'skills.gram'), join(folder, 'skills.fsg')];
  writeFileSync(written, grammar);
  execFileSync('sphinx_jsgf2fsg', ['-jsgf', written, '-fsg', compiled], { stdio: 'ignore' });
  assert.match(readFileSync(compiled, 'utf8'), /^FSG_BEGIN <?assistant\.command>?/);
  rmSync(folder, { recursive: true });
});
