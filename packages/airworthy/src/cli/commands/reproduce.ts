import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { PreparedReproduction, ReproduceConfig, Reproduction } from '../../tracking/index.ts';
import { askServer, runningServer } from '../ask-server.ts';
import { recordCommand, shellCode } from '../capture/record-command.ts';
import type { RecordingResult } from '../capture/recorded-command.ts';
import type { Call, CommandSpec } from '../command.ts';

interface Options {
  dryRun?: boolean;
  install?: boolean;
  keep?: boolean;
  useCurrent?: boolean;
  tolerance?: number;
}

export const reproduce: CommandSpec = {
  usage: 'reproduce <run>',
  summary: 'run a recorded run again, and see whether the same comes out',
  about:
    'Makes the tree of the run in a folder of its own, from its commit, its uncommitted changes and the files that git did not know, checks its inputs by digest, its interpreter and packages, runs the command again under the same recorder, and compares outputs and metrics. The verdict is kept with both runs. A run that `airworthy ship` made is trained again from its dataset version, split and settings.',
  options: [
    { flags: '--dry-run', about: 'say what it would take, and do nothing' },
    {
      flags: '--install',
      about: 'install what is locked into the tree, instead of borrowing what is installed',
    },
    { flags: '--keep', about: 'leave the tree where it is' },
    {
      flags: '--use-current',
      about: 'take files and variables as they are now, also where the record has them',
    },
    {
      flags: '--tolerance <share>',
      about: 'how far numbers may be apart, relative (default: tracking.reproduce.tolerance)',
      parse: readTolerance,
    },
  ],
  examples: [
    [
      'airworthy reproduce 0123456789abcdef0123456789abcdef --dry-run',
      'what differs from the record, and what is missing',
    ],
    ['airworthy reproduce 0123456789abcdef0123456789abcdef', 'identical, equivalent or diverged'],
    ['airworthy reproduce 0123456789abcdef0123456789abcdef --tolerance 1e-6', 'for single precision'],
  ],
  exits: [[EXIT.gateFailed, 'diverged']],
  // Only what a ship trained is trained through it; a command runs where the person stands.
  writes: 'through server',
  tracks: true,
  async run(call) {
    const options = call.options as Options;
    const begun = await begin(call, options);
    if (typeof begun === 'number') return begun;
    const { describeReproduction } = await import('../reproduce/describe-reproduction.ts');
    const tree = begun.tree ?? null;
    call.print({ ...begun.reproduction, tree }, () => describeReproduction(begun.reproduction, tree));
    return begun.reproduction.verdict.verdict === 'diverged' ? EXIT.gateFailed : EXIT.ok;
  },
};

interface Done {
  reproduction: Reproduction;
  tree?: string;
}

function readTolerance(text: string): number {
  const tolerance = Number(text);
  if (text.trim() !== '' && tolerance >= 0 && tolerance <= 1) return tolerance;
  throw new AirworthyError('BAD_ARGUMENT', { message: `--tolerance ${text} is no number from 0 to 1` });
}

/** An exit code where it did not come to a verdict. */
async function begin(call: Call, options: Options): Promise<Done | number> {
  const run = call.args[0] as string;
  if (await isTrained(call, run))
    return options.dryRun ? planTraining(call, run) : trainAgain(call, run, options);
  await using app = await call.readApp();
  const prepared = await prepare(call, app, run, options);
  if (prepared === undefined) return EXIT.ok;
  try {
    const { run: again, exit } = await record(call, app, prepared);
    if (wasStopped(exit)) {
      call.terminal.err(`airworthy: run ${again} was stopped, so there is no verdict`);
      return shellCode(exit);
    }
    const reproduction = await judge(call, { ...prepared, again, config: configOf(app, options) });
    return options.keep ? { reproduction, tree: prepared.tree.root } : { reproduction };
  } finally {
    if (!options.keep) await prepared.tree.remove();
  }
}

/** By `airworthy ship`, and not by a command that was recorded. */
async function isTrained(call: Call, run: string): Promise<boolean> {
  const { getRun, readCapture } = await import('../../tracking/index.ts');
  const { isTrainingRun } = await import('../../lifecycle/reproduce-training.ts');
  await using app = await call.readApp();
  const details = await getRun(app.context, run);
  return (await readCapture(app.context, run)) === null && isTrainingRun(details);
}

function configOf(app: App, { tolerance }: Options): ReproduceConfig {
  const config = app.project.config.tracking.reproduce;
  return tolerance === undefined ? config : { ...config, tolerance };
}

async function planTraining(call: Call, run: string): Promise<number> {
  const [{ planTraining: plan }, { describeDifference, getRun }] = await Promise.all([
    import('../../lifecycle/reproduce-training.ts'),
    import('../../tracking/index.ts'),
  ]);
  await using app = await call.readApp();
  const { data, differences } = await plan(app.context, app.project, await getRun(app.context, run));
  const { dataset, number, digest } = data.version;
  call.print(
    { run, dataset: { name: dataset, number, digest }, split: data.split.digest, differences, missing: [] },
    () =>
      [
        `it can be trained again on ${dataset} version ${number}`,
        ...differences.map((difference) => `differs now: ${describeDifference(difference)}`),
      ].join('\n'),
  );
  return EXIT.ok;
}

/** In this process, or in the server that has the data folder. */
async function trainAgain(call: Call, run: string, options: Options): Promise<Done> {
  const [{ reproduceTraining }, { getRun }] = await Promise.all([
    import('../../lifecycle/reproduce-training.ts'),
    import('../../tracking/index.ts'),
  ]);
  await using app = await call.openApp();
  const { context, project } = app;
  return {
    reproduction: await reproduceTraining(
      context,
      project,
      await getRun(context, run),
      configOf(app, options),
    ),
  };
}

async function prepare(
  call: Call,
  app: App,
  run: string,
  { dryRun, install = false, useCurrent = false }: Options,
): Promise<PreparedReproduction | undefined> {
  const { planReproduction, prepareReproduction } = await import('../../tracking/index.ts');
  const { probeEnvironment } = await import('../reproduce/probe-environment.ts');
  const folder = app.project.folder;
  const plan = await planReproduction(app.context, run, { folder, useCurrent, probe: probeEnvironment });
  if (!dryRun) return prepareReproduction(app.context, plan, { install });
  const { describePlan } = await import('../reproduce/describe-reproduction.ts');
  call.print(plan, () => describePlan(plan));
  return undefined;
}

/** By the recorder of `airworthy run`, which takes the data folder itself where nobody has it. */
async function record(call: Call, app: App, prepared: PreparedReproduction): Promise<RecordingResult> {
  const { argv, folder, environment, original, declared, seed, hooks, printedMetrics } = prepared;
  const { capture } = app.project.config.tracking;
  return recordCommand(
    {
      ...{ argv, folder, dataFolder: app.context.store.folder },
      environment: { ...call.terminal.env, ...environment },
      ...{ name: original.name, experiment: original.experiment },
      tags: { 'airworthy.reproduces': original.id },
      ...{ inputs: declared.inputs, outputs: declared.outputs },
      ...{ seed: seed ?? undefined, threads: undefined, printedMetrics, hooks, gateway: true },
      // With --json, standard output is for the verdict.
      ...{ out: call.json ? process.stderr : process.stdout, err: process.stderr },
    },
    { config: async () => capture, openApp: () => call.readApp(), serve: call },
  );
}

/** By a signal that was meant for all of it, not for the command alone. */
function wasStopped({ signal, code }: RecordingResult['exit']): boolean {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP' || code === 130;
}

/** By the server that has the data folder, else here. */
async function judge(
  call: Call,
  {
    original,
    again,
    config,
    differences,
    notes,
  }: PreparedReproduction & { again: string; config: ReproduceConfig },
): Promise<Reproduction> {
  await using app = await call.readApp();
  const server = runningServer(app);
  if (server !== undefined) {
    const path = `api/v1/runs/${original.id}/reproductions`;
    return askServer(call, server, path, { run: again, config, differences, notes });
  }
  const { deliverJournal, judgeReproduction, recordReproduction } = await import('../../tracking/index.ts');
  await deliverJournal(app.context, again);
  const verdict = await judgeReproduction(app.context, original.id, again, { config, differences, notes });
  return recordReproduction(app.context, original.id, again, verdict);
}
