import { AirworthyError } from '../../kernel/errors.ts';
import type { ExplanationMethod, ExplanationSpec } from './schema.ts';

const OPTIONS: Record<string, { of: readonly ExplanationMethod[]; given(spec: ExplanationSpec): boolean }> = {
  algorithm: { of: ['shap'], given: ({ algorithm }) => algorithm !== 'auto' },
  budget: { of: ['shap'], given: ({ budget }) => budget !== undefined },
  metric: { of: ['permutation'], given: ({ metric }) => metric !== undefined },
  groups: { of: ['permutation'], given: ({ groups }) => groups !== undefined },
  fields: {
    of: ['permutation', 'pdp', 'ice', 'ale', 'lime', 'lime-text'],
    given: ({ fields }) => fields !== undefined,
  },
};

/** An option that would change nothing is refused: who gives it expects that it does. Throws BAD_ARGUMENT. */
export function requireFitting(spec: ExplanationSpec): void {
  for (const [at, { of, given }] of Object.entries(OPTIONS)) {
    if (of.includes(spec.method) || !given(spec)) continue;
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `"${at}" has no meaning for the method "${spec.method}": it is for ${of.join(', ')}`,
      at,
    });
  }
  const chosen = [spec.rows, spec.records, spec.sample].filter((each) => each !== undefined).length;
  if (chosen > 1) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'rows, records and sample each say what is explained: give one of them',
    });
  }
}
