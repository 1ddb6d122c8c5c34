import { AirworthyError } from '../kernel/errors.ts';
import { idFromContent } from '../kernel/ids.ts';
import type { Task } from '../models/table.ts';
import { higherIsBetter } from '../stats/metric-names.ts';
import type { Outcomes } from '../stats/outcomes.ts';
import type { Context } from '../store/ports.ts';
import { compareMetric } from './compare-metric.ts';
import { estimateMetric } from './estimate-metric.ts';
import { judge } from './judge.ts';
import { toOutcomes } from './read-outcomes.ts';
import type { Gate, Verdict } from './schema.ts';
import { checkSuitable } from './select-metrics.ts';
import { saveVerdicts } from './stored-evaluations.ts';
import { sentenceOf } from './verdict-sentence.ts';

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
  const { task, y, gates, baseline } = input;
  if (y.length === 0)
    throw new AirworthyError('EVALUATION_EMPTY', { message: 'there are no rows to compare on' });
  for (const gate of gates) checkSuitable(gate.metric, task, 'evaluation.gates');
  const candidate = toOutcomes(task, y, input.candidate, input.threshold);
  const reference = toOutcomes(task, y, baseline.scores, baseline.threshold);
  const verdicts = gates.map((gate) => {
    const { kind, bundle } = baseline;
    const against = { kind, ...(bundle === undefined ? {} : { bundle }) };
    return decide(input.runId, gate, { task, candidate, reference, against });
  });
  const added = await saveVerdicts(context, verdicts);
  for (const { id, outcome } of added) context.events.emit('verdict.given', { verdict: id, outcome });
  return verdicts;
}

interface Compared {
  task: Task;
  candidate: Outcomes;
  reference: Outcomes;
  against: Verdict['baseline'];
}

function decide(run: string, gate: Gate, compared: Compared): Verdict {
  const evidence = gate.rule === 'at-least' ? ownEvidence(gate, compared) : pairedEvidence(gate, compared);
  const { estimate, low, high, n } = evidence;
  const judgement =
    estimate === null || low === null || high === null
      ? { outcome: 'undecided' as const }
      : judge(gate, { estimate, low, high, n, higherIsBetter: higherIsBetter(gate.metric) });
  const { reason, ...facts } = evidence;
  const content = {
    run,
    gate: gate.name ?? `${gate.metric} ${gate.rule}`,
    metric: gate.metric,
    rule: gate.rule,
    margin: gate.rule === 'at-least' ? gate.value : gate.margin,
    baseline: compared.against,
    confidence: gate.confidence,
    ...facts,
    ...judgement,
  };
  const sentence = sentenceOf(content, compared.task, reason);
  return { id: idFromContent({ ...content, sentence }), ...content, sentence };
}

type Facts = Pick<
  Verdict,
  'estimate' | 'low' | 'high' | 'n' | 'method' | 'p' | 'candidateValue' | 'baselineValue'
> & {
  /** Why there is no estimate or interval. */
  reason?: string;
};

function pairedEvidence({ metric, confidence }: Gate, { candidate, reference }: Compared): Facts {
  const made = compareMetric(metric, candidate, reference, confidence);
  const { n, method, p, undefinedBecause: reason } = made;
  const known = Number.isFinite(made.low) && Number.isFinite(made.high);
  return {
    estimate: finite(made.improvement),
    low: known ? made.low : null,
    high: known ? made.high : null,
    n,
    method,
    ...(p === undefined ? {} : { p }),
    candidateValue: finite(made.candidate),
    baselineValue: finite(made.baseline),
    ...(known ? {} : { reason: reason ?? 'too few or too uniform rows for an interval' }),
  };
}

/** For a floor the candidate stands alone; the baseline's value is shown beside it. */
function ownEvidence({ metric, confidence }: Gate, { candidate, reference }: Compared): Facts {
  const { value, low, high, n, method, reason } = estimateMetric(metric, candidate, confidence);
  const baselineValue = estimateMetric(metric, reference, confidence).value;
  const facts = { estimate: value, low, high, n, method, candidateValue: value, baselineValue };
  return reason === undefined ? facts : { ...facts, reason };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
