import type { Planner } from '../planner.ts';

/**
 * Exact wordings first, a learnt model for everything else. Where a sentence is in a known wording the matcher is right and finds
 * values that nobody trained on; where it is not the matcher says nothing, so that the model loses nothing by asking second.
 *
 * @example
 * const planner = openCascade(openTemplates(), openTagger('models/tagger.json'));
 */
export function openCascade(matcher: Planner, model: Planner): Planner {
  return {
    name: 'cascade',
    version: `${matcher.version} ${model.version}`,
    async plan(question, signal) {
      const matched = await matcher.plan(question, signal);
      return matched.raw === '' ? model.plan(question, signal) : matched;
    },
    async close() {
      await Promise.all([matcher.close(), model.close()]);
    },
  };
}
