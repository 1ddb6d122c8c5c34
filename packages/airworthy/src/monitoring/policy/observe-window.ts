import type { MonitoringConfig, WindowReport } from '../schema.ts';
import type { Observation } from './observation.ts';
import { observeBrokenColumns, observeInputDrift, observeScoreDrift } from './observe-columns.ts';
import { observeCalibration, observeDisagreement, observeGates } from './observe-performance.ts';
import { observeService, type ServiceBaseline } from './observe-service.ts';
import { gatesFor, type PolicyReference } from './policy-reference.ts';

/** Intervals of metrics are not to be trusted below. */
const FEWEST_LABELS = 100;

/** What a report is held against. */
export interface ObserveInput {
  config: MonitoringConfig;
  reference: PolicyReference;
  baseline: ServiceBaseline;
}

/**
 * Everything a window's report says about what can be wrong, good or bad. Failures, latency and broken columns are
 * judged by the hour; drift and performance by days and weeks, because an hour of the night is not like the reference,
 * which has whole days.
 */
export function observeWindow(report: WindowReport, input: ObserveInput): Observation[] {
  return report.kind === 'matured' ? observeMatured(report, input) : observeClosed(report, input);
}

function observeClosed(report: WindowReport, { config, reference, baseline }: ObserveInput): Observation[] {
  const service = report.width === 'hour' ? observeService(report, baseline) : [];
  if (!report.enough) return service;
  const broken = observeBrokenColumns(report);
  if (report.width === 'hour') return [...service, ...broken];
  const gates = gatesFor(config, reference);
  return [
    ...broken,
    ...observeInputDrift(report, config),
    ...observeScoreDrift(report, config),
    ...observeGates('estimated-performance', report.estimated, gates),
  ];
}

function observeMatured(report: WindowReport, { config, reference }: ObserveInput): Observation[] {
  if (report.width === 'hour' || !report.enough || report.labels < FEWEST_LABELS) return [];
  const gates = gatesFor(config, reference);
  return [
    ...observeGates('performance', report.realised, gates),
    ...observeDisagreement(report, gates),
    ...observeCalibration(report.calibration, reference.calibrationError),
  ];
}
