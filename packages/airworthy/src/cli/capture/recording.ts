import { setTimeout as sleep } from 'node:timers/promises';
import { CaptureConfig, type CaptureEnd, type CaptureStart } from '../../tracking/index.ts';
import { collectFacts, interpreterOf, toInterpreter } from './collect-facts.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { createHookReader, type HookRecords } from './hook-records.ts';
import { judgeLevel } from './judge-level.ts';
import { type ContentKeeper, createContentKeeper } from './keep-content.ts';
import { keepDeclared } from './keep-declared.ts';
import { listPackages } from './list-packages.ts';
import { createPrintedMetrics, type PrintedMetrics } from './printed-metrics.ts';
import type { CommandExit, RecordingMeans, RecordingResult, StartedCommand } from './recorded-command.ts';
import { createProcessSampler, endedChildrenCpuMs, type ProcessSampler } from './sample-processes.ts';
import { createFileWatch, type FileWatch } from './watch-files.ts';

const SAMPLE_MS = 1_000;
/** Output that comes after the command's end, from what it left running, is waited for this long after the last, in ms. */
const QUIET_MS = 300;

/** The parts of a recording that are at work while the command runs. */
interface Recording {
  started: StartedCommand;
  config: CaptureConfig;
  keeper: ContentKeeper;
  sampler: ProcessSampler;
  files: FileWatch;
  hooks: () => Promise<HookRecords>;
  printed: PrintedMetrics | undefined;
  facts: CaptureStart;
  /** Files declared as inputs. */
  inputs: { paths: string[]; unmatched: string[] };
  /** Milliseconds of CPU that were not the command's but taken to ask for its packages. */
  askedCpuMs: number;
}

/** Records a command that runs, to its end. */
export async function followCommand(
  started: StartedCommand,
  means: RecordingMeans,
): Promise<RecordingResult> {
  const delivery = createDelivery({
    dataFolder: started.options.dataFolder,
    run: started.run,
    front: started.front,
    ...means,
  });
  started.listenToFront({ seen: delivery.wake, chosen: (name) => followExperiment(started, delivery, name) });
  const { exit, end } = await record(started, means);
  const trouble = await delivery.finish();
  started.journal.close();
  return { run: started.run, exit, end, trouble };
}

/** Whatever becomes of the recording, the command goes on to its own end. */
async function record(
  started: StartedCommand,
  means: RecordingMeans,
): Promise<Pick<RecordingResult, 'exit' | 'end'>> {
  try {
    const recording = await prepare(started, await configOf(means));
    const stopBeating = beat(recording);
    const exit = await started.exit;
    await quiet(started);
    await stopBeating();
    return { exit, end: await conclude(recording, exit) };
  } catch (error) {
    const exit = await started.exit;
    await quiet(started);
    const reasons = [`recording failed: ${String(error)}`];
    return { exit, end: putEnd(started, exit, { level: 'none', reasons }) };
  }
}

/** A mistake in the config is told when the project is opened; until then the command is recorded as by default. */
async function configOf(means: RecordingMeans): Promise<CaptureConfig> {
  return means.config().catch(() => CaptureConfig.parse({}));
}

/** A program that chooses an experiment and then takes up the run it was given, means the run to be there. */
async function followExperiment(
  { options, experiment, journal }: StartedCommand,
  delivery: Delivery,
  name: string,
): Promise<void> {
  if (options.experiment !== undefined || name === experiment || name.length > 250) return;
  journal.append({ kind: 'experiment', at: Date.now(), name });
  await delivery.now();
}

async function prepare(started: StartedCommand, config: CaptureConfig): Promise<Recording> {
  const { journal, options, log, front } = started;
  log.limit(config.logBytes);
  const keeper = createContentKeeper(journal);
  const wanted = options.printedMetrics && config.printedMetrics;
  const printed = wanted ? createPrintedMetrics(journal, front, config) : undefined;
  if (printed) log.follow((stream, text) => printed.take(stream, text));
  const facts = await collectFacts(started, config, keeper);
  journal.appendNow({ kind: 'facts', at: Date.now(), start: facts });
  const root = facts.repository ?? options.folder;
  const largest = config.inputBytes;
  const inputs = await keepDeclared(
    { patterns: options.inputs, access: 'read', folder: options.folder, root, largest },
    journal,
    keeper,
  );
  return {
    started,
    config,
    keeper,
    sampler: createProcessSampler(started.child.pid ?? 0),
    files: createFileWatch(
      journal,
      { root, dataFolder: options.dataFolder, inputs: new Set(inputs.paths) },
      config,
      started.startedAt,
    ),
    hooks: createHookReader(journal.folder),
    printed,
    facts,
    inputs,
    askedCpuMs: 0,
  };
}

/** Each second: a sample, the files seen so far, the interpreter once it has spoken, and a sign of life. */
function beat(recording: Recording): () => Promise<void> {
  let underWay: Promise<void> | undefined;
  // One that takes longer than a second is not followed by all it held up.
  const next = () => {
    underWay ??= beatOnce(recording)
      .catch(() => {})
      .finally(() => {
        underWay = undefined;
      });
  };
  next();
  const timer = setInterval(next, SAMPLE_MS);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}

async function beatOnce(recording: Recording): Promise<void> {
  const { started, sampler, files, hooks, printed } = recording;
  const at = Date.now();
  const step = Math.round((at - started.startedAt) / 1000);
  const points = (await sampler.sample()).map((sample) => ({ ...sample, step, time: at }));
  printed?.tell();
  if (points.length > 0) started.journal.append({ kind: 'metrics', at, parsed: false, points });
  else started.journal.append({ kind: 'beat', at });
  const records = await hooks();
  await learnInterpreter(recording, records);
  await files.look(records);
}

async function learnInterpreter(recording: Recording, { programs }: HookRecords): Promise<void> {
  const { started, facts } = recording;
  if (facts.interpreter?.version) return;
  const program = interpreterOf(programs, started.child.pid ?? 0);
  if (program === undefined) return;
  const { folder, environment } = started.options;
  facts.interpreter = toInterpreter(program);
  const before = endedChildrenCpuMs() ?? 0;
  facts.packages = await listPackages(program, folder, environment);
  if (started.child.exitCode === null) recording.askedCpuMs += (endedChildrenCpuMs() ?? 0) - before;
  started.journal.appendNow({ kind: 'facts', at: Date.now(), start: facts });
}

async function conclude(recording: Recording, exit: CommandExit): Promise<CaptureEnd> {
  const { started, printed, files, facts, keeper, inputs } = recording;
  const { journal, options, child } = started;
  printed?.finish();
  const records = await recording.hooks();
  await learnInterpreter(recording, records);
  const outputs = await keepDeclared(
    {
      patterns: options.outputs,
      access: 'write',
      folder: options.folder,
      root: facts.repository ?? options.folder,
      largest: Infinity,
    },
    journal,
    keeper,
  );
  const seen = await files.settle(records, new Set(outputs.paths));
  const log = started.log.counts();
  const judged = judgeLevel({
    argv: facts.argv,
    pid: child.pid ?? 0,
    hooks: options.hooks,
    records,
    running: recording.sampler.running(),
    declared: options.inputs.length + options.outputs.length > 0,
    files: seen,
    logDropped: log.dropped,
    lost: journal.lost(),
    notes: [
      ...facts.notes,
      ...unrecorded(started),
      ...unmatched('--input', inputs),
      ...unmatched('--output', outputs),
    ],
  });
  return putEnd(started, exit, {
    ...judged,
    files: {
      read: seen.read + inputs.paths.length,
      written: seen.written + outputs.paths.length,
      dropped: seen.dropped,
    },
    cpuMs: exit.cpuMs === null ? null : Math.max(0, exit.cpuMs - recording.askedCpuMs),
    maxRss: recording.sampler.maxRss(),
  });
}

function putEnd(
  { journal, log, stdout, stderr, startedAt }: StartedCommand,
  exit: CommandExit,
  known: Pick<CaptureEnd, 'level' | 'reasons'> & Partial<CaptureEnd>,
): CaptureEnd {
  const { kept, dropped } = log.counts();
  const end: CaptureEnd = {
    exitCode: exit.code,
    signal: exit.signal,
    endedAt: exit.endedAt,
    logBytes: kept,
    dropped,
    stdout: stdout.summary(),
    stderr: stderr.summary(),
    files: { read: 0, written: 0, dropped: 0 },
    wallMs: exit.endedAt - startedAt,
    cpuMs: exit.cpuMs,
    maxRss: null,
    ...known,
  };
  journal.appendNow({ kind: 'end', at: Date.now(), end });
  return end;
}

function unrecorded({ front }: StartedCommand): string[] {
  const calls = front.detoured();
  return calls === 0
    ? []
    : [`${calls} calls to language models went on unrecorded: no server had the data folder`];
}

function unmatched(option: string, { unmatched }: { unmatched: string[] }): string[] {
  return unmatched.map((pattern) => `no file fits ${option} ${pattern}`);
}

/** Until both streams have ended, or nothing comes any more from what the command left running. */
async function quiet({ stdout, stderr }: StartedCommand): Promise<void> {
  let ended = false;
  const done = Promise.all([stdout.done, stderr.done]).then(() => {
    ended = true;
  });
  const passed = () => stdout.bytes() + stderr.bytes();
  for (let before = -1; !ended && passed() !== before; ) {
    before = passed();
    // The timer must not keep the process once the streams have ended.
    await Promise.race([done, sleep(QUIET_MS, undefined, { ref: false })]);
  }
}
