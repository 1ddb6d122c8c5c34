import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../kernel/ids.ts';
import { TrainingConfig } from '../schema.ts';
import { command, showCommand } from './command.ts';
import { digestInputs } from './digest-inputs.ts';
import { createOutputLog } from './output-log.ts';
import { programEnvironment } from './program-environment.ts';
import { splitWords } from './split-words.ts';

test('a command line is split as a shell would, and shown so that it splits the same again', () => {
  const cases: [line: string, words: string[]][] = [
    ['python3 train.py', ['python3', 'train.py']],
    ['  python3   -m\tpkg ', ['python3', '-m', 'pkg']],
    [`run 'two words' "it's" a\\ b ""`, ['run', 'two words', "it's", 'a b', '']],
    [`run --name="x y" 'a|b' C:\\tools`, ['run', '--name=x y', 'a|b', 'C:\\tools']],
  ];
  for (const [line, words] of cases) {
    assert.deepEqual(splitWords(line), words);
    assert.deepEqual(splitWords(showCommand({ words })), words);
  }
});

test('what needs a shell, has an open quote or names no program is refused', () => {
  for (const line of ['a | b', 'a > log', 'a && b', 'run $HOME', 'run *.py', 'run `x`', "run 'x", '', '  '])
    assert.throws(() => command(line), { code: 'CONFIG_INVALID', at: 'training.trainer' }, line);
});

test('beside a trainer, what only the learners could heed is refused, however often the section is read', () => {
  const trainer = command('python3 train.py');
  const accepted = { trainer, seed: 4, threshold: 0.3, task: 'binary' } as const;
  assert.deepEqual(TrainingConfig.parse(TrainingConfig.parse(accepted)).trainer?.words, [
    'python3',
    'train.py',
  ]);
  const others = [
    { learners: ['linear'] },
    { budget: { trials: 3 } },
    { monotone: { age: 'increasing' } },
    { metric: 'log-loss' },
    { validation: { folds: 3 } },
    { classWeights: 'balanced' },
    { threshold: 'f1' },
  ];
  for (const other of others) {
    const { error } = TrainingConfig.safeParse({ trainer, ...other });
    assert.deepEqual(
      error?.issues.map(({ path }) => path),
      [Object.keys(other)],
    );
  }
  assert.equal(TrainingConfig.safeParse({ trainer: { ...trainer, timeout: 3 } }).success, false);
});

test('the digests are those of declared files and of the files among the words', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-inputs-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'lib'));
  for (const path of ['train.py', 'lib/a.py', 'lib/b.py', 'other.txt'])
    writeFileSync(join(folder, path), path);
  const words = ['python3', 'train.py', '--verbose', '/etc/hostname', '../outside'];
  const digests = await digestInputs({ words, inputs: ['lib/*.py', 'lib/a.py'] }, folder);
  assert.deepEqual(
    digests,
    Object.fromEntries(['lib/a.py', 'lib/b.py', 'train.py'].map((path) => [path, sha256(path)])),
  );
  await assert.rejects(digestInputs({ words, inputs: ['lib/*.csv'] }, folder), {
    code: 'TRAINER_FILE_NOT_FOUND',
  });
});

test('a program gets the basic environment, what it asks for, and nothing else', () => {
  const from = { PATH: '/bin', HOME: '/home/x', AIRWORTHY_TOKEN: 'secret', AWS_SECRET: 'secret', CUDA: '0' };
  const { env, threads } = programEnvironment(['CUDA', 'ABSENT'], { AIRWORTHY_TRAIN: '/t' }, from);
  const { OMP_NUM_THREADS, OPENBLAS_NUM_THREADS, MKL_NUM_THREADS, NODE_OPTIONS: _ours, ...rest } = env;
  assert.deepEqual(rest, {
    PATH: '/bin',
    HOME: '/home/x',
    CUDA: '0',
    AIRWORTHY_TRAIN: '/t',
    PYTHONHASHSEED: '0',
  });
  assert.deepEqual(threads, { OMP_NUM_THREADS, OPENBLAS_NUM_THREADS, MKL_NUM_THREADS });
  const chosen = programEnvironment(['OMP_NUM_THREADS'], {}, { OMP_NUM_THREADS: '1' });
  assert.equal(chosen.threads.OMP_NUM_THREADS, '1');
});

test('of a long output the beginning and the end are kept, and what is between is counted', () => {
  const log = createOutputLog();
  log.add(Buffer.from('first\n'));
  for (let line = 0; line < 200_000; line++) log.add(Buffer.from(`line ${line}\n`));
  const text = log.bytes().toString();
  assert.ok(text.startsWith('first\nline 0\n') && text.endsWith('line 199999\n'));
  assert.match(text, /\n… \d+ bytes left out …\n/);
  assert.ok(text.length < 800_000);
  assert.equal(log.lastLine(), 'line 199999');
  assert.equal(log.lastLines().split('\n').length, 15);
});
