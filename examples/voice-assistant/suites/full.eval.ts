// Everything there is to ask in text; voices.eval.ts is the same out of loudspeakers.
import { defineEval } from 'airworthy/evaluation';
import { fullCases } from '../src/corpus/suite-cases.ts';
import { OTHER_SCORERS } from './other-scorers.ts';
import { plannerUnderTest } from './planner-under-test.ts';

export default defineEval({
  name: 'full',
  description: 'Values seen and unseen, wordings seen and unseen, every author.',
  dataset: fullCases(),
  cluster: 'metadata.template',
  tasks: await plannerUnderTest(),
  scorers: ['tool-calls', ...OTHER_SCORERS, 'latency'],
  slices: ['part', 'author', 'values', 'phrasing', 'grammar', 'length', 'skill'],
  concurrency: 1,
  gates: [
    {
      name: 'new values in known wordings',
      metric: 'tool-calls',
      rule: 'at-least',
      value: 0.95,
      slices: ['part=known phrasing, unseen values'],
    },
    {
      name: 'strangers, in their own words',
      metric: 'tool-calls',
      rule: 'at-least',
      value: 0.85,
      slices: ['part=strangers, unseen phrasing'],
      onUndecided: 'warn',
    },
  ],
});
