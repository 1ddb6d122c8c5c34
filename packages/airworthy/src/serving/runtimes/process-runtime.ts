import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { Signature, SignatureTensor } from '../../models/signature.ts';
import { traceparentOf } from '../endpoints/trace-id.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { JSON_INPUT, tensorFromJson, tensorToJson } from '../tensors/json-tensors.ts';
import { numbersOf } from '../tensors/tensor-numbers.ts';
import type { ProcessPool } from './processes/process-pool.ts';
import type { ReadAnswers } from './read-answers.ts';
import type { RunLimits, Runtime, RuntimeKind, Tensor } from './runtime.ts';
import { noteStages } from './stage-times.ts';

export interface ProcessRuntime {
  kind: RuntimeKind;
  /** As messages call it. */
  name: string;
  signature: Signature;
  pool: ProcessPool;
  /** Processes. */
  atOnce: number;
  readAnswers: ReadAnswers;
}

/** Of one question: beyond it a line of JSON grows long, and others wait. */
const MOST_RECORDS = 4_096;

/** A release that processes compute: records or tensors go to them as JSON. */
export function processRuntime({
  kind,
  name,
  signature,
  pool,
  atOnce,
  readAnswers,
}: ProcessRuntime): Runtime {
  const { fields, inputs, outputs } = signature;
  const names = fields.map((field) => field.name);
  return {
    kind,
    signature,
    immediate: false,
    runs: { atOnce, records: MOST_RECORDS },
    memoryBytes: pool.memoryBytes,
    async predict(records, limits) {
      const given = records.map((record) => pick(record, names));
      const { outputs: said, stages } = await pool.ask(withTrace({ records: given }, limits), limits);
      const answers = readAnswers(said, records.length);
      for (const [index, answer] of answers.entries()) noteStages(answer, stages[index]);
      return answers;
    },
    ...(inputs.length > 0 && fields.length === 0
      ? {
          async infer(tensors: readonly Tensor[], limits) {
            const given = tensors.map((tensor) => [tensor.name, toJson(kind, tensor)]);
            const question = withTrace({ inputs: Object.fromEntries(given) }, limits);
            const { outputs: answer } = await pool.ask(question, limits);
            return outputs.map((output) => readTensor(name, output, answer));
          },
        }
      : {}),
    close: pool.close,
  };
}

/** Where one request is asked for alone, what is asked of others on its behalf belongs to its trace. */
function withTrace(question: Record<string, unknown>, { traceId }: RunLimits): Record<string, unknown> {
  return traceId === undefined ? question : { ...question, traceparent: traceparentOf(traceId) };
}

/** Without what only says what the record is about (`serving.key`). */
function pick(record: JsonRecord, names: readonly string[]): JsonRecord {
  return Object.fromEntries(names.flatMap((name) => (name in record ? [[name, record[name]]] : [])));
}

/** @throws TENSOR_INVALID for what JSON cannot say */
function toJson(kind: RuntimeKind, tensor: Tensor) {
  const { datatype, shape } = tensor;
  // The numbers of JavaScript would lose digits; a command may read all of them.
  if (kind === 'function' && datatype.endsWith('INT64')) numbersOf(tensor);
  return { datatype, shape, data: tensorToJson(tensor, JSON_INPUT) };
}

/** `{"OUTPUT0": {"shape": [2], "data": [1, 2]}}`, or the data alone where its shape follows from how many they are. */
function readTensor(service: string, { name, datatype, shape }: SignatureTensor, answer: unknown): Tensor {
  const given = isRecord(answer) ? answer[name] : undefined;
  const data = isRecord(given) ? given.data : given;
  if (!Array.isArray(data)) throw failed(service, `its answer has no data of output "${name}"`);
  const said = isRecord(given) ? given.shape : undefined;
  const own = Array.isArray(said) ? (said as number[]) : completeShape(shape, data.flat(shape.length).length);
  if (own === undefined) throw failed(service, `its answer does not say the shape of output "${name}"`);
  const fits = own.length === shape.length && own.every((size, at) => shape[at] === -1 || shape[at] === size);
  if (!fits) throw failed(service, `output "${name}" has shape [${own}], not [${shape}]`);
  try {
    return tensorFromJson({ name, datatype, shape: own, data }, { missing: false });
  } catch (error) {
    throw failed(service, (error as Error).message.replace(/^input/, 'output'));
  }
}

/** The one size that a signature leaves open, by the number of elements. */
function completeShape(shape: readonly number[], elements: number): number[] | undefined {
  if (shape.filter((size) => size === -1).length > 1) return undefined;
  const known = shape.reduce((product, size) => (size === -1 ? product : product * size), 1);
  return shape.map((size) => (size === -1 ? elements / known : size));
}

function failed(service: string, message: string): AirworthyError {
  return new AirworthyError('RUNTIME_FAILED', { message: `${service}: ${message}` });
}
