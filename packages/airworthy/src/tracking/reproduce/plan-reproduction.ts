import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { readArtifact } from '../artifacts/read-artifact.ts';
import { listRunFiles, readCapture } from '../capture/read-capture.ts';
import type { Capture, CaptureStart } from '../capture/schema.ts';
import { git, hasCommit } from './git.ts';
import { compareFacts } from './list-differences.ts';
import { planInputs, planUntracked } from './plan-files.ts';
import { planFolder } from './plan-folder.ts';
import { planInstall } from './plan-install.ts';
import type { ProbedEnvironment, ProbeEnvironment } from './probed-environment.ts';
import type { Difference, NeededFile, ReproductionPlan } from './schema.ts';

export interface PlanOptions {
  /** A folder of the repository on this machine, where it is not where the run found it. */
  folder: string;
  /** Take files and variables as they are now, not as they are on record. */
  useCurrent: boolean;
  probe: ProbeEnvironment;
}

/**
 * What running a captured run again takes, and what is otherwise than it was; changes nothing. Throws RUN_NOT_FOUND,
 * or RUN_NOT_CAPTURED for a run without a command on record.
 */
export async function planReproduction(
  context: Context,
  run: string,
  options: PlanOptions,
): Promise<ReproductionPlan> {
  const { start, level, end } = await requireCapture(context, run);
  const source = await findSource(start, options.folder);
  const root = source.repository ?? existing(start.repository) ?? source.copied;
  const fileOptions = { root, useCurrent: options.useCurrent };
  const untracked = await planUntracked(context, start, fileOptions);
  const known = new Set([
    ...(await listTracked(source.repository, start.commit)),
    ...(await listChanged(context, run, start.diff)),
    ...start.untracked.map(({ path }) => path),
  ]);
  const inputs = await planInputs(context, await listRunFiles(context, run), known, fileOptions);
  const copied = source.copied === null ? [] : await planFolder(source.copied, inputs.files);
  const probed = await options.probe(start, root);
  const plan = { source, untracked, inputs, start };
  return {
    run,
    argv: start.argv,
    root: start.repository ?? start.folder,
    folder: isAbsolute(start.folder) ? '' : start.folder,
    source,
    untracked: [...untracked.files, ...copied],
    inputs: inputs.files,
    ...planInstall(start, root),
    environment: options.useCurrent ? {} : environmentOf(start),
    differences: [
      ...inputs.differences,
      ...untracked.differences,
      ...environmentDifferences(start, probed),
      ...(options.useCurrent ? variableDifferences(start) : []),
    ],
    missing: listMissing(plan),
    notes: listNotes({ start, level, end }, probed),
  };
}

/** Throws RUN_NOT_FOUND, or RUN_NOT_CAPTURED for a run without a command on record. */
export async function requireCapture(
  context: Context,
  run: string,
): Promise<Capture & { start: CaptureStart }> {
  const capture = await readCapture(context, run);
  if (capture?.start) return { ...capture, start: capture.start };
  throw new AirworthyError('RUN_NOT_CAPTURED', { message: `run "${run}" has no command on record` });
}

/** The repository here that has the commit: where the run found it, else where the person stands. */
async function findSource(start: CaptureStart, folder: string): Promise<ReproductionPlan['source']> {
  const { commit, diff, submodules, repository } = start;
  const source = { repository: null, remote: null, commit, diff, submodules, copied: null };
  if (repository === null) return { ...source, copied: existing(start.folder) };
  if (commit === null) return source;
  const standing = (await git(folder, ['rev-parse', '--show-toplevel'])).out;
  for (const candidate of [repository, standing])
    if (candidate && existsSync(candidate) && (await hasCommit(candidate, commit)))
      return { ...source, repository: candidate };
  return { ...source, remote: start.remote };
}

function existing(path: string | null): string | null {
  return path !== null && existsSync(path) ? path : null;
}

async function listTracked(repository: string | null, commit: string | null): Promise<string[]> {
  if (repository === null || commit === null) return [];
  const { out } = await git(repository, ['ls-tree', '-r', '-z', '--name-only', commit]);
  return out.split('\0').filter((path) => path !== '');
}

/** Files in the uncommitted changes: new ones are not in the commit. */
async function listChanged(context: Context, run: string, diff: string | null): Promise<string[]> {
  if (diff === null) return [];
  const changes = await readArtifact(context, run, diff);
  const { out } = await git(tmpdir(), ['apply', '--numstat', '-z', '-'], changes);
  return out.split('\0').map((line) => line.split('\t').slice(2).join('\t'));
}

/** Those on record, but for the ones that the recorder sets anew. */
function environmentOf({ environment, injected, threads }: CaptureStart): Record<string, string> {
  const own = Object.entries(environment).filter(([name]) => !injected.includes(name));
  return { ...Object.fromEntries(own), ...threads };
}

function variableDifferences(start: CaptureStart): Difference[] {
  const before = environmentOf(start);
  const now = Object.fromEntries(Object.keys(before).map((name) => [name, process.env[name] ?? null]));
  return compareFacts('environment', before, now);
}

function environmentDifferences(start: CaptureStart, probed: ProbedEnvironment): Difference[] {
  const { interpreter } = start;
  const version =
    interpreter?.version == null || probed.version === null
      ? []
      : compareFacts(
          'interpreter',
          { [interpreter.name]: interpreter.version },
          { [interpreter.name]: probed.version },
        );
  if (probed.packages === null) return version;
  const recorded = Object.fromEntries(start.packages.map((entry) => [entry.name, entry.version]));
  const now = probed.packages;
  // What was installed since and is not on record may not even be imported.
  const present = Object.fromEntries(Object.keys(recorded).map((name) => [name, now[name] ?? null]));
  return [...compareFacts('package', recorded, present), ...version];
}

function listMissing({
  start,
  source,
  untracked,
  inputs,
}: {
  start: CaptureStart;
  source: ReproductionPlan['source'];
  untracked: { files: NeededFile[] };
  inputs: { files: NeededFile[] };
}): string[] {
  const gone = ({ files }: { files: NeededFile[] }) => files.filter(({ from }) => from === 'missing');
  const { commit } = start;
  return [
    ...(commit !== null && source.repository === null && source.remote === null
      ? [`commit ${commit.slice(0, 12)} is in no repository here, and no remote is on record`]
      : []),
    ...(start.repository === null && source.copied === null
      ? [`the folder ${start.folder} is gone, and its code is not on record: it was in no git repository`]
      : []),
    ...gone(untracked).map(({ path }) => `untracked file ${path} is gone, and its bytes were not kept`),
    ...gone(inputs).map(({ path }) => `input ${path} is gone, and its bytes were not kept`),
    ...(start.argv.some((argument) => argument.includes('***'))
      ? ['the command line held a secret, which is not on record']
      : []),
    ...(start.stdin === null
      ? []
      : ['the command read its standard input, of which only the digest is on record']),
  ];
}

function listNotes(
  { start, level, end }: Pick<Capture, 'level' | 'end'> & { start: CaptureStart },
  probed: ProbedEnvironment,
): string[] {
  return [
    ...(level === 'complete'
      ? []
      : [`the capture is ${level}: ${end?.reasons.join('; ') || 'it did not end'}`]),
    ...start.notes,
    ...(probed.packages === null && start.packages.length > 0
      ? ['the packages installed now were not listed, so only the run itself will show whether they differ']
      : []),
  ];
}
