import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openApp } from 'airworthy';
import { getVersion, listSplits } from 'airworthy/data';
import { compareSplits, type Learner } from '../../src/corpus/compare-splits.ts';
import { expandSentences } from '../../src/corpus/expand-sentences.ts';
import { voiceGap } from '../../src/corpus/voice-gap.ts';

/** Learns every wording by heart, and what stood where a value may stand. */
const byHeart: Learner = (sentences) => {
  const patterns = [...new Map(sentences.map((each) => [each.template, each])).values()].map(
    ({ template, call }) => ({
      pattern: new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>.+)')}$`),
      call,
    }),
  );
  // The longer wording first: `add {item}` would take all of `add milk to the shopping list`.
  patterns.sort((a, b) => b.pattern.source.length - a.pattern.source.length);
  return (text) => {
    for (const { pattern, call } of patterns) {
      const found = pattern.exec(text);
      if (found) return [{ ...call, arguments: { ...call.arguments, ...found.groups } }];
    }
    return [];
  };
};

test('a learner that learns by heart: a random split flatters it, whole templates and authors show it', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'airworthy-splits-'));
  try {
    await using app = await openApp({ folder: join(import.meta.dirname, '../..'), dataFolder });
    const sentences = expandSentences({ authors: ['a', 'b', 'c', 'd', 'e'], perTemplate: 4 }).filter(
      ({ skill }) => ['timer_set', 'list_add'].includes(skill),
    );
    const figures = await compareSplits(app.context, sentences, { learn: byHeart });
    const [random, template, author] = figures;
    assert.ok((random.low ?? 0) > 0.85, `${random.value}`);
    assert.ok((template.high ?? 1) < 0.25, `${template.value}`);
    assert.ok((author.high ?? 1) < 0.25, `${author.value}`);
    assert.deepEqual([author.groups, template.clusters], [{ train: 4, test: 1 }, template.groups?.test]);
    const splits = await listSplits(app.context, (await getVersion(app.context, 'sentences')).digest);
    assert.deepEqual(
      splits.map(({ digest }) => digest).sort(),
      figures.map(({ split }) => split).sort(),
      'each is on record with the dataset version',
    );
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
});

test('the gap between voices has an interval over sentences, and a voice of few sentences is not compared', () => {
  const results = Array.from({ length: 80 }, (_, n) => [
    { voice: 'clear', sentence: `s${n}`, right: n % 20 !== 0 },
    { voice: 'harsh', sentence: `s${n}`, right: n % 4 !== 0 },
    ...(n < 5 ? [{ voice: 'rare', sentence: `s${n}`, right: false }] : []),
  ]).flat();
  const { voices, gap } = voiceGap(results);
  assert.deepEqual(
    voices.map(({ voice, value, n }) => [voice, value, n]),
    [
      ['clear', 0.95, 80],
      ['harsh', 0.75, 80],
      ['rare', null, 5],
    ],
  );
  assert.deepEqual([gap.lowest, gap.highest, gap.n], ['harsh', 'clear', 160]);
  assert.ok((gap.low ?? 0) > 0.05 && (gap.high ?? 1) < 0.4);
});
