// An answer in seconds, for every change.
import { defineEval } from 'airworthy/evaluation';
import { quickCases } from '../src/corpus/suite-cases.ts';
import { OTHER_SCORERS } from './other-scorers.ts';
import { plannerUnderTest } from './planner-under-test.ts';

export default defineEval({
  name: 'quick',
  description: 'Some sentences of each skill, by people and in wordings that are known and that are not.',
  dataset: quickCases(),
  cluster: 'metadata.template',
  tasks: await plannerUnderTest(),
  scorers: ['tool-calls', ...OTHER_SCORERS, 'latency'],
  slices: ['part', 'skill'],
  concurrency: 1,
  gates: [
    {
      metric: 'tool-calls',
      rule: 'at-least',
      value: 0.9,
      slices: ['part=known phrasing, unseen values'],
      onUndecided: 'warn',
    },
  ],
});
