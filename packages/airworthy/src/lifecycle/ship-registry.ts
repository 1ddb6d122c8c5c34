import { AirworthyError } from '../kernel/errors.ts';
import { moment, plural } from '../kernel/figures.ts';
import type { Project } from '../project/load-project.ts';
import {
  openBundle,
  packBundle,
  type ReferenceProfile,
  readBundleFile,
  readReferenceProfile,
  registerVersion,
  setAlias,
} from '../registry/index.ts';
import type { Context } from '../store/ports.ts';
import { getRun } from '../tracking/index.ts';
import { readGraph, readHeldBack, readModel, readScores } from './candidate.ts';
import { findChampion, findFormerReign } from './champion.ts';
import { step } from './journal.ts';
import { REVISIONS } from './revisions.ts';
import { rollOutCandidate } from './rollouts/roll-out-candidate.ts';
import type { ShippedData, TrainingData } from './ship-data.ts';
import type { ShippedEvaluation } from './ship-evaluation.ts';
import type { ShippedTraining } from './ship-training.ts';
import type { StageReport } from './stage-report.ts';

export interface ShippedRegistry {
  /** Does the alias point to the candidate now? */
  promoted: boolean;
  report: StageReport;
}

/** A candidate packed and registered. */
export interface RegisteredCandidate {
  bundle: string;
  version: number;
  /** True where the journal had it and nothing was done. */
  unchanged: boolean;
}

/** What became of the alias, and why. */
export interface Decision {
  promoted: boolean;
  moved: boolean;
  reason: string;
  /** The rollout that decides instead, by id. */
  rollout?: string;
}

/**
 * Packs the candidate with its evidence and registers it, whatever the verdict: what failed is on file too. The
 * alias moves only when the gates pass. Where it points is looked up each time, because people move it as well.
 */
export async function shipRegistry(
  context: Context,
  project: Project,
  data: ShippedData,
  training: ShippedTraining,
  evaluation: ShippedEvaluation,
): Promise<ShippedRegistry> {
  const candidate = await registerCandidate(context, project, data, training, evaluation);
  const decision = await promote(context, project, training.run, candidate, evaluation);
  return {
    promoted: decision.promoted,
    report: describeRegistry(project, candidate, decision, await readBudget(context, candidate)),
  };
}

/** Packs and registers a judged candidate, once for the same evidence. */
export async function registerCandidate(
  context: Context,
  project: Project,
  data: ShippedData,
  training: ShippedTraining,
  evaluation: ShippedEvaluation,
): Promise<RegisteredCandidate> {
  const inputs = {
    run: training.run,
    report: evaluation.evidence.id,
    verdicts: evaluation.verdicts.map((verdict) => verdict.id),
    model: project.model,
    card: project.config.registry.card,
    drift: project.config.monitoring.drift,
  };
  const pack = () => packAndRegister(context, project, data, training.run, evaluation);
  const identity = { work: 'ship', step: 'registry', revision: REVISIONS.registry, inputs };
  const { output, skipped } = await step(context, identity, pack);
  // The journal knows what was done, not what became of the folder since.
  const repaired = skipped && !(await isWhole(context, output.bundle));
  if (repaired) await pack();
  return { ...output, unchanged: skipped && !repaired };
}

/** Are all files of the bundle there, as they were packed? */
async function isWhole(context: Context, bundle: string): Promise<boolean> {
  try {
    const { manifest } = await openBundle(context, bundle);
    for (const { path } of manifest.files) await readBundleFile(context, bundle, path);
    return true;
  } catch (error) {
    if (AirworthyError.is(error)) return false;
    throw error;
  }
}

async function packAndRegister(
  context: Context,
  project: Project,
  data: ShippedData,
  run: string,
  evaluation: ShippedEvaluation,
): Promise<Omit<RegisteredCandidate, 'unchanged'>> {
  const bundle = await packCandidate(context, project, data, run, evaluation);
  const version = await registerVersion(context, { model: project.model, bundle });
  return { bundle, version: version.number };
}

/** Packs what a run keeps as its candidate, with its evidence; returns the bundle's digest. */
export async function packCandidate(
  context: Context,
  project: Project,
  data: TrainingData,
  run: string,
  { evidence, verdicts }: Pick<ShippedEvaluation, 'evidence' | 'verdicts'>,
): Promise<string> {
  const model = await readModel(context, run);
  const onnx = await readGraph(context, run, model);
  const { digest } = await packBundle(context, {
    model,
    ...(onnx ? { onnx } : {}),
    run: await getRun(context, run),
    version: data.version,
    split: data.split,
    table: await readHeldBack(context, data),
    trainingScores: await readScores(context, run),
    report: evidence,
    verdicts,
    drift: project.config.monitoring.drift,
    card: project.config.registry.card,
    folder: project.folder,
  });
  return digest;
}

/** Moves the alias to a candidate whose gates pass, unless people took it off before; or begins to roll it out. */
export async function promote(
  context: Context,
  project: Project,
  run: string,
  candidate: Pick<RegisteredCandidate, 'bundle' | 'version'>,
  { outcome, verdicts }: ShippedEvaluation,
): Promise<Decision> {
  const champion = await findChampion(context, project);
  if (champion?.bundle === candidate.bundle)
    return { promoted: true, moved: false, reason: 'it is champion already' };
  if (outcome !== 'pass') {
    const against = verdicts.filter((verdict) => verdict.outcome === outcome);
    return {
      promoted: false,
      moved: false,
      reason: `${outcome}: ${against.map((verdict) => verdict.gate).join(', ')}`,
    };
  }
  const reign = await findFormerReign(context, project, run);
  if (reign) {
    return {
      promoted: false,
      moved: false,
      reason: `it was taken off on ${moment(reign.endedAt)} (${reign.reason}); promote it by hand if you want it back`,
    };
  }
  const { alias } = project.config.registry;
  const reason = verdicts.map((verdict) => verdict.sentence).join('; ') || 'no gate stands in its way';
  const rolledOut = await rollOutCandidate(context, project, candidate.version, reason);
  if (rolledOut) {
    const { rollout } = rolledOut;
    return { promoted: false, moved: false, reason: rolledOut.reason, ...(rollout ? { rollout } : {}) };
  }
  await setAlias(context, { model: project.model, alias, version: candidate.version, reason });
  return { promoted: true, moved: true, reason: 'its gates pass' };
}

type Budget = ReferenceProfile['budget'];

async function readBudget(context: Context, { bundle }: RegisteredCandidate): Promise<Budget> {
  return (await readReferenceProfile(context, bundle)).budget;
}

/** How often the watch over a model is expected to cry wolf. */
function describeBudget({ expected, days, windows, floors }: NonNullable<Budget>): string {
  const lines = expected === 0 ? 'no' : Number(expected.toPrecision(2));
  const raised = Object.keys(floors).length;
  const remarks = [
    ...(windows === 0 ? ['by chance alone: too few days to replay'] : []),
    ...(raised > 0 ? [`more effect is asked of ${plural(raised, 'column')}`] : []),
  ];
  const remark = remarks.length > 0 ? ` (${remarks.join('; ')})` : '';
  return `expect ${lines} false drift lines in ${days} days${remark}`;
}

function describeRegistry(
  project: Project,
  { bundle, version, unchanged }: RegisteredCandidate,
  { promoted, moved, reason }: Decision,
  budget: Budget,
): StageReport {
  const { alias } = project.config.registry;
  const name = `${project.model} version ${version} (bundle ${bundle.slice(0, 12)})`;
  const outcome = promoted ? `${name} is ${alias}` : `${name} is not ${alias}: ${reason}`;
  return {
    stage: 'registry',
    unchanged: unchanged && !moved,
    sentence: budget ? `${outcome}; ${describeBudget(budget)}` : outcome,
    facts: { model: project.model, version, bundle, alias, promoted, reason, budget },
  };
}
