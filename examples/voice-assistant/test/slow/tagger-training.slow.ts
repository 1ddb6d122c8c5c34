import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createScorer } from '../../src/planners/tagger/create-tagger.ts';
import type { TaggerModel } from '../../src/planners/tagger/tagger-model.ts';

const PYTHON = process.env.AIRWORTHY_TEST_TORCH_PYTHON ?? 'python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const skip = hasTorch
  ? false
  : `${PYTHON} has no PyTorch: python3 -m pip install torch, or set AIRWORTHY_TEST_TORCH_PYTHON`;

const EXAMPLE = join(import.meta.dirname, '..', '..');
const SENTENCES = join(EXAMPLE, 'src/planners/tagger/recorded/sentences.jsonl');
const SMALL =
  '--epochs 4 --batch 4 --word-dim 8 --char-dim 4 --char-filters 4 --hidden 8 --phrase-filters 4'.split(' ');
const folder = mkdtempSync(join(tmpdir(), 'tagger-training-'));
after(() => rmSync(folder, { recursive: true }));

test('what is trained anew is read as PyTorch reads it, and comes out the same twice', { skip }, () => {
  const { model, scores } = train('first');
  assert.deepEqual(train('second').model.tensors, model.tensors);
  const score = createScorer(model);
  for (const { tokens, intents } of scores) {
    score(tokens).intents.forEach((value, i) => {
      assert.ok(Math.abs(value - intents[i]) < 1e-3);
    });
  }
});

test('prints figures that a recorder reads', { skip }, () => {
  assert.match(
    train('printed').printed,
    /^epoch 4 loss=\d+\.\d+ intent=\d\.\d+ slot_f1=\d\.\d+ exact=\d\.\d+/m,
  );
});

function train(name: string): {
  model: TaggerModel;
  scores: { tokens: string[]; intents: number[] }[];
  printed: string;
} {
  const files = { model: join(folder, `${name}.json`), scores: join(folder, `${name}.jsonl`) };
  const paths = [
    '--train',
    SENTENCES,
    '--held-out',
    SENTENCES,
    '--output',
    files.model,
    '--scores',
    files.scores,
  ];
  const printed = execFileSync(PYTHON, ['training/train_tagger.py', ...paths, ...SMALL], {
    cwd: EXAMPLE,
    encoding: 'utf8',
  });
  const lines = readFileSync(files.scores, 'utf8').trim().split('\n');
  return {
    model: JSON.parse(readFileSync(files.model, 'utf8')) as TaggerModel,
    scores: lines.map((line) => JSON.parse(line) as { tokens: string[]; intents: number[] }),
    printed,
  };
}
