import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DatasetVersion, readTable, type Split } from '../data/index.ts';
import { runInWorker } from '../jobs/local/run-in-worker.ts';
import { siblingModule } from '../jobs/local/sibling-module.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { Model } from '../models/model.ts';
import type { Field, Table, Task } from '../models/table.ts';
import type { Context } from '../store/ports.ts';
import { openScratchFolder } from '../store/scratch-folder.ts';
import { getRun, logArtifact, logMetrics, type Run, setTags } from '../tracking/index.ts';
import { type CommandTrainer, showCommand } from './command/command.ts';
import type { HandOver } from './command/hand-over-rows.ts';
import type { InspectInput } from './command/inspect-model.ts';
import { createOutputLog } from './command/output-log.ts';
import { programEnvironment } from './command/program-environment.ts';
import { type ProgramOutputs, readOutputs } from './command/read-outputs.ts';
import { runProgram } from './command/run-program.ts';
import { chooseFields, parseSection } from './plan-training.ts';
import type { TrainingConfig, TrainingConfigInput } from './schema.ts';

export interface CommandRequest {
  version: DatasetVersion;
  split: Split;
  task: Task;
  /** With a `trainer`. */
  config: TrainingConfigInput;
  /** The run that training belongs to. It is not ended here. */
  runId: string;
  /** The project's folder, in which the program is started. */
  folder: string;
}

export interface CommandResult {
  /** An `OnnxEstimator`, and nothing of ours before or after it. */
  model: Model;
  /** The graph, exactly as the program wrote it. */
  onnx: Uint8Array;
  /** What the program says of its model, by its own account. */
  metrics: Record<string, number>;
  run: Run;
}

/** Where a run keeps what its program printed, and what it wrote beside the model. */
const ARTIFACT = {
  log: 'trainer/output.txt',
  metrics: 'trainer/metrics.json',
  predictions: 'trainer/predictions.csv',
};

/**
 * Trains with a program of the project: hands it the rows of the train role and no others, runs it, and takes the ONNX
 * model it writes, tried on some of these rows. What it prints is kept with the run, whether it succeeds or not.
 *
 * @throws TRAINER_FAILED, TRAINER_TIMED_OUT, TRAINER_OUTPUT_INVALID, ONNX_RUNTIME_MISSING, CONFIG_INVALID,
 * TRAINING_NO_FEATURES, TRAINING_TOO_FEW_ROWS; the reason of `context.signal` when aborted, once the program has ended.
 * @example
 * const config = { trainer: command('python3 train.py') };
 * const { model, onnx } = await trainWithCommand(context, { version, split, task, config, runId: run.id, folder: '.' });
 */
export async function trainWithCommand(context: Context, request: CommandRequest): Promise<CommandResult> {
  const { task, runId } = request;
  const config = parseSection(request.config);
  const trainer = requireTrainer(config);
  const fields = chooseFields(request.version, task);
  await using scratch = await openScratchFolder(context.store.folder, 'training');
  const [train, output] = [join(scratch.path, 'train'), join(scratch.path, 'output')];
  await mkdir(train);
  await mkdir(output);
  const check = await handOver(context, request, fields, config, train);
  const { env, threads } = programEnvironment(trainer.env, {
    AIRWORTHY_TRAIN: train,
    AIRWORTHY_OUTPUT: output,
  });
  await setTags(context, runId, {
    'training.command': showCommand(trainer),
    ...prefixed('training.', threads),
  });
  await runLogged(context, request, trainer, env);
  const outputs = await readOutputs(output, task, check.rows);
  const { threshold } = config;
  const model = await inspect(context, outputs, check, {
    format: 'airworthy-model/1',
    task,
    ...(typeof threshold === 'number' && task.kind === 'binary' ? { threshold } : {}),
    fields,
    features: [],
  });
  await recordOutputs(context, runId, outputs);
  return { model, onnx: outputs.model, metrics: outputs.metrics, run: await getRun(context, runId) };
}

function requireTrainer({ trainer }: TrainingConfig): CommandTrainer {
  if (trainer) return trainer;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: 'trainWithCommand: the training section has no trainer',
  });
}

function prefixed(prefix: string, values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value]));
}

/** Writes the rows and what is to be learned from them. Returns the check rows. */
async function handOver(
  context: Context,
  { version, split, task }: CommandRequest,
  fields: Field[],
  { seed }: TrainingConfig,
  folder: string,
): Promise<Table> {
  const target = version.schema.fields.find((field) => field.name === task.target);
  if (!target)
    throw new AirworthyError('TARGET_MISSING', {
      message: `"${version.dataset}" has no column "${task.target}"`,
    });
  const columns = [...fields.map((field) => field.name), target.name];
  const table = await readTable(context, version, { columns, split, role: 'train' });
  if (table.rows === 0)
    throw new AirworthyError('TRAINING_TOO_FEW_ROWS', { message: 'there are no training rows' });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder, 'schema.json'), json({ fields, target }));
  const { kind, ...rest } = task;
  await writeFile(join(folder, 'params.json'), json({ task: kind, ...rest, seed }));
  const input: HandOver = { folder, table, fields, target };
  return runInWorker<Table>(
    { module: siblingModule(import.meta.url, 'command/hand-over-rows'), run: 'handOverRows', input },
    { signal: context.signal },
  );
}

async function runLogged(
  context: Context,
  { runId, folder }: CommandRequest,
  trainer: CommandTrainer,
  env: Record<string, string>,
): Promise<void> {
  const log = createOutputLog();
  const progress = context.progress.start(`training with ${showCommand(trainer)}`);
  let chunks = 0;
  const onOutput = (): void => progress.advance(++chunks, log.lastLine());
  const keepLog = () => logArtifact(context, runId, ARTIFACT.log, log.bytes());
  try {
    await runProgram(trainer, { folder, env, log, onOutput, signal: context.signal });
  } catch (error) {
    // What stopped the program is the error to report.
    await keepLog().catch(() => {});
    throw error;
  } finally {
    progress.end();
  }
  await keepLog();
}

function inspect(
  context: Context,
  { model: bytes, predictions }: ProgramOutputs,
  check: Table,
  model: InspectInput['model'],
): Promise<Model> {
  const input: InspectInput = { bytes, model, check, predictions: predictions?.scores };
  return runInWorker<Model>(
    { module: siblingModule(import.meta.url, 'command/inspect-model'), run: 'inspectModel', input },
    { signal: context.signal },
  );
}

async function recordOutputs(
  context: Context,
  runId: string,
  { metrics, predictions }: ProgramOutputs,
): Promise<void> {
  await logMetrics(
    context,
    runId,
    Object.entries(metrics).map(([key, value]) => ({ key, value })),
  );
  await logArtifact(context, runId, ARTIFACT.metrics, JSON.stringify(metrics));
  if (predictions) await logArtifact(context, runId, ARTIFACT.predictions, predictions.bytes);
}
