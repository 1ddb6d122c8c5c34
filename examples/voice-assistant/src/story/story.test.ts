import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNGS } from '../journey/rungs.ts';
import type { Told } from './chapter.ts';
import { drawIntervals } from './draw-intervals.ts';
import { tellStory } from './tell-story.ts';
import { points, withInterval } from './words.ts';
import { writeMarkdown } from './write-markdown.ts';
import { writePage } from './write-page.ts';

const CHAPTER: Told = {
  title: 'A <chapter>',
  blocks: [
    { kind: 'text', text: '1 < 2 & so on' },
    { kind: 'table', head: ['a', 'b'], rows: [['x|y', '2']] },
    {
      kind: 'picture',
      svg: drawIntervals('t', ['s'], [{ name: '<script>', marks: [{ value: 0.5, low: 0.4, high: 0.6 }] }]),
      text: 'drawn',
    },
  ],
  claims: [{ claim: 'it holds', holds: false, because: 'not here' }],
};

test('each rung is compared with one that was judged before it', () => {
  const ids = RUNGS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const [place, { id, against }] of RUNGS.entries())
    assert.equal(place === 0 || ids.indexOf(against ?? '') < place, true, id);
});

test('a story is the same in Markdown and as a page, where no text becomes markup', () => {
  const markdown = writeMarkdown([CHAPTER]);
  assert.match(markdown, /\| x\\\|y \| 2 \|/);
  assert.match(markdown, /NOT SHOWN: it holds \(not here\)/);
  const page = writePage('t', 'l', [CHAPTER]);
  assert.match(page, /A &lt;chapter&gt;/);
  assert.match(page, /1 &lt; 2 &amp; so on/);
  assert.doesNotMatch(page, /<script/);
});

test('a chapter that breaks is told as broken, and the others are told', async () => {
  const told = await tellStory(
    {
      broken: async () => {
        throw new Error('no disk');
      },
      whole: async () => CHAPTER,
    },
    { dataFolder: '/none', onProgress() {} },
  );
  assert.deepEqual(told[0].claims, [{ claim: 'broken can be told', holds: false, because: 'no disk' }]);
  assert.equal(told[1], CHAPTER);
});

test('figures are written with their interval', () => {
  assert.equal(withInterval({ value: 0.5, low: 0.41, high: 0.592 }), '50.0 % (41.0 to 59.2)');
  assert.equal(withInterval({ value: 0.5, low: null, high: null }), '50.0 %');
  assert.equal(points(-0.05), '−5.0');
  assert.equal(points(0.05), '+5.0');
});
