import type { ImprovementAnswer, ImprovementState, Verdict } from '../../api/answers.ts';
import type { Condition } from '../../components/state-mark.tsx';

export const IMPROVEMENT_CONDITIONS: Record<ImprovementState, Condition> = {
  training: 'working',
  judging: 'working',
  'awaiting-approval': 'warn',
  'rolling-out': 'working',
  promoted: 'good',
  kept: 'idle',
  failed: 'bad',
};

/** A state as people say it. */
export const IMPROVEMENT_WORDS: Record<ImprovementState, string> = {
  training: 'training',
  judging: 'judging',
  'awaiting-approval': 'awaiting approval',
  'rolling-out': 'being rolled out',
  promoted: 'promoted',
  kept: 'champion kept',
  failed: 'failed',
};

/** The verdict a decision is drawn by: the gate that did not pass, else the first. */
export function decidingVerdict({ facts }: ImprovementAnswer): Verdict | undefined {
  return facts.verdicts?.find(({ outcome }) => outcome !== 'pass') ?? facts.verdicts?.[0];
}
