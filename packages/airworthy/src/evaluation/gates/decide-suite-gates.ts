import { normalSurvivalQuantile } from '../../stats/distributions/normal.ts';
import { criticalZ } from '../../stats/intervals.ts';
import { finite } from '../measuring/estimate-sample.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import type { SuiteVerdict } from '../report/schema.ts';
import { finishVerdict } from './finish-verdict.ts';
import type { SuiteGateInput } from './gate-input.ts';
import { type JudgedFigure, judgeFamily, judgeFigure } from './judge-family.ts';
import { type Refusal, refusalOf, stoppedRefusal } from './refusals.ts';
import { decideRegression } from './regression-gates.ts';
import { type FigureSource, gateFigure, missingEnds } from './sample-figures.ts';
import type { Outcome, SuiteGate } from './schema.ts';
import { isLevel, sentenceOf } from './verdict-sentence.ts';
import { describeWorst, findWorstSlice } from './worst-slice.ts';

/**
 * Answers the gates of a suite for one task, from samples alone: pass, fail, undecided, or error where a gate cannot be judged at all.
 * A regression suite asks besides that every case passes. Pure: the same samples give the same verdicts.
 *
 * @example
 * const [verdict] = decideSuiteGates({ ...task, gates: [SuiteGate.parse({ metric: 'exact', rule: 'no-worse-than', margin: 0.03 })] });
 * verdict.sentence; // 'Pass: exact is 0.010 better than that of the baseline "main" (95 % interval …'
 */
export function decideSuiteGates(input: SuiteGateInput): SuiteVerdict[] {
  const asked = input.gates.flatMap((gate) => decideGate(input, gate));
  return input.role === 'regression' ? [...decideRegression(input), ...asked] : asked;
}

/** The same for gates with `onUndecided: 'extend'` alone: what is asked after every few cases. */
export function decideSequentially(input: SuiteGateInput): SuiteVerdict[] {
  const gates = input.gates.filter(({ onUndecided }) => onUndecided === 'extend');
  return decideSuiteGates({ ...input, role: 'dev', gates });
}

/** What is judged: all cases, or one slice. */
interface Target {
  slice: string;
  source: FigureSource;
  refusal: Refusal | undefined;
}

function decideGate(input: SuiteGateInput, gate: SuiteGate): SuiteVerdict[] {
  const candidate = input.samples.get(gate.metric);
  if (!candidate) throw new TypeError(`decideSuiteGates: there is no sample of the metric "${gate.metric}"`);
  const targets = targetsOf(input, gate, candidate);
  const judgeable = targets.filter(({ refusal }) => !refusal?.isFinal);
  const confidence = confidenceOf(input, gate);
  const judged = judgeFamily(
    gate,
    confidence,
    judgeable.map(
      ({ source }) =>
        (at: number) =>
          gateFigure(source, at),
    ),
  );
  const found = new Map(judgeable.map((target, place) => [target, judged[place]]));
  const after = gate.slices === undefined ? worstOf(input, gate, candidate, confidence) : [];
  const correction = correctionOf(input, judgeable.length);
  return targets.map((target) => {
    const answer = found.get(target) ?? {
      figure: gateFigure(target.source, confidence),
      confidence,
      judgement: { outcome: 'undecided' as const },
    };
    return verdictOf(input, gate, { target, answer, correction, after });
  });
}

/** A look at held-out rows may be wrong with its part of alpha only. */
function confidenceOf({ looks }: SuiteGateInput, gate: SuiteGate): number {
  return looks ? 1 - (1 - gate.confidence) / looks.budget : gate.confidence;
}

function correctionOf({ looks }: SuiteGateInput, slices: number): string | undefined {
  const parts = [
    ...(slices > 1 ? [`Holm over ${slices} slices`] : []),
    ...(looks ? [`alpha / ${looks.budget} looks`] : []),
  ];
  return parts.length === 0 ? undefined : parts.join(', ');
}

function targetsOf(input: SuiteGateInput, gate: SuiteGate, candidate: MetricSample): Target[] {
  const { baseline, plannedCases } = input;
  const sample = baseline?.samples.get(gate.metric);
  const source: FigureSource = {
    rule: gate.rule,
    candidate,
    ...(baseline && sample ? { baseline: { sample, pairs: baseline.pairs } } : {}),
    ...(gate.onUndecided === 'extend'
      ? { sequence: { plannedCases: plannedCases ?? candidate.n, margin: marginOf(gate) } }
      : {}),
  };
  if (gate.slices === undefined) {
    return [{ slice: 'overall', source, refusal: refusalOf(input, gate, source) }];
  }
  const chosen = input.slices.filter(
    ({ name, column }) => gate.slices?.includes(name) || gate.slices?.includes(column),
  );
  if (chosen.length === 0) throw new TypeError(`decideSuiteGates: no case is in ${gate.slices.join(', ')}`);
  return chosen.map(({ name, rows }) => {
    const sliced = { ...source, rows };
    return { slice: name, source: sliced, refusal: refusalOf(input, gate, sliced) };
  });
}

export const marginOf = (gate: SuiteGate): number => ('margin' in gate ? gate.margin : gate.value);

interface Answered {
  target: Target;
  answer: JudgedFigure;
  correction: string | undefined;
  after: readonly string[];
}

function verdictOf(input: SuiteGateInput, gate: SuiteGate, answered: Answered): SuiteVerdict {
  const { target, answer, correction, after } = answered;
  const { figure, confidence } = answer;
  const refusal = target.refusal ?? refusalAfter(input, gate, target, answer);
  const outcome: Outcome = refusal?.outcome ?? answer.judgement.outcome;
  const isUndecided = outcome === 'undecided';
  const neededN = isUndecided ? (refusal ? refusal.neededN : answer.judgement.neededN) : undefined;
  const cost = input.costPerCase ?? undefined;
  const neededCost = neededN === undefined || cost === undefined ? undefined : neededN * cost;
  const reason = refusal?.reason ?? (isUndecided && figure.reason !== undefined ? 'too-few' : undefined);
  const margin = marginOf(gate);
  const facts = {
    gate: gate.name ?? `${gate.metric} ${gate.rule}`,
    metric: gate.metric,
    rule: gate.rule,
    margin,
    slice: target.slice,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    estimate: finite(figure.value),
    low: finite(figure.low),
    high: finite(figure.high),
    confidence,
    n: figure.n,
    clusters: figure.units,
    method: figure.method,
    ...(correction === undefined ? {} : { correction }),
    ...(figure.p === undefined ? {} : { p: figure.p }),
    candidateValue: finite(figure.candidate),
    baselineValue: finite(figure.baseline),
    detectable: detectableOf(gate, answer),
    ...(neededN === undefined ? {} : { neededN }),
    ...(neededCost === undefined ? {} : { neededCost }),
    onUndecided: gate.onUndecided,
  };
  const { metric, clustered } = target.source.candidate;
  const sentence = sentenceOf({
    ...facts,
    ...{ label: metric.label ?? metric.name, unit: metric.unit, counted: 'cases' },
    ...{ clusters: clustered ? figure.units : undefined, slice: sliceName(target.slice) },
    rival: input.baseline
      ? (input.baseline.called ?? `the baseline "${input.baseline.name}"`)
      : 'the baseline',
    why: refusal?.why ?? figure.reason,
    after,
  });
  return finishVerdict(input, { ...facts, sentence });
}

const sliceName = (slice: string): string | undefined => (slice === 'overall' ? undefined : slice);

/** A decided gate stays so only if no missing score could turn it. */
function refusalAfter(
  { stopped }: SuiteGateInput,
  gate: SuiteGate,
  { source }: Target,
  { judgement, confidence }: JudgedFigure,
): Refusal | undefined {
  if (judgement.outcome === 'undecided') return stopped === undefined ? undefined : stoppedRefusal(stopped);
  const ends = missingEnds(source);
  if (ends === undefined) return undefined;
  const stays =
    ends !== 'unknown' &&
    ends.every((end) => judgeFigure(gate, gateFigure(end, confidence)).outcome === judgement.outcome);
  if (stays) return undefined;
  return {
    outcome: 'undecided',
    reason: 'missing-scores',
    why: 'cases without a score could turn it',
    isFinal: false,
  };
}

/** The distance from what is asked that so many cases decide on with the gate's power. */
function detectableOf({ power }: SuiteGate, { figure, confidence }: JudgedFigure): number | null {
  const half = (figure.high - figure.low) / 2;
  if (!Number.isFinite(half)) return null;
  return half * (1 + normalSurvivalQuantile(1 - power) / criticalZ(confidence));
}

function worstOf(
  input: SuiteGateInput,
  gate: SuiteGate,
  candidate: MetricSample,
  confidence: number,
): readonly string[] {
  const sample = input.baseline?.samples.get(gate.metric);
  if (!isLevel(gate.rule) && !sample) return [];
  const baseline = input.baseline && sample ? { sample, pairs: input.baseline.pairs } : undefined;
  const worst = findWorstSlice({ rule: gate.rule, candidate, baseline }, input.slices, confidence);
  return worst ? [describeWorst(worst, gate.rule, candidate.metric)] : [];
}
