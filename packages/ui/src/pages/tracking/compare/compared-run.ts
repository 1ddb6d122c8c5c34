import type { ComparisonAnswer } from '../../../api/tracking-answers.ts';
import { intervalKeys } from '../runs/column-key.ts';

/** A run as the parts of the comparison read it. */
export interface ComparedRun {
  id: string;
  name: string;
  status: string;
  startedAt: number;
  params: Readonly<Record<string, string>>;
  metrics: Readonly<Record<string, ComparedMetric>>;
}

export interface ComparedMetric {
  value: number | null;
  special: string | null;
  low: number | null;
  high: number | null;
}

/** What one of the runs has under a key, for an axis; null where it has nothing. */
export function axisValue(run: ComparedRun, axis: string): string | number | null {
  const dot = axis.indexOf('.');
  const key = axis.slice(dot + 1);
  if (axis.startsWith('metrics.')) return run.metrics[key]?.value ?? null;
  const text = run.params[key];
  if (text === undefined) return null;
  return isNumeric(text) ? Number(text) : text;
}

function isNumeric(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** Every param and metric of the runs, as axes name them: those that most runs have first. */
export function axesOf(runs: readonly ComparedRun[]): { differing: string[]; same: string[] } {
  const params = new Set(runs.flatMap(({ params: held }) => Object.keys(held)));
  const metrics = new Set(runs.flatMap(({ metrics: held }) => Object.keys(held)));
  const axes = [...[...params].map((key) => `params.${key}`), ...[...metrics].map((key) => `metrics.${key}`)];
  const ranked = axes
    .map((axis) => {
      const values = runs.map((run) => axisValue(run, axis)).filter((value) => value !== null);
      return { axis, runs: values.length, differs: new Set(values).size > 1 };
    })
    .sort((a, b) => b.runs - a.runs);
  const named = (differs: boolean) => ranked.filter((one) => one.differs === differs).map(({ axis }) => axis);
  return { differing: named(true), same: named(false) };
}

/** The rows of the comparison, by run. */
export function comparedRuns({ runs, params, metrics }: ComparisonAnswer): ComparedRun[] {
  const held = new Map(
    runs.map(({ id, name, status, startedAt }) => [
      id,
      {
        id,
        name,
        status,
        startedAt,
        params: {} as Record<string, string>,
        metrics: {} as Record<string, ComparedMetric>,
      },
    ]),
  );
  for (const { key, values } of params)
    for (const [run, value] of Object.entries(values))
      Object.assign(held.get(run)?.params ?? {}, { [key]: value });
  const ends = new Map(metrics.map(({ key, values }) => [key, values]));
  for (const { key, values } of metrics) {
    const [low, high] = intervalKeys(key).map((end) => ends.get(end));
    for (const [run, { value, special }] of Object.entries(values)) {
      const interval = { low: low?.[run]?.value ?? null, high: high?.[run]?.value ?? null };
      Object.assign(held.get(run)?.metrics ?? {}, { [key]: { value, special, ...interval } });
    }
  }
  return [...held.values()];
}
