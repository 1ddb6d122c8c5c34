import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type TestContext, testContext } from '../../../test/test-context.ts';
import { getVersion, readTable } from '../../data/index.ts';
import { getReviewQueue, type SuiteReport } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { loadProject } from '../../project/load-project.ts';
import { evaluateSuite } from './evaluate-suite.ts';
import { loadSuites } from './load-suites.ts';
import { saveSelection } from './save-selection.ts';

const CASES = Array.from({ length: 12 }, (_, place) => ({
  id: `c${place}`,
  input: { text: `question ${place}`, size: place },
  expected: 'yes',
  metadata: { lang: place % 3 === 0 ? 'de' : 'en' },
}));

/** A function in TypeScript that is wrong in German; some of the cases in YAML with a command. */
const CODE = `export default { name: 'support', dataset: ${JSON.stringify(CASES)}, scorers: ['exact'],
  task: (input: unknown, { case: each }) => (each.metadata.lang === 'de' ? 'no' : 'yes') };`;
const YAML = `dataset: ${JSON.stringify(CASES.slice(0, 3))}\nscorers: [exact]\ntask: { command: 'echo yes' }\n`;

async function evaluated(context: TestContext, folder: string, name: string): Promise<SuiteReport> {
  const [suite] = await loadSuites({ folder, dataFolder: context.store.folder, names: [name] });
  return evaluateSuite(context, await loadProject(folder, { tracks: true }), suite, { env: {} });
}

const refused = (code: string) => (error: unknown) => error instanceof AirworthyError && error.code === code;

test('what failed becomes a suite that runs, a review queue, and a dataset version', async () => {
  await using context = testContext();
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-selection-'));
  try {
    writeFileSync(join(folder, 'support.eval.ts'), CODE);
    writeFileSync(join(folder, 'plain.eval.yaml'), YAML);
    const { id } = await evaluated(context, folder, 'support');
    const project = await loadProject(folder, { tracks: true });
    const save = (input: Parameters<typeof saveSelection>[3], of = id) =>
      saveSelection(context, project, of, input);

    const suite = await save({ show: 'failed', to: 'suite', name: 'german' });
    assert.deepEqual(suite, {
      to: 'suite',
      name: 'german',
      cases: 4,
      files: ['german.cases.jsonl', 'german.eval.ts'],
    });
    assert.deepEqual(await save({ show: 'failed', to: 'suite', name: 'german' }), suite);
    const again = await evaluated(context, folder, 'german');
    assert.deepEqual([again.dataset.cases, again.tasks[0].metrics[0].value], [4, 0]);
    await assert.rejects(save({ ids: ['c1'], to: 'suite', name: 'german' }), refused('SELECTION_EXISTS'));

    const rule = "lang != x\nthrow new Error('from a rule')\u2028//";
    await save({ rule, to: 'suite', name: 'hostile' });
    assert.equal((await evaluated(context, folder, 'hostile')).dataset.cases, 12, 'a rule is never code');

    const queue = await save({ rule: 'lang = de AND size > 4', to: 'review', name: 'big-german' });
    assert.deepEqual(queue, { to: 'review', name: 'big-german', cases: 2 });
    assert.equal((await getReviewQueue(context, 'big-german')).items.total, 2);

    const dataset = await save({ ids: ['c3', 'c4'], to: 'dataset', name: 'two' });
    const version = await getVersion(context, 'two@1');
    assert.deepEqual([dataset.cases, dataset.version?.digest], [2, version.digest]);
    assert.deepEqual(
      version.schema.fields.map(({ name, kind }) => `${name} ${kind}`),
      ['id category', 'size number', 'text category', 'expected category', 'lang category'],
    );
    assert.equal((await readTable(context, version)).rows, 2);
    assert.deepEqual(await save({ ids: ['c3', 'c4'], to: 'dataset', name: 'two' }), dataset);

    const plain = await evaluated(context, folder, 'plain');
    const yaml = await save({ rule: 'size <= 1', to: 'suite', name: 'small' }, plain.id);
    assert.deepEqual(yaml.files, ['small.cases.jsonl', 'small.eval.yaml']);
    assert.match(
      readFileSync(join(folder, 'small.eval.yaml'), 'utf8'),
      /description: Cases of plain 1 with size <= 1/,
    );
    const [small] = await loadSuites({ folder, dataFolder: context.store.folder, names: ['small'] });
    assert.deepEqual([small.name, small.dataset, small.role], ['small', 'small.cases.jsonl', 'dev']);

    await assert.rejects(save({ rule: 'lang = fr', to: 'suite', name: 'none' }), refused('SELECTION_EMPTY'));
    await assert.rejects(save({ ids: ['c1', 'c99'], to: 'suite', name: 'none' }), refused('SELECTION_EMPTY'));
    await assert.rejects(save({ rule: 'nonsense', to: 'suite', name: 'none' }), refused('BAD_ARGUMENT'));
    await assert.rejects(save({ to: 'suite', name: 'none' }), refused('BAD_ARGUMENT'));
    rmSync(join(folder, 'support.eval.ts'));
    await assert.rejects(save({ ids: ['c1'], to: 'suite', name: 'late' }), refused('SUITE_NOT_FOUND'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
