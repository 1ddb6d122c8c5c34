import { count, figure } from '../../kernel/figures.ts';
import { criticalZ } from '../../stats/intervals.ts';
import { higherIsBetter, metricLabel, showMetric } from '../../stats/metric-names.ts';
import type { AlertKind, PerformanceGate, WindowMetric, WindowReport } from '../schema.ts';
import type { Finding, Observation } from './observation.ts';
import { compareWith } from './observation.ts';

/** Standard errors by which estimated and realised performance may part. */
const APART = 3;
/** The intervals of window metrics are two-sided at 95 %. */
const Z = criticalZ(0.95);
/** Calibration may be worse than the reference's by this much before it counts as a break. */
const CALIBRATION_FLOOR = 0.02;

type Known = WindowMetric & { value: number; low: number; high: number };

/** Realised (or estimated) performance against what it must hold: bad where the whole interval is beyond the gate. */
export function observeGates(
  kind: AlertKind & ('performance' | 'estimated-performance'),
  metrics: readonly WindowMetric[],
  gates: readonly PerformanceGate[],
): Observation[] {
  return gates.flatMap((gate) => {
    const metric = findKnown(metrics, gate.metric);
    if (metric === undefined) return [];
    const side = higherIsBetter(gate.metric) ? 1 : -1;
    const shortfall = side * (gate.value - metric.value);
    const beyond = side === 1 ? metric.high < gate.value : metric.low > gate.value;
    const how = kind === 'performance' ? 'is' : 'is estimated, without labels, at';
    return [
      {
        kind,
        subject: gate.metric,
        finding: beyond ? 'raised' : shortfall > 0 ? 'between' : 'clean',
        effect: metric.value,
        threshold: gate.value,
        severity: Math.max(0, shortfall),
        n: metric.n,
        says: () =>
          `${metricLabel(gate.metric)} ${how} ${figures(metric)}, ${side === 1 ? 'below' : 'above'} the gate of ${figure(gate.value)} (n ${count(metric.n)})`,
      },
    ];
  });
}

/** What labels say against what was estimated without them: where they part, the relation itself has changed. */
export function observeDisagreement(
  { estimated, realised }: Pick<WindowReport, 'estimated' | 'realised'>,
  gates: readonly PerformanceGate[],
): Observation[] {
  return gates.flatMap((gate) => {
    const guess = findKnown(estimated, gate.metric);
    const fact = findKnown(realised, gate.metric);
    if (guess === undefined || fact === undefined) return [];
    const error = Math.hypot(standardError(guess), standardError(fact));
    if (!(error > 0)) return [];
    const apart = Math.abs(guess.value - fact.value) / error;
    return [
      {
        kind: 'estimate-disagrees',
        subject: gate.metric,
        finding: compareWith(APART, apart),
        effect: apart,
        threshold: APART,
        severity: apart,
        n: fact.n,
        says: () =>
          `${metricLabel(gate.metric)} is ${figures(fact)} by labels but ${figures(guess)} by estimate: ${figure(apart)} standard errors apart (n ${count(fact.n)})`,
      },
    ];
  });
}

/** Probabilities that no longer mean what they meant on the test rows. */
export function observeCalibration(
  calibration: WindowMetric | null,
  reference: number | null,
): Observation[] {
  if (calibration === null || reference === null || !isKnown(calibration)) return [];
  const threshold = reference + CALIBRATION_FLOOR;
  const found = compareWith(threshold, calibration.value);
  const finding: Finding = calibration.low > threshold ? 'raised' : found === 'raised' ? 'between' : found;
  return [
    {
      kind: 'calibration',
      subject: '',
      finding,
      effect: calibration.value,
      threshold,
      severity: calibration.value,
      n: calibration.n,
      says: () =>
        `${showMetric('ece', calibration, undefined)}: probabilities are off by more than the reference’s ${figure(reference)} (n ${count(calibration.n)})`,
    },
  ];
}

function findKnown(metrics: readonly WindowMetric[], name: string): Known | undefined {
  return metrics.find((metric): metric is Known => metric.metric === name && isKnown(metric));
}

function isKnown(metric: WindowMetric): metric is Known {
  return metric.value !== null && metric.low !== null && metric.high !== null;
}

function standardError({ low, high }: Known): number {
  return (high - low) / (2 * Z);
}

function figures({ value, low, high }: Known): string {
  return `${figure(value)} [${figure(low)}, ${figure(high)}]`;
}
