import type { Context } from '../../store/ports.ts';
import { drawDependence, drawEffects, drawIndividual } from './draw-curves.ts';
import { explainLocally } from './explain-locally.ts';
import type { Explained, ExplainRequest } from './explain-request.ts';
import { explainShap } from './explain-shap.ts';
import { explainWords } from './explain-words.ts';
import { measureImportance } from './measure-importance.ts';
import { requireFitting } from './require-fitting.ts';
import type { ExplanationMethod } from './schema.ts';

const METHODS: Record<ExplanationMethod, (context: Context, request: ExplainRequest) => Promise<Explained>> =
  {
    shap: explainShap,
    permutation: measureImportance,
    pdp: drawDependence,
    ice: drawIndividual,
    ale: drawEffects,
    lime: explainLocally,
    'lime-text': explainWords,
  };

/**
 * Looks into a model by the method that the spec names. What is planned is counted before the model is first asked.
 *
 * @throws BAD_ARGUMENT for an option that the method does not have, EXPLANATION_TOO_COSTLY, EXPLANATION_NOT_POSSIBLE, EXPLANATION_NOT_ADDITIVE.
 * @example
 * const { result } = await explainRows(context, { spec, model, scorer, background, rows, numbers, output: 0 });
 */
export function explainRows(context: Context, request: ExplainRequest): Promise<Explained> {
  requireFitting(request.spec);
  return METHODS[request.spec.method](context, request);
}
