import { callOf } from '../../skills/to-labels.ts';
import type { Planner } from '../planner.ts';
import { wordsOf } from '../tagger/create-tagger.ts';
import { versionOf } from '../version-of.ts';
import { tagLinear } from './tag-linear.ts';
import type { LinearModel } from './train-linear.ts';

/** The planner of a linear model. It cannot say how sure it is: a perceptron's scores are no probabilities. */
export function openLinear(model: LinearModel): Planner {
  return {
    name: 'linear',
    version: versionOf([model.facts, model.fixes, model.intents]),
    async plan({ text }) {
      const { label, spans } = tagLinear(model, wordsOf(text));
      return { calls: [callOf(label, spans)], confidence: null, raw: JSON.stringify({ label, spans }) };
    },
    async close() {},
  };
}
