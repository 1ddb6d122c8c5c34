import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { findViolations, readSources } from './architecture.ts';

const sources = readSources(join(import.meta.dirname, '../src'));

test('the house keeps its rules', () => {
  assert.deepEqual(findViolations(sources), []);
});

test('it sees the files it thinks it sees', () => {
  const paths = new Set(sources.map((source) => source.path));
  for (const path of ['kernel/errors.ts', 'store/ports.ts', 'models/model.ts'])
    assert.ok(paths.has(path), path);
  assert.ok(sources.length >= 15, `${sources.length} files`);
});

test('it catches a seeded violation of each rule', () => {
  const seeded = [
    { path: 'kernel/a.ts', text: "import { x } from '../store/b.ts';\n" },
    { path: 'store/b.ts', text: 'export const x = 1;\n' },
    { path: 'data/index.ts', text: "export { y } from './inner.ts';\n" },
    { path: 'data/inner.ts', text: "import { z } from '../serving/index.ts';\nexport const y = z;\n" },
    { path: 'serving/index.ts', text: "import { y } from '../data/inner.ts';\nexport const z = y;\n" },
    { path: 'lifecycle/c.ts', text: "import { w } from '../data/schema.ts';\n" },
    { path: 'data/schema.ts', text: 'export const w = 1;\n' },
    { path: 'models/utils.ts', text: 'export default 1;\n' },
    { path: 'models/long.ts', text: `export function long() {\n${'  void 0;\n'.repeat(120)}}\n` },
    { path: 'tracking/index.ts', text: "export { startRun } from './start-run.ts';\n" },
    { path: 'tracking/start-run.ts', text: 'export const startRun = 1;\n' },
    {
      path: 'tracking/recording.ts',
      text: "export { startRun } from './start-run.ts';\nexport { secret } from './start-run.ts';\n",
    },
    { path: 'attic/a.ts', text: "export * from '../kernel/a.ts';\n" },
  ];
  const found = findViolations(seeded).join('\n');
  for (const expected of [
    'kernel may not know store',
    'data may not know serving',
    'serving/index.ts imports data/inner.ts: a stage is entered through its index.ts',
    'lifecycle/c.ts imports data/schema.ts: a stage is entered through its index.ts',
    'tracking/recording.ts offers secret, which its index.ts does not',
    'cycle: ',
    'name it by what it does',
    'default exports are for project configs only',
    'a function of 122 lines',
    '"attic" is no room of the house',
    'export * hides what a room offers',
  ]) {
    assert.match(found, new RegExp(expected.replaceAll(/[.*]/g, '\\$&')));
  }
});
