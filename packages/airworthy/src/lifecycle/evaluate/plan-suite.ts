import {
  findSuiteEvaluation,
  type GatePlan,
  type PlanAssumptions,
  type PlanGates,
  planGates,
  readEvidence,
  type Suite,
} from '../../evaluation/index.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import { type PreparedEvaluation, prepareEvaluation } from './prepare-evaluation.ts';

/** What the gates of a suite can decide, before anything is spent. */
export interface SuitePlan {
  suite: string;
  cases: number;
  clusters: number;
  trials: number;
  /** The evaluation that variances and costs are from; null: all is assumed. */
  from: { number: number; task: string } | null;
  costPerCase: number | null;
  gates: GatePlan[];
}

export interface PlanSuite {
  env: Readonly<Record<string, string | undefined>>;
  assumed?: Partial<PlanAssumptions>;
  /** Cases there are to be, where not as many as there are. */
  cases?: number | undefined;
}

/**
 * Opens a suite as an evaluation would, calls nothing, and says what its gates could decide: from what the cases of its newest
 * evaluation varied by, or from assumptions where there was none. Throws what is wrong with the suite.
 */
export async function planSuite(
  context: Context,
  project: Project,
  suite: Suite,
  { env, assumed = {}, cases: wanted }: PlanSuite,
): Promise<SuitePlan> {
  const prepared = await prepareEvaluation(context, project, suite, { env });
  try {
    const { clusters, slices } = await countGroups(prepared);
    const { cases } = prepared.cases;
    const n = wanted ?? cases;
    const scaled = (count: number) => Math.max(1, Math.round((count * n) / cases));
    const { from, costPerCase, ...known } = await readNewest(context, suite.name);
    const plans = planGates({
      ...known,
      gates: suite.gates.filter(({ metric }) => metricsOf(prepared).some(({ name }) => name === metric)),
      metrics: metricsOf(prepared),
      ...{ n, clusters: scaled(clusters), costPerCase, assumed },
      slices: slices.map((slice) => ({ ...slice, n: scaled(slice.n), clusters: scaled(slice.clusters) })),
    });
    return { suite: suite.name, cases, clusters, trials: suite.trials, from, costPerCase, gates: plans };
  } finally {
    for (const task of prepared.tasks) await task.close?.();
    await prepared.models.close({ whole: false });
  }
}

const metricsOf = ({ scorers }: PreparedEvaluation) => scorers.flatMap(({ metrics }) => metrics);

/** Clusters of all cases, and cases and clusters of each slice, in one pass. */
async function countGroups({ cases }: PreparedEvaluation) {
  const all = new Set<string>();
  const found = new Map<string, { column: string; n: number; clusters: Set<string> }>();
  for await (const { id, cluster, slices } of cases.rows()) {
    all.add(cluster ?? id);
    for (const [column, value] of Object.entries<string>(JSON.parse(slices))) {
      const name = `${column}=${value}`;
      const slice = found.get(name) ?? { column, n: 0, clusters: new Set() };
      slice.n += 1;
      slice.clusters.add(cluster ?? id);
      found.set(name, slice);
    }
  }
  const slices = [...found].map(([name, { clusters, ...slice }]) => ({
    ...slice,
    name,
    clusters: clusters.size,
  }));
  return { clusters: all.size, slices };
}

type Known = Pick<PlanGates, 'samples' | 'baseline'> & Pick<SuitePlan, 'from' | 'costPerCase'>;

/** What the newest finished evaluation of the suite showed. */
async function readNewest(context: Context, suite: string): Promise<Known> {
  // How held-out cases vary is for their gates alone.
  const evaluation = await findSuiteEvaluation(context, suite, undefined, 'held-out');
  if (evaluation?.state !== 'finished' || !evaluation.report) return { from: null, costPerCase: null };
  const evidence = await readEvidence(context, evaluation);
  const one = evidence.find(({ reference }) => reference !== undefined) ?? evidence[0];
  const { task, samples, reference } = one;
  const byName = (all: typeof samples) => new Map(all.map((sample) => [sample.metric.name, sample]));
  const cost = evaluation.report.tasks.find(({ name }) => name === task.name)?.cost ?? null;
  return {
    from: { number: evaluation.number, task: task.name },
    costPerCase: cost === null ? null : cost / evaluation.cases,
    samples: byName(samples),
    ...(reference ? { baseline: { samples: byName(reference.samples), pairs: reference.pairs } } : {}),
  };
}
