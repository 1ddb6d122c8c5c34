import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataProject } from '../testing/data-project.ts';
import { findFiles } from './find-files.ts';

test('a file of a package is found up the tree, whatever the package exports, and only inside of it', async () => {
  await using project = dataProject({
    'node_modules/some-data/package.json': '{"name":"some-data","exports":{}}',
    'node_modules/some-data/data/rows.csv': 'a\n1\n',
    'node_modules/@scope/data/package.json': '{}',
    'node_modules/@scope/data/rows.csv': 'a\n1\n',
    'secret.csv': 'a\n1\n',
  });
  const inner = join(project.folder, 'examples', 'one');
  mkdirSync(inner, { recursive: true });
  const found = findFiles(['npm:some-data/data/rows.csv', 'npm:@scope/data/rows.csv'], inner);
  assert.deepEqual(
    found.map((file) => file.shown),
    ['npm:some-data/data/rows.csv', 'npm:@scope/data/rows.csv'],
  );
  symlinkSync(join(project.folder, 'secret.csv'), join(project.folder, 'node_modules/some-data/link.csv'));
  for (const source of [
    'npm:some-data/../../secret.csv',
    'npm:some-data/link.csv',
    'npm:../secret.csv',
    'npm:some-data',
  ])
    assert.throws(() => findFiles([source], inner), { code: 'DATA_FILE_NOT_FOUND' }, source);
});

test('globs come sorted, folders are refused with a hint, a file named like a glob is a file', async () => {
  await using project = dataProject({
    'd/10.csv': '',
    'd/2.csv': '',
    'd/1.csv': '',
    'd/x/3.csv': '',
    'a[1].csv': '',
  });
  const names = (source: string) => findFiles([source], project.folder).map((file) => file.shown);
  assert.deepEqual(names('d/*.csv'), ['d/1.csv', 'd/10.csv', 'd/2.csv']);
  assert.deepEqual(names('d/**/*.csv').length, 4);
  assert.deepEqual(names('a[1].csv'), ['a[1].csv']);
  assert.throws(() => names('d'), /"d" is a folder/);
});
