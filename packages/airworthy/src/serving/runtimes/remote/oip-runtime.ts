import { AirworthyError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import { recordsToTable } from '../../../models/read-record.ts';
import type { Signature } from '../../../models/signature.ts';
import type { CategoryColumn, Field, Table } from '../../../models/table.ts';
import type { JsonRecord } from '../../records/check-records.ts';
import { numbersOf } from '../../tensors/tensor-numbers.ts';
import type { ReadAnswers } from '../read-answers.ts';
import type { RunLimits, Runtime, RuntimeKind, Tensor } from '../runtime.ts';
import type { RemoteSpec, RuntimeLimits } from '../schema.ts';
import { decodeInfer, encodeInfer } from './oip-wire.ts';
import { createRemoteCaller } from './remote-caller.ts';

/** Which model of which server, and how records reach it. */
export interface OipTarget {
  url: string;
  model: string;
  version?: string | undefined;
  headers?: Record<string, string>;
  inputs: RemoteSpec['inputs'];
  /** The output that holds the answers to records; the only one of its kind where absent. */
  result?: string | undefined;
  parameters?: Record<string, unknown>;
}

export interface OipRuntime {
  kind: RuntimeKind;
  name: string;
  signature: Signature;
  limits: RuntimeLimits;
  readAnswers: ReadAnswers;
  target: OipTarget;
}

/** Requests at once where `limits.concurrency` says nothing. */
export const AT_ONCE = 32;
/** Of one request. */
const MOST_RECORDS = 4_096;

/** What the extension of the protocol for binary tensors is called. */
const BINARY = 'binary_tensor_data';

/** A release that another server of the Open Inference Protocol computes. */
export function oipRuntime({ kind, name, signature, limits, readAnswers, target }: OipRuntime): Runtime {
  const caller = createRemoteCaller(name, limits.timeoutMs);
  const base = target.url.replace(/\/+$/, '');
  const version = target.version === undefined ? '' : `/versions/${encodeURIComponent(target.version)}`;
  const url = new URL(`${base}/v2/models/${encodeURIComponent(target.model)}${version}/infer`);
  let speaksBinary: boolean | undefined;

  async function asksBinary(call: RunLimits): Promise<boolean> {
    if (speaksBinary !== undefined) return speaksBinary;
    const request = {
      method: 'GET' as const,
      url: new URL(`${base}/v2`),
      headers: target.headers ?? {},
      body: undefined,
    };
    const { body } = await caller.ask(request, call);
    const { extensions } = (parseJson(body.toString('utf8')) ?? {}) as { extensions?: unknown };
    speaksBinary = Array.isArray(extensions) && extensions.includes(BINARY);
    return speaksBinary;
  }

  async function infer(inputs: readonly Tensor[], call: RunLimits): Promise<Tensor[]> {
    const { headers, body } = encodeInfer(inputs, target.parameters ?? {}, await asksBinary(call));
    const answer = await caller.ask({ url, headers: { ...target.headers, ...headers }, body }, call);
    return decodeInfer(name, answer.headers, answer.body);
  }

  const takesRecords = signature.fields.length > 0;
  return {
    kind,
    signature,
    immediate: false,
    runs: { atOnce: limits.concurrency ?? AT_ONCE, records: MOST_RECORDS },
    memoryBytes: async () => null,
    async predict(records, call) {
      const outputs = await infer(toTensors(signature.fields, records, target.inputs), call);
      return readAnswers(toAnswers(name, signature, outputs, target.result), records.length);
    },
    ...(takesRecords ? {} : { infer }),
    close: async () => caller.close(),
  };
}

function toTensors(
  fields: readonly Field[],
  records: readonly JsonRecord[],
  inputs: RemoteSpec['inputs'],
): Tensor[] {
  const table = recordsToTable(fields, records);
  if (inputs.form === 'matrix') return [toMatrix(fields, table, inputs)];
  return fields.map(({ name }) => {
    const column = table.columns[name];
    const shape = [table.rows, 1];
    return column.kind === 'category'
      ? { name, datatype: 'BYTES', shape, data: textsOf(column) }
      : { name, datatype: 'FP64', shape, data: column.values };
  });
}

function textsOf({ codes, categories }: CategoryColumn): Buffer[] {
  return Array.from(codes, (code) => Buffer.from(code === -1 ? '' : categories[code]));
}

function toMatrix(
  fields: readonly Field[],
  { rows, columns }: Table,
  { name, datatype }: { name: string; datatype: 'FP32' | 'FP64' },
): Tensor {
  const data = new (datatype === 'FP32' ? Float32Array : Float64Array)(rows * fields.length);
  for (const [at, field] of fields.entries()) {
    const { values } = columns[field.name] as { values: Float64Array };
    for (let row = 0; row < rows; row++) data[row * fields.length + at] = values[row];
  }
  return { name, datatype, shape: [rows, fields.length], data };
}

/** The answer to each record in the form `readAnswers` takes: scores in a list, or what an output says. */
function toAnswers(
  service: string,
  { task, output }: Signature,
  outputs: readonly Tensor[],
  result: string | undefined,
): unknown[] {
  const chosen = chooseOutput(outputs, result, task !== null);
  if (chosen === undefined) {
    const names = outputs.map((each) => `"${each.name}"`).join(', ');
    throw new AirworthyError('RUNTIME_FAILED', {
      message: `${service}: none of its outputs (${names}) is known to hold the answers`,
      remedy: 'Name it in the service file: `result: NAME`.',
    });
  }
  const rows = chosen.shape[0] ?? 0;
  if (Array.isArray(chosen.data)) return chosen.data.map((bytes) => readText(bytes.toString('utf8'), output));
  const numbers = numbersOf(chosen) ?? new Float64Array();
  const width = rows === 0 ? 0 : numbers.length / rows;
  const first = task?.kind === 'binary' && width === 2 ? 1 : 0;
  return Array.from({ length: rows }, (_, row) => {
    const scores = [...numbers.subarray(row * width + first, (row + 1) * width)];
    return task === null && width === 1 ? scores[0] : scores;
  });
}

const SCORES = ['probability', 'probabilities', 'output_probability', 'value', 'variable'];

function chooseOutput(
  outputs: readonly Tensor[],
  result: string | undefined,
  isScore: boolean,
): Tensor | undefined {
  if (result !== undefined) return outputs.find(({ name }) => name === result);
  if (!isScore)
    return outputs.find(({ name }) => name === 'output') ?? (outputs.length === 1 ? outputs[0] : undefined);
  const numeric = outputs.filter(({ data }) => !Array.isArray(data));
  const named = SCORES.flatMap((name) => numeric.find((each) => each.name === name) ?? []);
  return named[0] ?? (numeric.length === 1 ? numeric[0] : undefined);
}

/** Text where the signature says text; else it is JSON. */
export function readText(text: string, output: Record<string, unknown> | undefined): unknown {
  return output?.type === 'string' ? text : (parseJson(text) ?? text);
}
