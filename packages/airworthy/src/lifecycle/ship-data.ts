import {
  addDataset,
  assertQuality,
  checkQuality,
  type DatasetVersion,
  type Finding,
  keptWholeBy,
  type Split,
  splitDataset,
} from '../data/index.ts';
import { count, plural } from '../kernel/figures.ts';
import type { Task } from '../models/table.ts';
import type { Project } from '../project/load-project.ts';
import { requireData } from '../project/require-data.ts';
import type { Context } from '../store/ports.ts';
import { chooseTask } from '../training/index.ts';
import { type StepResult, step } from './journal.ts';
import { REVISIONS } from './revisions.ts';
import type { StageReport } from './stage-report.ts';

/** What a model is trained and judged on. */
export interface TrainingData {
  version: DatasetVersion;
  split: Split;
  task: Task;
}

export interface ShippedData extends TrainingData {
  report: StageReport;
}

/**
 * Adds the dataset, splits it and checks it; findings of severity error end the ship here. Adding is not
 * journalled: the files may have changed, and the stage itself recognises content it has (unchanged files cost a
 * stat).
 */
export async function shipData(context: Context, project: Project): Promise<ShippedData> {
  const { config, folder } = project;
  const data = requireData(project);
  const { version, reused } = await addDataset(context, {
    name: project.dataset,
    config: data,
    folder,
  });
  const task = chooseTask(version, config.training.task);
  const split = await splitDataset(context, version, data.split);
  const { output: findings, skipped } = await check(context, project, version, split);
  assertQuality({ ...version, findings });
  return { version, split, task, report: describeData(version, split, findings, reused && skipped) };
}

function check(
  context: Context,
  project: Project,
  version: DatasetVersion,
  split: Split,
): Promise<StepResult<Finding[]>> {
  const rules = requireData(project).quality;
  // Whether data is fresh is another question every day.
  const dated = rules.some(({ rule }) => rule === 'freshness');
  const day = dated ? new Date(context.clock.now()).toISOString().slice(0, 10) : null;
  const inputs = { version: version.digest, split: split.digest, rules, day };
  return step(context, { work: 'ship', step: 'quality', revision: REVISIONS.quality, inputs }, () =>
    checkQuality(context, version, rules, split),
  );
}

function describeData(
  version: DatasetVersion,
  split: Split,
  findings: readonly Finding[],
  unchanged: boolean,
): StageReport {
  const { filters } = version.source;
  const warnings = findings.filter((finding) => finding.severity !== 'info');
  const parts = [
    `${count(version.rows)} rows, version ${version.number} (${version.digest.slice(0, 12)})`,
    `${count(split.roles.train)} to train on, ${count(split.roles.test)} held back${groupsHeld(split)}`,
    ...filters
      .filter((filter) => filter.excluded > 0)
      .map((filter) => `${count(filter.excluded)} excluded: ${filter.because}`),
    ...(warnings.length > 0 ? [`${plural(warnings.length, 'warning')}, see \`airworthy data check\``] : []),
  ];
  return {
    stage: 'data',
    unchanged,
    sentence: parts.join('; '),
    facts: {
      dataset: version.dataset,
      version: version.number,
      digest: version.digest,
      rows: version.rows,
      split: { digest: split.digest, ...split.roles, ...(split.groups ? { groups: split.groups } : {}) },
      filters: filters.map(({ keep, because, excluded }) => ({ keep, because, excluded })),
      findings,
    },
  };
}

function groupsHeld({ spec, groups }: Split): string {
  const column = keptWholeBy(spec);
  if (column === undefined || groups === undefined) return '';
  return ` (${count(groups.test)} of ${count(groups.train + groups.test)} values of "${column}")`;
}
