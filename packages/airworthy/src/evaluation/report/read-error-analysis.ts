import type { Context } from '../../store/ports.ts';
import { readCasesAt } from '../cases/store-cases.ts';
import { collectErrors } from '../error-analysis/analyse-errors.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { readCaseRows } from './read-case-rows.ts';
import type { TaskEvidence } from './read-evidence.ts';
import type { ErrorAnalysis } from './schema.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 500;
const PASSES = 0.5;
const RIGHT = 'ok';
const WRONG = 'wrong';

/** What the failures of a task's first metric have in common; undefined where it has none, or of held-out cases. */
export async function readErrorAnalysis(
  context: Context,
  evaluation: SuiteEvaluation,
  { task, samples, reference }: TaskEvidence,
): Promise<ErrorAnalysis | undefined> {
  const judged = samples.find(
    ({ metric }) => metric.binary && metric.better === 'higher' && metric.aggregate.kind === 'mean',
  );
  if (judged === undefined || evaluation.role === 'held-out' || !hasFailures(judged)) return undefined;
  const { metric } = judged;
  const errors = collectErrors({ metric: metric.name, seed: evaluation.seed });
  const before = reference?.samples.find((sample) => sample.metric.name === metric.name);
  for (let start = 0; start < evaluation.cases; start += PAGE) {
    const positions = scoredPositions(judged, start, PAGE);
    const cases = await readCasesAt(context, evaluation.id, positions);
    const failing = positions.filter((position) => judged.values[position] < PASSES);
    const rows = await readCaseRows(context, evaluation.id, task.name, failing);
    for (const position of positions) {
      const each = cases.get(position);
      if (each === undefined) continue;
      const row = rows.get(position);
      const pair = reference === undefined ? -1 : reference.pairs[position];
      const baseline = before === undefined || pair === -1 ? undefined : codeBefore(before.values[pair]);
      errors.add({
        ...{ id: each.id, failed: row !== undefined, input: each.input, metadata: each.metadata },
        ...(row === undefined ? {} : { output: row.output, code: row.scores[metric.name]?.code ?? WRONG }),
        ...(baseline === undefined ? {} : { baselineCode: baseline }),
        ...(each.cluster === undefined ? {} : { cluster: each.cluster }),
      });
    }
  }
  return errors.finish();
}

function hasFailures({ values }: MetricSample): boolean {
  return values.some((value) => value < PASSES);
}

function scoredPositions({ values, n }: MetricSample, start: number, size: number): number[] {
  const positions: number[] = [];
  for (let position = start; position < Math.min(start + size, n); position++) {
    if (!Number.isNaN(values[position])) positions.push(position);
  }
  return positions;
}

function codeBefore(value: number): string | undefined {
  if (Number.isNaN(value)) return undefined;
  return value >= PASSES ? RIGHT : WRONG;
}
