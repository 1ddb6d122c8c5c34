import type { Context } from '../../store/ports.ts';
import { decideSequentially } from '../gates/decide-suite-gates.ts';
import { gateInputOf } from '../report/judge-evidence.ts';
import { readEvidence } from '../report/read-evidence.ts';
import type { SuiteEvaluation } from '../report/suite-evaluation.ts';

/** Are all gates that may extend the evaluation decided, by what is on disk so far? Judged by the sequential engine only. */
export async function isDecided(context: Context, evaluation: SuiteEvaluation): Promise<boolean> {
  const evidence = await readEvidence(context, evaluation);
  for (const each of evidence) {
    const input = await gateInputOf(context, evaluation, each, { plannedCases: evaluation.cases });
    if (decideSequentially(input).some(({ outcome }) => outcome === 'undecided')) return false;
  }
  return true;
}
