import { Ajv2020 } from 'ajv/dist/2020.js';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { Signature } from '../../models/signature.ts';
import { outputWidth, type Task } from '../../models/table.ts';
import { type Output, toPredictions } from '../../models/to-prediction.ts';

/** Sums of probabilities that arithmetic in 32 bits may give. */
const SUM_TOLERANCE = 1e-3;

/** Reads what a service answered to records as the answers its signature promises. */
export type ReadAnswers = (given: unknown, records: number) => Output[];

/**
 * A reader of a service's answers. Of a class only its probabilities count: the label follows from them and the
 * threshold. It throws RUNTIME_FAILED where there are not as many as records, or one is not what the signature says.
 */
export function createAnswerReader(
  name: string,
  { task, output }: Pick<Signature, 'task' | 'output'>,
  threshold?: number,
): ReadAnswers {
  const readOne = task ? scoreReader(task, threshold) : outputReader(output ?? {});
  return (given, records) => {
    if (!Array.isArray(given) || given.length !== records)
      throw failed(name, `it answered ${records} records with ${describe(given)}`);
    return given.map((answer, index) => {
      const read = readOne(answer);
      if (typeof read === 'string') throw failed(name, `its answer to record ${index} ${read}`);
      return read;
    });
  };
}

function failed(name: string, message: string): AirworthyError {
  return new AirworthyError('RUNTIME_FAILED', { message: `${name}: ${message}` });
}

function describe(given: unknown): string {
  return Array.isArray(given) ? `${given.length} answers` : `${show(given)}, which is no list`;
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 100);
}

/** An answer, or what is wrong with it. */
type ReadOne = (answer: unknown) => Output | string;

function scoreReader(task: Task, threshold: number | undefined): ReadOne {
  const model = threshold === undefined ? { task } : { task, threshold };
  const width = outputWidth(task);
  return (answer) => {
    const scores = scoresOf(task, answer);
    if (scores === undefined || scores.length !== width || !scores.every(isNumber))
      return `is ${show(answer)}, not ${EXPECTED[task.kind]}`;
    const problem = task.kind === 'regression' ? undefined : probabilityProblem(scores);
    return problem ?? toPredictions(model, Float64Array.from(scores))[0];
  };
}

const EXPECTED: Record<Task['kind'], string> = {
  regression: 'a number, or {"value": a number}',
  binary: 'the probability of the positive class, or {"probability": a number}',
  multiclass: '{"probabilities": a number for each class}',
};

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** The numbers of an answer in the order of the classes, whatever they are. */
function scoresOf(task: Task, answer: unknown): unknown[] | undefined {
  if (isNumber(answer)) return [answer];
  if (Array.isArray(answer)) return answer;
  if (!isRecord(answer)) return undefined;
  if (task.kind === 'regression') return [answer.value];
  const { probability, probabilities } = answer;
  if (task.kind === 'binary' && isNumber(probability)) return [probability];
  if (!isRecord(probabilities)) return undefined;
  const scores = task.classes.map((name) => probabilities[name]);
  return task.kind === 'binary' ? scores.slice(1) : scores;
}

function probabilityProblem(scores: readonly number[]): string | undefined {
  const odd = scores.find((score) => !(score >= 0 && score <= 1));
  if (odd !== undefined) return `has ${odd}, which is no probability`;
  const sum = scores.reduce((total, score) => total + score, 0);
  if (scores.length > 1 && Math.abs(sum - 1) > SUM_TOLERANCE)
    return `has probabilities that sum to ${sum}, not to 1`;
  return undefined;
}

function outputReader(schema: Record<string, unknown>): ReadOne {
  const validate = compileOutput(schema);
  return (answer) => {
    if (validate(answer)) return { output: answer };
    const [error] = validate.errors ?? [];
    return `${error?.instancePath || 'as a whole'} ${error?.message ?? 'is not what the signature says'}`;
  };
}

/** @throws SERVICE_INVALID where it is no JSON Schema */
export function compileOutput(schema: Record<string, unknown>) {
  try {
    return new Ajv2020({
      strict: false,
      validateFormats: false,
      coerceTypes: false,
      useDefaults: false,
    }).compile(schema);
  } catch (cause) {
    throw new AirworthyError('SERVICE_INVALID', {
      message: `output is no JSON Schema: ${(cause as Error).message}`,
      at: 'output',
      cause,
    });
  }
}
