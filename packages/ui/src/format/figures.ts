import { figure } from '../../../airworthy/src/kernel/figures.ts';
import {
  higherIsBetter,
  METRIC_NAMES,
  type MetricName,
  metricLabel,
} from '../../../airworthy/src/stats/metric-names.ts';

export { count, plural } from '../../../airworthy/src/kernel/figures.ts';

/** 0.68134 → '0.681': so many places wherever the metric stands, that figures below each other can be compared. */
export function metricFigure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size >= 100) return `${sign}${size.toLocaleString('en-US', { maximumFractionDigits: 0 })}`;
  return `${sign}${size.toFixed(size >= 10 ? 1 : 3)}`;
}

/** With its sign, as differences have it: '+0.031', '−0.004'. */
export function signedFigure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—';
  return `${value < 0 ? '−' : '+'}${metricFigure(Math.abs(value))}`;
}

/** Any other number: four significant figures, none where there is none. */
export function plainFigure(value: number | null | undefined): string {
  return value === null || value === undefined ? '—' : figure(value);
}

/** 0.634 → '63 %'; below one per cent with the places it needs. */
export function share(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '—';
  const percent = value * 100;
  if (percent !== 0 && Math.abs(percent) < 0.01) return '< 0.01 %';
  const places = percent === 0 || Math.abs(percent) >= 10 ? 0 : Math.abs(percent) >= 1 ? 1 : 2;
  return `${percent.toFixed(places)} %`;
}

/** 1536 → '1.5 kB'. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let size = value / 1000;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** 0.42 → '0.42 ms', 1830 → '1.83 s'. */
export function duration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return '—';
  if (milliseconds === 0) return '0 ms';
  if (milliseconds < 1) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 1_000) return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`;
  const minutes = seconds / 60;
  if (minutes < 60) return `${Math.floor(minutes)} min ${Math.round(seconds % 60)} s`;
  const hours = minutes / 60;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} d`;
}

const known: ReadonlySet<string> = new Set(METRIC_NAMES);

/** 'roc-auc' → 'ROC-AUC'; a metric of somebody else's keeps its name. */
export function metricName(metric: string): string {
  return known.has(metric) ? metricLabel(metric as MetricName) : metric;
}

/** Which way is up; unknown metrics are taken as better when higher. */
export function betterWhenHigher(metric: string): boolean {
  return known.has(metric) ? higherIsBetter(metric as MetricName) : true;
}

/** A p-value: below one in ten thousand its size tells nothing more. */
export function pValue(value: number | null | undefined): string {
  if (value === null || value === undefined) return '—';
  return value < 0.0001 ? '< 0.0001' : figure(value);
}

/** In US dollars, as price tables have it; what costs less than a cent keeps its figures. */
export function costText(cost: number | null): string {
  if (cost === null) return '—';
  if (cost === 0) return '$0';
  return `$${cost < 0.01 ? cost.toPrecision(2) : cost.toFixed(cost < 1 ? 3 : 2)}`;
}
