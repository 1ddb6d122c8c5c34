import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { outputWidth, type Task } from '../../models/table.ts';

/** The files a program may write into AIRWORTHY_OUTPUT. */
export const OUTPUT = {
  model: 'model.onnx',
  metrics: 'metrics.json',
  predictions: 'predictions.csv',
} as const;

/** A graph is one protocol buffer, and those end at 2 GB. */
const MOST_BYTES = 2 ** 31 - 1;

export interface ProgramOutputs {
  model: Buffer;
  metrics: Record<string, number>;
  /** The file, and its numbers: check rows x outputs. */
  predictions: { bytes: Buffer; scores: Float64Array } | undefined;
}

/** @throws TRAINER_OUTPUT_INVALID naming the file and what it should hold. */
export async function readOutputs(folder: string, task: Task, checkRows: number): Promise<ProgramOutputs> {
  const model = await readOutput(folder, OUTPUT.model);
  if (!model)
    throw outputInvalid(
      OUTPUT.model,
      'is not there: the program ended well and wrote no model',
      'Write the model as model.onnx into the folder that the environment variable AIRWORTHY_OUTPUT names.',
    );
  const metrics = await readOutput(folder, OUTPUT.metrics);
  const predictions = await readOutput(folder, OUTPUT.predictions);
  return {
    model,
    metrics: metrics ? parseMetrics(metrics) : {},
    predictions: predictions && {
      bytes: predictions,
      scores: parsePredictions(predictions, task, checkRows),
    },
  };
}

async function readOutput(folder: string, name: string): Promise<Buffer | undefined> {
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isFile()) throw outputInvalid(name, 'is no file');
  if (found.size === 0) throw outputInvalid(name, 'is empty');
  if (found.size > MOST_BYTES) throw outputInvalid(name, `is larger than ${MOST_BYTES} bytes`);
  return readFile(path);
}

const Metrics = z.record(z.string().min(1).max(200), z.number());

function parseMetrics(bytes: Buffer): Record<string, number> {
  const remedy = 'Write one JSON object of names and finite numbers: {"rmse": 3.2}.';
  const parsed = Metrics.safeParse(parseJson(bytes, remedy));
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  const where = path.length === 0 ? '' : `${path.join('.')}: `;
  throw outputInvalid(OUTPUT.metrics, `is no object of numbers: ${where}${message}`, remedy);
}

function parseJson(bytes: Buffer, remedy: string): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const message = (cause as Error).message;
    throw outputInvalid(OUTPUT.metrics, `is not JSON (NaN and Infinity are not): ${message}`, remedy);
  }
}

/** A header, then for each check row its probability, its probabilities in the order of the classes, or its value. */
function parsePredictions(bytes: Buffer, task: Task, rows: number): Float64Array {
  const width = outputWidth(task);
  const remedy = `Write a header and ${rows} lines of ${width} numbers, in the order of check.csv's rows.`;
  const [, ...lines] = bytes.toString('utf8').trimEnd().split(/\r?\n/);
  if (lines.length !== rows)
    throw outputInvalid(OUTPUT.predictions, `has ${lines.length} lines for ${rows} rows`, remedy);
  return Float64Array.from(
    lines.flatMap((line, index) => {
      const values = line.split(',').map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)));
      if (values.length === width && values.every(Number.isFinite)) return values;
      throw outputInvalid(OUTPUT.predictions, `line ${index + 2} is "${line.slice(0, 80)}"`, remedy);
    }),
  );
}

export function outputInvalid(file: string, problem: string, remedy?: string): AirworthyError {
  return new AirworthyError('TRAINER_OUTPUT_INVALID', {
    message: `${file} ${problem}`,
    at: file,
    ...(remedy === undefined ? {} : { remedy }),
  });
}
