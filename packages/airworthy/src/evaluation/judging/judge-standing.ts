import { figure } from '../../kernel/figures.ts';
import { JudgePolicy, type RecordedCalibration } from './calibration-schema.ts';

const DAY_MS = 86_400_000;

/** What a gate has the judge for. */
export interface JudgeUse {
  suite: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** May a gate go by a judge? `reason` says why not, in a sentence. */
export type JudgeStanding = { ok: true } | { ok: false; reason: string };

/**
 * Whether a judge has shown enough for a gate to go by it: a record that is not stale, made on answers of the same suite, with
 * kappa, or both rates, surely above the policy's floors. Another model, prompt or rubric is another judge, without a record.
 */
export function judgeStanding(
  record: RecordedCalibration | undefined,
  use: JudgeUse,
  policy: Partial<JudgePolicy> = {},
): JudgeStanding {
  const { kappa, tpr, tnr, days } = JudgePolicy.parse(policy);
  if (!record) return refused('the judge was never calibrated on answers that people judged');
  if (record.distribution.suite !== use.suite) {
    return refused(`the judge was calibrated on answers of suite "${record.distribution.suite}" only`);
  }
  const age = (use.now - record.at) / DAY_MS;
  if (age > days) {
    return refused(`the judge was calibrated ${Math.floor(age)} days ago, ${figure(days)} are allowed`);
  }
  const reached = (low: number | null | undefined, floor: number) =>
    low !== null && low !== undefined && low >= floor;
  if (reached(record.kappa.low, kappa)) return { ok: true };
  if (reached(record.tpr?.low, tpr) && reached(record.tnr?.low, tnr)) return { ok: true };
  const bound = (low: number | null | undefined) =>
    low === null || low === undefined ? 'not known' : figure(low);
  return refused(
    `on ${record.n} answers the judge’s kappa is at least ${bound(record.kappa.low)} (${kappa} needed), its TPR ${bound(record.tpr?.low)} (${tpr}) and TNR ${bound(record.tnr?.low)} (${tnr})`,
  );
}

function refused(reason: string): JudgeStanding {
  return { ok: false, reason };
}
