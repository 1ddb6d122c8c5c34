import { estimate } from '../../kernel/figures.ts';
import { wilson } from '../../stats/intervals.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import type { CaseAnswer } from './run-case.ts';

const Z = 1.96;

/** The figure shown while an evaluation runs: of its first metric over all tasks, as if cases were independent. */
export interface RunningEstimate {
  take(answer: CaseAnswer): void;
  /** `exact 0.85 [0.81, 0.88] · 3 errors · $0.42` */
  note(): string;
}

export function createRunningEstimate(metric: MetricSpec | undefined): RunningEstimate {
  let [n, mean, squares, errors, cost] = [0, 0, 0, 0, 0];
  const interval = () => {
    if (metric?.binary) return wilson(mean * n, n, 0.95);
    const half = n < 2 ? Number.NaN : Z * Math.sqrt(squares / (n - 1) / n);
    return { low: mean - half, high: mean + half };
  };
  return {
    take({ result, scores }) {
      if (result.status !== 'ok') errors += 1;
      cost += result.cost ?? 0;
      const score = scores.find((one) => one.metric === metric?.name);
      if (score?.status !== 'scored' || score.value === null) return;
      n += 1;
      const step = score.value - mean;
      mean += step / n;
      squares += step * (score.value - mean);
    },
    note() {
      const { low, high } = n === 0 ? { low: Number.NaN, high: Number.NaN } : interval();
      const isMean = metric?.aggregate.kind === 'mean' && n > 0 && Number.isFinite(low);
      return [
        ...(isMean ? [`${metric.label ?? metric.name} ${estimate({ value: mean, low, high })}`] : []),
        ...(errors > 0 ? [`${errors} errors`] : []),
        ...(cost > 0 ? [`$${cost.toFixed(2)}`] : []),
      ].join(' · ');
    },
  };
}
