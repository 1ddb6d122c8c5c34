import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Task } from '../models/table.ts';
import { metricsFor } from '../stats/metric-catalogue.ts';
import { METRIC_NAMES, type MetricName, metricLabel } from '../stats/metric-names.ts';
import { isLevel } from './gates/verdict-sentence.ts';
import { type EvaluationConfig, Gate, type GateMetric } from './schema.ts';

/** The metrics to report, the primary one first. Throws METRIC_UNSUITABLE. */
export function metricsOf(config: EvaluationConfig, task: Task): MetricName[] {
  const metrics = config.metrics ?? metricsFor(task.kind);
  for (const metric of metrics) checkSuitable(metric, task, 'evaluation.metrics');
  return [...new Set(metrics)];
}

/** The gates to decide: the declared ones, else one that asks for a better primary metric. Throws METRIC_UNSUITABLE. */
export function gatesOf(config: EvaluationConfig, task: Task): Gate[] {
  return config.gates ?? [Gate.parse({ rule: 'better-than', metric: metricsOf(config, task)[0] })];
}

/** A metric of the task, and not a gap between groups. */
export function isTaskMetric(metric: GateMetric): metric is MetricName {
  return (METRIC_NAMES as readonly string[]).includes(metric);
}

/** 'roc-auc' → 'ROC-AUC', 'tpr-gap' → 'tpr gap'. */
export function gateMetricLabel(metric: GateMetric): string {
  return isTaskMetric(metric) ? metricLabel(metric) : metric.replaceAll('-', ' ');
}

/** Throws METRIC_UNSUITABLE for a gate that this task's metrics, or the figures at hand, cannot answer. */
export function checkGate({ metric, rule }: Gate, task: Task, isComputed: boolean): void {
  if (isTaskMetric(metric)) {
    checkSuitable(metric, task, 'evaluation.gates');
    return;
  }
  if (isComputed && isLevel(rule)) return;
  throw new AirworthyError('METRIC_UNSUITABLE', {
    message: isComputed
      ? `evaluation.gates: "${metric}" is a figure of the candidate alone, which "${rule}" cannot compare`
      : `evaluation.gates: "${metric}" is a gap between groups, and evaluation.fairness names no groups`,
    remedy: isComputed ? 'Use at-most or at-least.' : 'Name the groups in evaluation.fairness.groups.',
    at: 'evaluation.gates',
  });
}

export function checkSuitable(metric: MetricName, task: Task, at: string): void {
  const suitable = metricsFor(task.kind);
  if (suitable.includes(metric)) return;
  const nearest = nearestName(metric, suitable);
  const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
  throw new AirworthyError('METRIC_UNSUITABLE', {
    message: `${at}: "${metric}" is no metric of a ${task.kind} task${hint}`,
    remedy: `Use one of ${suitable.join(', ')}.`,
    at,
  });
}
