import { type ColumnDrift, MonitoringConfig, type WindowMetric, type WindowReport } from '../schema.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Monday. */
export const START = Date.UTC(2001, 0, 1);

/** The default policy, without a bundle's gate. */
export function monitoringConfig(input: Parameters<typeof MonitoringConfig.parse>[0] = {}): MonitoringConfig {
  return MonitoringConfig.parse(input);
}

/** A column as it should be. */
export function column(change: Partial<ColumnDrift> = {}): ColumnDrift {
  return {
    ...{ column: 'distance', n: 1_500, psi: 0.01, effect: 0.002, p: 0.5, q: 0.9, jensenShannon: 0.02 },
    ...{ missing: 0, missingReference: 0, unseen: 0, unseenReference: 0, unseenNames: [] },
    ...{
      outOfRange: 0,
      outOfRangeReference: 0,
      constant: false,
      meanRatio: 1,
      spreadRatio: 1,
      drifted: false,
    },
    ...change,
  };
}

/** A column that drifted by that effect. */
export function drifted(effect: number, change: Partial<ColumnDrift> = {}): ColumnDrift {
  return column({ psi: effect + 0.01, effect, p: 1e-12, q: 1e-11, drifted: effect >= 0.1, ...change });
}

export function metric(name: WindowMetric['metric'], value: number, half = 0.02, n = 1_500): WindowMetric {
  return { metric: name, value, low: value - half, high: value + half, n, method: 'test' };
}

/** A quiet report of the day that many days after the start; `change` makes of it what a test needs. */
export function report(day: number, change: Partial<WindowReport> = {}): WindowReport {
  const width = change.width ?? 'day';
  const length = width === 'hour' ? HOUR : width === 'day' ? DAY : 7 * DAY;
  const start = change.start ?? START + day * DAY;
  return {
    ...{ endpoint: 'flights', model: 'flights', version: 1, arm: 'main', bundle: 'a'.repeat(64) },
    ...{ kind: 'closed', width, start, end: start + length, predictions: 1_500, failures: {}, shed: 0 },
    ...{
      latency: { p50: 1, p95: 3, p99: 8 },
      enough: true,
      columns: [column()],
      score: column({ column: 'score' }),
    },
    ...{ estimated: [], labels: 0, maturity: null, realised: [], calibration: null },
    ...change,
  };
}

/** The report of a day whose labels have matured. */
export function matured(day: number, change: Partial<WindowReport> = {}): WindowReport {
  return report(day, { kind: 'matured', labels: 1_450, maturity: 0.97, ...change });
}
