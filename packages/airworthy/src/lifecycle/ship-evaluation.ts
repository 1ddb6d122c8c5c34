import { keptWholeBy, readTable } from '../data/index.ts';
import {
  combineOutcomes,
  constantScores,
  type DecideGates,
  decideGates,
  type EvaluationReport,
  evaluateModel,
  fairnessFigures,
  gatesOf,
  listVerdicts,
  readTarget,
  trivialOutput,
  type Verdict,
} from '../evaluation/index.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { count } from '../kernel/figures.ts';
import { type Table, targetUnit } from '../models/table.ts';
import type { Project } from '../project/load-project.ts';
import { openBundle, readBundleFile } from '../registry/index.ts';
import { showMetric } from '../stats/metric-names.ts';
import type { Context } from '../store/ports.ts';
import { haveSameModel, readHeldBack, readModel, readScores, scoreRows } from './candidate.ts';
import { findChampion, findFormerReign, runOfBundle } from './champion.ts';
import { step } from './journal.ts';
import { REVISIONS } from './revisions.ts';
import type { ShippedData } from './ship-data.ts';
import type { ShippedTraining } from './ship-training.ts';
import type { Outcome, StageReport } from './stage-report.ts';

export interface ShippedEvaluation {
  outcome: Outcome;
  /** The bundle the candidate was compared with; null for the trivial baseline. */
  baseline: string | null;
  evidence: EvaluationReport;
  verdicts: Verdict[];
  report: StageReport;
}

/** What the journal keeps of an evaluation. */
type EvaluationOutput = Pick<ShippedEvaluation, 'evidence' | 'verdicts'>;

/** Judges the candidate on the held-back rows, row by row against the champion, or the trivial baseline where there is none. */
export async function shipEvaluation(
  context: Context,
  project: Project,
  data: ShippedData,
  training: ShippedTraining,
): Promise<ShippedEvaluation> {
  const baseline = await chooseBaseline(context, project, training.run);
  const inputs = {
    run: training.run,
    version: data.version.digest,
    split: data.split.digest,
    evaluation: project.config.evaluation,
    baseline,
  };
  const identity = { work: 'ship', step: 'evaluation', revision: REVISIONS.evaluation, inputs };
  const { output, skipped } = await step(context, identity, () =>
    evaluate(context, project, data, training.run, baseline),
  );
  const outcome = combineOutcomes(output.verdicts);
  return { ...output, outcome, baseline, report: describeEvaluation(output, data, outcome, skipped) };
}

/**
 * The champion's bundle, or null where there is none. A candidate that is the champion, or was, keeps the
 * baseline it was first judged against: compared with itself it could never be better. So does one that another
 * search found again, byte for byte.
 */
async function chooseBaseline(context: Context, project: Project, run: string): Promise<string | null> {
  const champion = await findChampion(context, project);
  const reigning = champion && (await runOfBundle(context, champion.bundle));
  if (reigning !== undefined && (await haveSameModel(context, reigning, run)))
    return (await firstBaseline(context, reigning)) ?? null;
  const former = await findFormerReign(context, project, run);
  const first = former && (await firstBaseline(context, run));
  return first === undefined ? (champion?.bundle ?? null) : first;
}

/** What the run's oldest verdict compared it with; undefined where it has none. */
async function firstBaseline(context: Context, run: string): Promise<string | null | undefined> {
  const [oldest] = await listVerdicts(context, run);
  return oldest && (oldest.baseline.bundle ?? null);
}

async function evaluate(
  context: Context,
  project: Project,
  data: ShippedData,
  run: string,
  baseline: string | null,
): Promise<EvaluationOutput> {
  const { version, split, task } = data;
  const { evaluation: config } = project.config;
  const { threshold } = await readModel(context, run);
  const table = await readHeldBack(context, data);
  const scores = await readScores(context, run);
  const trivial = await fitTrivial(context, data);
  const cluster = clusterOf(project, data, table);
  const asked = { runId: run, task, table, cluster, ...(threshold === undefined ? {} : { threshold }) };
  const evidence = await evaluateModel(context, {
    ...asked,
    ...{ version, split, role: 'test', scores, config, trivial },
  });
  const y = readTarget(table, task);
  const figures =
    config.fairness &&
    fairnessFigures({ config: config.fairness, task, table, y, scores, threshold, cluster });
  const verdicts = await decideGates(context, {
    ...asked,
    ...{ y, figures, candidate: scores },
    baseline:
      baseline === null
        ? { kind: 'majority', scores: constantScores(trivial, table.rows) }
        : await scoreChampion(context, baseline, data, table),
    gates: gatesOf(config, task),
  });
  return { evidence, verdicts };
}

/** Rows that were not split apart are not independent: by the config's own column, else by that which the split keeps whole. */
function clusterOf({ config }: Project, { split }: ShippedData, table: Table): DecideGates['cluster'] {
  const declared = config.evaluation.cluster;
  if (declared !== undefined) return { column: declared, declared: true };
  for (const spec of [split.spec, config.data?.split]) {
    const column = spec && keptWholeBy(spec);
    if (column !== undefined && column in table.columns) return { column, declared: false };
  }
  return undefined;
}

/** The trivial baseline as the training rows teach it: class shares, or the mean. */
async function fitTrivial(context: Context, { version, split, task }: ShippedData): Promise<number[]> {
  const table = await readTable(context, version, { columns: [task.target], split, role: 'train' });
  return trivialOutput(task, readTarget(table, task));
}

/** The champion's scores on the very rows the candidate is judged on. */
async function scoreChampion(
  context: Context,
  bundle: string,
  { task }: ShippedData,
  table: Table,
): Promise<DecideGates['baseline']> {
  const { model } = await openBundle(context, bundle);
  const name = `the champion (bundle ${bundle.slice(0, 12)})`;
  if (classesOf(model.task) !== classesOf(task)) {
    throw new AirworthyError('CHAMPION_NOT_COMPARABLE', {
      message: `${name} predicts ${describeTask(model.task)}, the candidate ${describeTask(task)}`,
    });
  }
  const lacking = model.fields.filter((field) => !(field.name in table.columns)).map((field) => field.name);
  if (lacking.length > 0) {
    throw new AirworthyError('CHAMPION_NOT_COMPARABLE', {
      message: `${name} needs ${lacking.join(', ')}, which the dataset no longer has`,
      facts: { lacking },
    });
  }
  const { threshold } = model;
  return {
    kind: 'champion',
    bundle,
    scores: await scoreRows(context, model, () => readBundleFile(context, bundle, 'model.onnx'), table),
    ...(threshold === undefined ? {} : { threshold }),
  };
}

function classesOf(task: ShippedData['task']): string {
  return task.kind === 'regression' ? task.kind : JSON.stringify([task.kind, task.classes]);
}

function describeTask(task: ShippedData['task']): string {
  return task.kind === 'regression'
    ? `the number "${task.target}"`
    : `"${task.target}" as one of ${task.classes.join(', ')}`;
}

function describeEvaluation(
  { evidence, verdicts }: EvaluationOutput,
  { task }: ShippedData,
  outcome: Outcome,
  skipped: boolean,
): StageReport {
  const primary = evidence.metrics.find((metric) => metric.name === evidence.primary);
  const score = primary
    ? `${showMetric(primary.name, primary, targetUnit(task))} on ${count(primary.n)} held-back rows; `
    : '';
  return {
    stage: 'evaluation',
    unchanged: skipped,
    sentence: `${score}${verdicts.map((verdict) => verdict.sentence).join('; ')}`,
    facts: { outcome, report: evidence.id, metrics: evidence.metrics, verdicts },
  };
}
