import type { Period } from './compare.ts';
import { STORY_METRICS } from './compare.ts';
import type { Loop } from './loop.ts';
import type { FaultResult } from './rehearse-faults.ts';
import type { CleanResult } from './replay-clean.ts';

/** What the story is to show, and whether it did. */
export interface Expectation {
  claim: string;
  holds: boolean;
  /** What speaks against it. */
  because?: string;
}

export function expectationsOf(
  months: readonly Period[],
  { report }: Loop,
  faults: readonly FaultResult[],
  clean: CleanResult,
): Expectation[] {
  return [
    beatsFrozen(months),
    neverWorse(months),
    driftNeverPages(report.alerts),
    everyRowServed(report),
    ...faults.map(raisesInTime),
    staysQuiet(clean),
  ];
}

const APRIL = Date.UTC(2001, 3, 1);
const nameOf = (month: Period): string => new Date(month.from).toISOString().slice(0, 7);

function expectation(claim: string, against: readonly string[]): Expectation {
  return {
    claim,
    holds: against.length === 0,
    ...(against.length === 0 ? {} : { because: against.join('; ') }),
  };
}

function beatsFrozen(months: readonly Period[]): Expectation {
  const against = months
    .filter((month) => month.from >= APRIL && !(month.gain['roc-auc'].frozen.low > 0))
    .map((month) => `${nameOf(month)}: gain ${interval(month.gain['roc-auc'].frozen)}`);
  return expectation('from April on the loop has a better ROC-AUC than the frozen model', against);
}

function neverWorse(months: readonly Period[]): Expectation {
  const against = months.flatMap((month) =>
    STORY_METRICS.flatMap((metric) =>
      (['frozen', 'blind'] as const)
        .filter((other) => month.gain[metric][other].high < 0)
        .map(
          (other) => `${nameOf(month)}: ${metric} against ${other} ${interval(month.gain[metric][other])}`,
        ),
    ),
  );
  return expectation('no month ends with the loop significantly worse than either of the others', against);
}

function driftNeverPages(alerts: Loop['report']['alerts']): Expectation {
  const drift = ['input-drift', 'score-drift', 'new-categories'];
  const pages = alerts.filter((alert) => alert.tier === 'page' && drift.includes(alert.kind));
  return expectation(
    'input drift never pages',
    pages.map((alert) => alert.title),
  );
}

function everyRowServed({ predictions, labels, unlabelled, refused }: Loop['report']): Expectation {
  const lost = predictions - labels - unlabelled;
  const against = [
    ...(lost === 0 ? [] : [`${lost} predictions lack their label`]),
    ...Object.entries(refused).map(([code, records]) => `${records} refused: ${code}`),
  ];
  return expectation('every flight is predicted, and every label delivered', against);
}

function raisesInTime({ name, tier, alert, others }: FaultResult): Expectation {
  const seen = others.map((other) => `${other.tier} ${other.kind}`).join(', ') || 'nothing';
  return expectation(`${name}: a ${tier} within two windows`, alert ? [] : [`raised: ${seen}`]);
}

function staysQuiet({ alerts, most, replays }: CleanResult): Expectation {
  const titles = alerts.map((alert) => `${alert.tier}: ${alert.title}`);
  return expectation(
    `${replays} clean replays raise at most the stated budget`,
    alerts.length <= most ? [] : [`${alerts.length} alerts, at most ${most} are budgeted`, ...titles],
  );
}

function interval({ value, low, high }: { value: number; low: number; high: number }): string {
  return `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}
