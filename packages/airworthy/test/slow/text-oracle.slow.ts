import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { checkTextOracle, type TextOracle } from '../oracles/check-text-oracle.ts';

/** A Python with `python -m pip install sacrebleu rouge-score jiwer nltk`. */
const PYTHON = process.env.AIRWORTHY_TEST_EVALUATION_PYTHON;
const SCRIPT = join(import.meta.dirname, '../oracles/make-text-oracle.py');
/** Public utterances beside the checkout. */
const SNIPS = join(import.meta.dirname, '../../../../../shared/data/snips');

function ask(...args: string[]): TextOracle {
  const asked = spawnSync(String(PYTHON), [SCRIPT, ...args], { encoding: 'utf8', maxBuffer: 1e9 });
  if (asked.status !== 0) throw new Error(asked.stderr);
  return JSON.parse(asked.stdout) as TextOracle;
}

if (PYTHON === undefined) {
  test('text scorers beside sacreBLEU, rouge-score, jiwer and NLTK', {
    skip: 'AIRWORTHY_TEST_EVALUATION_PYTHON names no Python',
  });
} else {
  for (const seed of ['2', '3']) {
    describe(`made-up pairs of texts, seed ${seed}`, () => checkTextOracle(ask(seed)));
  }
  if (existsSync(SNIPS)) describe('real sentences', () => checkTextOracle(askOfSentences()));
  else test('real sentences', { skip: 'shared/data/snips is not beside the checkout' });
}

function askOfSentences(): TextOracle {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-text-oracle-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const sentences = join(folder, 'sentences.txt');
  writeFileSync(sentences, readdirSync(SNIPS).sort().flatMap(sentencesIn).join('\n'));
  return ask('4', sentences);
}

interface Utterance {
  data: { text: string }[];
}

/** One of the files is Latin-1, whose letters UTF-8 has no room for. */
function sentencesIn(file: string): string[] {
  const bytes = readFileSync(join(SNIPS, file));
  const text = bytes.toString(file === 'train_PlayMusic_full.json' ? 'latin1' : 'utf8');
  const [utterances] = Object.values(JSON.parse(text) as Record<string, Utterance[]>);
  return utterances.map(({ data }) =>
    data
      .map((part) => part.text)
      .join('')
      .replaceAll('\n', ' '),
  );
}
