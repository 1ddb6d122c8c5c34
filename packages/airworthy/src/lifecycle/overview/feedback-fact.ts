import type { LabelState } from '../../monitoring/index.ts';
import type { Improvement, ImprovementState } from '../improve/schema.ts';
import { describeLabels } from '../read-endpoint.ts';
import type { StageFact } from '../read-schema.ts';

const STATES: Record<ImprovementState, StageFact['state']> = {
  training: 'working',
  judging: 'working',
  'awaiting-approval': 'attention',
  'rolling-out': 'working',
  promoted: 'ok',
  kept: 'ok',
  failed: 'attention',
};

const WORDS: Partial<Record<ImprovementState, string>> = {
  'awaiting-approval': 'awaits a decision',
  'rolling-out': 'is being rolled out',
};

/** The newest improvement; before there is one, how many labels are known. */
export function feedbackFact(labels: readonly LabelState[], improvement: Improvement | null): StageFact {
  const fact = { stage: 'feedback', command: null } as const;
  if (improvement !== null) {
    const { id, number, state, cause, reason, startedAt, endedAt } = improvement;
    const words = WORDS[state] ?? `is ${state}`;
    return {
      ...fact,
      state: STATES[state],
      fact: `Improvement ${number} ${words}: ${reason === '' ? cause.sentence : reason}`,
      at: endedAt ?? startedAt,
      to: { kind: 'improvement', improvement: id },
    };
  }
  const labelled = labels.find((state) => state.labels > 0);
  if (labelled === undefined) {
    const text = 'No label has come back yet.';
    return { ...fact, state: 'empty', fact: text, at: null, to: null, command: 'airworthy label' };
  }
  const { endpoint, to } = labelled;
  return { ...fact, state: 'ok', fact: describeLabels(labelled), at: to, to: { kind: 'endpoint', endpoint } };
}
