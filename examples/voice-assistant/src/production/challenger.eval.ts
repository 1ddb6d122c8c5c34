// Is the challenger better than the champion, on what nobody said before? `airworthy evaluate challenger`, once versions of the
// assistant are packed and named so (see run-production.ts).
import { defineEval } from 'airworthy/evaluation';
import { toCase } from '../corpus/to-case.ts';
import { weeks } from './weeks.ts';

export default defineEval({
  name: 'challenger',
  description: 'Two packed versions of the assistant on sentences of a week that neither has seen.',
  dataset: weeks().second.map(toCase),
  cluster: 'metadata.template',
  tasks: { champion: { bundle: 'assistant@champion' }, challenger: { bundle: 'assistant@challenger' } },
  scorers: [{ type: 'tool-calls', outputField: 'calls' }, 'latency'],
  slices: ['skill'],
  gates: [{ metric: 'tool-calls', rule: 'better-than' }],
});
