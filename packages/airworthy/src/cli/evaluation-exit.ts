import { isLetThrough, type SuiteReport } from '../evaluation/running.ts';
import { EXIT } from '../kernel/error-catalogue.ts';

/** From the one that says most to the one that says least. */
const WORST_FIRST = [EXIT.unavailable, EXIT.budgetSpent, EXIT.gateFailed, EXIT.undecided, EXIT.ok];

/** What a script is told of one evaluation. A gate that could not be judged is no verdict: it counts as a failed one. */
export function exitOf(report: SuiteReport, errorLimit: number): number {
  if (isUnsound(report, errorLimit)) return EXIT.unavailable;
  if (report.state !== 'finished') return EXIT.budgetSpent;
  if (report.outcome === 'fail' || report.outcome === 'error') return EXIT.gateFailed;
  if (report.outcome !== 'undecided') return EXIT.ok;
  const letThrough = report.verdicts.every((verdict) => verdict.outcome === 'pass' || isLetThrough(verdict));
  return letThrough ? EXIT.ok : EXIT.undecided;
}

export function worstExit(exits: readonly number[]): number {
  return WORST_FIRST.find((exit) => exits.includes(exit)) ?? EXIT.ok;
}

/** More errors than the suite allows, of the task or of a scorer, a recording that was missing, or no answer at all. */
function isUnsound({ tasks, state }: SuiteReport, errorLimit: number): boolean {
  return tasks.some(({ results, errors, metrics }) => {
    const all = results.ok + results.error + results.timeout;
    if (results.ok === 0) return state === 'finished';
    if ((results.error + results.timeout) / all > errorLimit) return true;
    if (errors.some(({ code }) => code === 'RECORDING_MISSING')) return true;
    return metrics.some(({ counts }) => counts.error / all > errorLimit);
  });
}
