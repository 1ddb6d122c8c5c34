import type { RolloutDetail } from '../../../api/serving-answers.ts';
import { pValue } from '../../../format/figures.ts';

/** Do the arms get the requests they are to get? */
export function SharesLine({ srm: { p, state } }: Pick<RolloutDetail, 'srm'>) {
  if (state === 'waiting') return 'Too few requests to tell whether the arms get their parts.';
  if (state === 'ok')
    return `Each arm gets its part of the requests${p === null ? '' : ` (p ${pValue(p)})`}.`;
  return (
    <strong>
      The arms do not get their parts of the requests (p {pValue(p)}): nothing that compares them can be
      trusted.
    </strong>
  );
}
