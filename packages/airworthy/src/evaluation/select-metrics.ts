import { AirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import type { Task } from '../models/table.ts';
import { metricsFor } from '../stats/metric-catalogue.ts';
import type { MetricName } from '../stats/metric-names.ts';
import { type EvaluationConfig, Gate } from './schema.ts';

/** The metrics to report, the primary one first. Throws METRIC_UNSUITABLE. */
export function metricsOf(config: EvaluationConfig, task: Task): MetricName[] {
  const metrics = config.metrics ?? metricsFor(task.kind);
  for (const metric of metrics) checkSuitable(metric, task, 'evaluation.metrics');
  return [...new Set(metrics)];
}

/** The gates to decide: the declared ones, else one that asks for a better primary metric. Throws METRIC_UNSUITABLE. */
export function gatesOf(config: EvaluationConfig, task: Task): Gate[] {
  return config.gates ?? [Gate.parse({ rule: 'better', metric: metricsOf(config, task)[0] })];
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
