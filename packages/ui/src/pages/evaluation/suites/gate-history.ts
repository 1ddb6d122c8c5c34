import type { Baseline, SuiteVerdictsAnswer } from '../../../api/evaluation-answers.ts';

export type StoredVerdict = SuiteVerdictsAnswer['items'][number];

/** One gate over the evaluations of a suite, oldest first. */
export interface GateHistory {
  key: string;
  title: string;
  verdicts: readonly StoredVerdict[];
  /** How often each outcome came. */
  counts: Readonly<Record<StoredVerdict['outcome'], number>>;
}

/** Verdicts of the same gate, task and slice below each other, by name. */
export function historiesOf(verdicts: readonly StoredVerdict[]): GateHistory[] {
  const tasks = new Set(verdicts.map(({ task }) => task));
  const groups = Map.groupBy(verdicts, ({ gate, slice, task }) => JSON.stringify([gate, slice, task]));
  const histories = [...groups].map(([key, group]) => {
    const { gate, slice, task } = group[0];
    const of = (outcome: StoredVerdict['outcome']) => group.filter((one) => one.outcome === outcome).length;
    return {
      key,
      title: [gate, tasks.size > 1 ? task : null, slice === 'overall' ? null : slice]
        .filter((part) => part !== null)
        .join(' · '),
      verdicts: group.toSorted((a, b) => a.at - b.at),
      counts: { pass: of('pass'), fail: of('fail'), undecided: of('undecided'), error: of('error') },
    };
  });
  return histories.sort((a, b) => a.title.localeCompare(b.title));
}

/** The moves of baselines, by the first verdict that came after each. */
export function movesBefore(
  verdicts: readonly StoredVerdict[],
  moves: readonly Baseline[],
): Map<string, Baseline[]> {
  const placed = new Map<string, Baseline[]>();
  for (const move of moves) {
    const next = verdicts.find(({ at }) => at > move.at);
    if (next === undefined) continue;
    placed.set(next.id, [...(placed.get(next.id) ?? []), move]);
  }
  return placed;
}
