import { EvaluationReport, type MetricResult } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { readBundleFile } from '../../registry/index.ts';
import { higherIsBetter } from '../../stats/metric-names.ts';
import type { Context, Store } from '../../store/ports.ts';
import type { MonitoringConfig, PerformanceGate } from '../schema.ts';

/** What a version was worth when it was packed, as far as the policy asks. */
export interface PolicyReference {
  /** Half of the primary metric's lead over the trivial baseline; null where there was none. */
  gate: PerformanceGate | null;
  /** Expected calibration error of classifiers on the test rows, in bins of equal width; null for regressions. */
  calibrationError: number | null;
}

const NOTHING_KNOWN: PolicyReference = { gate: null, calibrationError: null };

const WITHOUT_IDENTITY = EvaluationReport.omit({ id: true, run: true });

/** Bundles never change, so that each is read once a store. */
const known = new WeakMap<Store, Map<string, Promise<PolicyReference>>>();

/** Reads the bundle's evaluation; a bundle that is not there or cannot be read demands nothing. */
export function readPolicyReference(context: Context, bundle: string): Promise<PolicyReference> {
  const ofStore = known.get(context.store) ?? new Map<string, Promise<PolicyReference>>();
  known.set(context.store, ofStore);
  const reference = ofStore.get(bundle) ?? readFromBundle(context, bundle);
  ofStore.set(bundle, reference);
  return reference;
}

/** The gates that realised and estimated performance must hold: the declared ones, else the reference's own. */
export function gatesFor(config: MonitoringConfig, reference: PolicyReference): readonly PerformanceGate[] {
  return config.performance ?? (reference.gate === null ? [] : [reference.gate]);
}

/**
 * Half of the lead over the trivial model: what a version must keep of its worth for it to be worth serving.
 *
 * @example
 * defaultGate('roc-auc', 0.7, 0.5); // { metric: 'roc-auc', value: 0.6 }
 */
export function defaultGate(
  metric: PerformanceGate['metric'],
  value: number | null,
  trivial: number | null,
): PerformanceGate | null {
  if (value === null || trivial === null) return null;
  const lead = higherIsBetter(metric) ? value - trivial : trivial - value;
  return lead > 0 ? { metric, value: (value + trivial) / 2 } : null;
}

async function readFromBundle(context: Context, bundle: string): Promise<PolicyReference> {
  try {
    const text = (await readBundleFile(context, bundle, 'evaluation.json')).toString('utf8');
    return referenceOf(WITHOUT_IDENTITY.parse(JSON.parse(text)));
  } catch (cause) {
    const problem = AirworthyError.is(cause) ? cause.code : 'it cannot be read';
    context.log.warn({ bundle, problem }, 'the evaluation of a bundle is not at hand: it sets no gate');
    return NOTHING_KNOWN;
  }
}

function referenceOf(report: Omit<EvaluationReport, 'id' | 'run'>): PolicyReference {
  const valueIn = (metrics: readonly MetricResult[]) =>
    metrics.find(({ name }) => name === report.primary)?.value ?? null;
  const bins = report.calibration.equalWidth;
  const gaps = bins.reduce((sum, bin) => sum + bin.n * Math.abs(bin.observed - bin.predicted), 0);
  const rows = bins.reduce((sum, bin) => sum + bin.n, 0);
  return {
    gate: defaultGate(report.primary, valueIn(report.metrics), valueIn(report.baseline.metrics)),
    calibrationError: report.task === 'regression' || rows === 0 ? null : gaps / rows,
  };
}
