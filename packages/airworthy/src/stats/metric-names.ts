import { estimate } from '../kernel/figures.ts';

interface MetricTraits {
  /** As people read it. */
  label: string;
  better: 'higher' | 'lower';
  /** The target's own unit, or its square; other metrics have none. */
  unit?: 'target' | 'squared target';
}

/** Every metric by the name that configs and records have for it. */
const TRAITS = {
  'log-loss': { label: 'log-loss', better: 'lower' },
  'roc-auc': { label: 'ROC-AUC', better: 'higher' },
  'average-precision': { label: 'average precision', better: 'higher' },
  brier: { label: 'Brier score', better: 'lower' },
  accuracy: { label: 'accuracy', better: 'higher' },
  'balanced-accuracy': { label: 'balanced accuracy', better: 'higher' },
  precision: { label: 'precision', better: 'higher' },
  recall: { label: 'recall', better: 'higher' },
  f1: { label: 'F1', better: 'higher' },
  mcc: { label: 'MCC', better: 'higher' },
  kappa: { label: 'Cohen’s kappa', better: 'higher' },
  ece: { label: 'ECE', better: 'lower' },
  'f1-macro': { label: 'F1 (macro)', better: 'higher' },
  'f1-weighted': { label: 'F1 (weighted)', better: 'higher' },
  'precision-macro': { label: 'precision (macro)', better: 'higher' },
  'precision-weighted': { label: 'precision (weighted)', better: 'higher' },
  'recall-macro': { label: 'recall (macro)', better: 'higher' },
  rmse: { label: 'RMSE', better: 'lower', unit: 'target' },
  mae: { label: 'MAE', better: 'lower', unit: 'target' },
  'median-absolute-error': { label: 'median absolute error', better: 'lower', unit: 'target' },
  r2: { label: 'R²', better: 'higher' },
  mse: { label: 'MSE', better: 'lower', unit: 'squared target' },
  mape: { label: 'MAPE', better: 'lower' },
  smape: { label: 'SMAPE', better: 'lower' },
} as const satisfies Record<string, MetricTraits>;

export type MetricName = keyof typeof TRAITS;

export const METRIC_NAMES = Object.keys(TRAITS) as [MetricName, ...MetricName[]];

export function higherIsBetter(metric: MetricName): boolean {
  return TRAITS[metric].better === 'higher';
}

/** 'roc-auc' → 'ROC-AUC'. */
export function metricLabel(metric: MetricName): string {
  return TRAITS[metric].label;
}

/** The unit of a metric where the target's is this: 'g' for an RMSE, 'g²' for an MSE; undefined for one without. */
export function metricUnit(metric: MetricName, ofTarget: string | undefined): string | undefined {
  const { unit }: MetricTraits = TRAITS[metric];
  if (unit === undefined || ofTarget === undefined) return undefined;
  if (unit === 'target') return ofTarget;
  return /^\p{L}+$/u.test(ofTarget) ? `${ofTarget}²` : `(${ofTarget})²`;
}

/** A metric with its interval as people read it: 'ROC-AUC 0.7112 [0.699, 0.7234]', 'RMSE 283 g [270, 296]'. */
export function showMetric(
  metric: MetricName,
  result: Parameters<typeof estimate>[0],
  ofTarget: string | undefined,
): string {
  return `${metricLabel(metric)} ${estimate(result, metricUnit(metric, ofTarget))}`;
}
