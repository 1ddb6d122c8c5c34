import { AirworthyError } from '../kernel/errors.ts';
import { idFromContent } from '../kernel/ids.ts';
import { type Table, type Task, targetUnit } from '../models/table.ts';
import { metricUnit } from '../stats/metric-names.ts';
import type { Outcomes } from '../stats/outcomes.ts';
import { selectOutcomes } from '../stats/outcomes.ts';
import type { Context } from '../store/ports.ts';
import { compareMetric } from './compare-metric.ts';
import { estimateMetric } from './estimate-metric.ts';
import { type FigureAt, type GateFigure, type JudgedFigure, judgeFamily } from './gates/judge-family.ts';
import { FEWEST_IN_SLICE } from './gates/refusals.ts';
import { isLevel, sentenceOf } from './gates/verdict-sentence.ts';
import { type Clusters, selectClusters } from './measuring/clusters.ts';
import { finite } from './measuring/estimate-sample.ts';
import { toOutcomes } from './read-outcomes.ts';
import { type ClusterColumn, rowClusters } from './row-clusters.ts';
import type { Gate, GateMetric, Verdict } from './schema.ts';
import { checkGate, gateMetricLabel, isTaskMetric } from './select-metrics.ts';
import { gateSlices } from './slice-rows.ts';
import { saveVerdicts } from './stored-evaluations.ts';

/** A figure that was computed elsewhere, with its uncertainty, such as a gap between groups; null where it is not defined. */
export interface ComputedFigure {
  metric: GateMetric;
  /** What it is of, such as the column of the groups. */
  of: string;
  value: number | null;
  low: number | null;
  high: number | null;
  n: number;
  clusters?: number;
  method: string;
  reason?: string;
}

export interface DecideGates {
  runId: string;
  task: Task;
  /** The target of each row, as `readTarget` gives it. */
  y: ArrayLike<number>;
  /** The candidate's output on these rows. */
  candidate: Float64Array;
  /** Binary: the candidate's decision threshold. Default 0.5. */
  threshold?: number;
  /** What the candidate is compared with, on the same rows. */
  baseline: { kind: 'champion' | 'majority'; bundle?: string; scores: Float64Array; threshold?: number };
  gates: readonly Gate[];
  /** The rows themselves: for gates on slices, and for clusters. */
  table?: Table;
  /** The column that says which rows belong together; absent: rows are independent. */
  cluster?: ClusterColumn | undefined;
  /** Figures that gates may name besides the task's metrics, at a confidence. */
  figures?: ((metric: GateMetric, confidence: number) => readonly ComputedFigure[]) | undefined;
}

/**
 * Compares candidate and baseline on the same rows, row by row paired, and answers each gate: pass, fail or undecided.
 * Verdicts are stored under ids made from their content; a `verdict.given` event follows each new one.
 *
 * @example
 * const [verdict] = await decideGates(context, { runId, task, y, candidate, baseline, gates: gatesOf(config, task) });
 * verdict.sentence; // 'Pass: ROC-AUC is 0.1664 better than that of the majority baseline …'
 */
export async function decideGates(context: Context, input: DecideGates): Promise<Verdict[]> {
  const { task, y, gates, baseline, table, cluster, figures } = input;
  if (y.length === 0)
    throw new AirworthyError('EVALUATION_EMPTY', { message: 'there are no rows to compare on' });
  for (const gate of gates) checkGate(gate, task, figures !== undefined);
  const { kind, bundle } = baseline;
  const compared: Compared = {
    run: input.runId,
    task,
    candidate: toOutcomes(task, y, input.candidate, input.threshold),
    reference: toOutcomes(task, y, baseline.scores, baseline.threshold),
    against: { kind, ...(bundle === undefined ? {} : { bundle }) },
    table,
    clusters: table && cluster ? rowClusters(table, cluster) : undefined,
    figures,
  };
  const verdicts = gates.flatMap((gate) => decide(gate, compared));
  const added = await saveVerdicts(context, verdicts);
  for (const { id, outcome } of added) context.events.emit('verdict.given', { verdict: id, outcome });
  return verdicts;
}

interface Compared {
  run: string;
  task: Task;
  candidate: Outcomes;
  reference: Outcomes;
  against: Verdict['baseline'];
  table: Table | undefined;
  clusters: Clusters | undefined;
  figures: DecideGates['figures'];
}

/** What of the rows is judged: all of them, a slice, or a figure of theirs. */
interface Member {
  slice?: string;
  figureAt: FigureAt;
  /** A slice of too few rows, of which nothing is said. */
  tooFew: boolean;
}

function decide(gate: Gate, compared: Compared): Verdict[] {
  const members = membersOf(gate, compared);
  const judgeable = members.filter(({ tooFew }) => !tooFew);
  const judged = judgeFamily(
    gate,
    gate.confidence,
    judgeable.map(({ figureAt }) => figureAt),
  );
  const answers = new Map(judgeable.map((member, place) => [member, judged[place]]));
  const correction = judgeable.length > 1 ? `Holm over ${judgeable.length} slices` : undefined;
  return members.map((member) => {
    const unjudged = { figure: member.figureAt(gate.confidence), confidence: gate.confidence };
    const answer = answers.get(member) ?? { ...unjudged, judgement: { outcome: 'undecided' as const } };
    return verdictOf(gate, compared, { member, answer, correction });
  });
}

function membersOf(gate: Gate, compared: Compared): Member[] {
  const { metric } = gate;
  if (!isTaskMetric(metric)) {
    const figures = compared.figures ?? (() => []);
    return figures(metric, gate.confidence).map(({ of }) => ({
      slice: of,
      tooFew: false,
      figureAt: (confidence) => computedFigure(figures(metric, confidence).find((each) => each.of === of)),
    }));
  }
  if (gate.slices === undefined) {
    return [{ figureAt: (confidence) => rowFigure(gate, compared, confidence), tooFew: false }];
  }
  const { table, candidate, reference, clusters } = compared;
  if (!table) throw new TypeError('decideGates: gates on slices need the table');
  return gateSlices(table, gate.slices).map(({ column, value, rows }) => {
    const sliced = {
      ...compared,
      candidate: selectOutcomes(candidate, rows),
      reference: selectOutcomes(reference, rows),
      clusters: clusters && selectClusters(clusters, rows),
    };
    return {
      slice: `${column}=${value}`,
      tooFew: rows.length < FEWEST_IN_SLICE,
      figureAt: (confidence) => rowFigure(gate, sliced, confidence),
    };
  });
}

function verdictOf(
  gate: Gate,
  { run, task, against, clusters }: Compared,
  { member, answer, correction }: { member: Member; answer: JudgedFigure; correction: string | undefined },
): Verdict {
  const { figure, confidence, judgement } = answer;
  const known = Number.isFinite(figure.low) && Number.isFinite(figure.high);
  const content = {
    run,
    gate: gate.name ?? `${gate.metric} ${gate.rule}`,
    metric: gate.metric,
    rule: gate.rule,
    margin: 'margin' in gate ? gate.margin : gate.value,
    ...(member.slice === undefined ? {} : { slice: member.slice }),
    baseline: against,
    confidence,
    estimate: finite(figure.value),
    low: known ? figure.low : null,
    high: known ? figure.high : null,
    n: figure.n,
    ...(clusters ? { clusters: figure.units } : {}),
    method: figure.method,
    ...(correction === undefined ? {} : { correction }),
    ...(figure.p === undefined ? {} : { p: figure.p }),
    candidateValue: finite(figure.candidate),
    baselineValue: finite(figure.baseline),
    ...judgement,
    ...(member.tooFew ? { reason: 'insufficient', neededN: FEWEST_IN_SLICE } : {}),
    ...(gate.onUndecided === 'warn' ? { onUndecided: 'warn' as const } : {}),
  };
  const why = member.tooFew ? `a slice of ${figure.n} rows says nothing` : figure.reason;
  const sentence = sentenceOf({
    ...content,
    label: gateMetricLabel(gate.metric),
    unit: isTaskMetric(gate.metric) ? metricUnit(gate.metric, targetUnit(task)) : undefined,
    counted: 'rows',
    rival: rivalOf(against, task),
    why: known ? (member.tooFew ? why : undefined) : (why ?? 'too few or too uniform rows for an interval'),
  });
  return { id: idFromContent({ ...content, sentence }), ...content, sentence };
}

function rivalOf({ kind }: Verdict['baseline'], task: Task): string {
  if (kind === 'champion') return 'the champion';
  return task.kind === 'regression' ? 'the mean baseline' : 'the majority baseline';
}

/** The improvement over the baseline, or for a floor or ceiling the metric itself, the baseline's value beside it. */
function rowFigure({ metric, rule }: Gate, compared: Compared, confidence: number): GateFigure {
  if (!isTaskMetric(metric)) throw new TypeError(`${metric} is no metric of rows`);
  const { candidate, reference, clusters } = compared;
  const units = clusters?.count ?? candidate.y.length;
  if (isLevel(rule)) {
    const { value, low, high, n, method, reason } = estimateMetric(metric, candidate, confidence, clusters);
    const own = value ?? Number.NaN;
    const baseline = estimateMetric(metric, reference, confidence).value ?? Number.NaN;
    const interval = { low: low ?? Number.NaN, high: high ?? Number.NaN };
    return { value: own, ...interval, n, units, method, candidate: own, baseline, ...because(reason) };
  }
  const made = compareMetric(metric, candidate, reference, { confidence, clusters });
  const { improvement, low, high, n, method, p, undefinedBecause } = made;
  const values = { candidate: made.candidate, baseline: made.baseline };
  const pair = p === undefined ? {} : { p };
  return {
    value: improvement,
    low,
    high,
    n,
    units,
    method,
    ...pair,
    ...values,
    ...because(undefinedBecause),
  };
}

function computedFigure(figure: ComputedFigure | undefined): GateFigure {
  const value = figure?.value ?? Number.NaN;
  const n = figure?.n ?? 0;
  return {
    value,
    low: figure?.low ?? Number.NaN,
    high: figure?.high ?? Number.NaN,
    n,
    units: figure?.clusters ?? n,
    method: figure?.method ?? 'none',
    candidate: value,
    baseline: Number.NaN,
    ...because(figure?.reason),
  };
}

const because = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason });
