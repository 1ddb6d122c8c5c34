// The full suite's part out of loudspeakers: synthetic voices, heard as the assistant hears here. Minutes.
import { defineEval } from 'airworthy/evaluation';
import { spokenCases } from '../src/corpus/spoken-cases.ts';
import { hearingPlanner } from './hearing-planner.ts';
import { OTHER_SCORERS } from './other-scorers.ts';

export default defineEval({
  name: 'voices',
  description:
    'Five synthetic voices, in quiet and with people talking; known wordings and those of strangers.',
  dataset: spokenCases,
  cluster: 'metadata.sentence',
  tasks: await hearingPlanner(),
  scorers: [
    { type: 'tool-calls', expectedField: 'calls' },
    { type: 'wer', expectedField: 'text' },
    ...OTHER_SCORERS,
  ],
  slices: ['voice', 'noise', 'phrasing', 'values', 'length'],
  concurrency: 1,
});
