import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openApp } from 'airworthy';
import { getRun } from 'airworthy/tracking';
import { missingBfcl } from '../../src/bfcl/read-bfcl.ts';
import { runBfcl } from '../../src/bfcl/run-bfcl.ts';
import { PROJECT } from '../../src/journey/run-airworthy.ts';
import { runJourney } from '../../src/journey/run-journey.ts';
import { openWordOverlap } from '../../src/planners/word-overlap/open-word-overlap.ts';
import { runStory } from '../../src/story/run-story.ts';

const folder = mkdtempSync(join(tmpdir(), 'airworthy-journey-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('rungs are tracked runs, each with a verdict against the one before', { timeout: 240_000 }, async () => {
  const dataFolder = join(folder, 'rungs');
  const results = await runJourney({ dataFolder, only: ['R2', 'R3', 'R4'] });
  const judged = results.filter((result) => result.state === 'judged');
  assert.deepEqual(
    judged.map(({ rung, verdicts }) => [rung.id, verdicts?.['unseen phrasing'].against]),
    [
      ['R2', undefined],
      ['R3', 'R2'],
      ['R4', 'R3'],
    ],
  );
  const [templates, linear, fixed] = judged;
  assert.equal(linear.verdicts?.['unseen phrasing'].outcome, 'pass', 'learns what templates cannot');
  assert.equal(linear.verdicts?.['unseen values'].outcome, 'fail', 'loses what templates can');
  assert.equal(fixed.verdicts?.['unseen values'].outcome, 'pass', 'the fixes bring it back');
  const { low, high } = templates.exact['unseen phrasing'];
  assert.ok((low ?? 1) < (high ?? 0));
  await using app = await openApp({ folder: PROJECT, dataFolder });
  const { experiment, tags } = await getRun(app.context, fixed.run);
  assert.deepEqual([experiment, tags.rung, tags.authors], ['journey', 'R4', 'a']);
});

test('the story stops faulty data and writes its page', { timeout: 120_000 }, async () => {
  const data = join(folder, 'story');
  assert.equal(await runStory({ only: 'faulty', data, out: data }), 0);
  assert.match(readFileSync(join(data, 'assistant.md'), 'utf8'), /shown: each planted fault is named/);
  assert.match(readFileSync(join(data, 'journey.html'), 'utf8'), /conflicting-labels/);
  assert.equal(await runStory({ only: 'nothing', data }), 2);
});

test('the benchmark is scored by category', { skip: missingBfcl() ?? false, timeout: 60_000 }, async () => {
  const figures = await runBfcl({ planner: openWordOverlap(), dataFolder: join(folder, 'bfcl'), first: 20 });
  assert.deepEqual(
    figures.map(({ category, n }) => [category, n]),
    ['simple_python', 'multiple', 'parallel', 'irrelevance'].map((category) => [category, 20]),
  );
});
