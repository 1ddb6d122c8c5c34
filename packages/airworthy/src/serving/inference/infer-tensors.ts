import type { Signature } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import { tableToRecords } from '../../models/table-to-records.ts';
import type { EndpointDescription, Endpoints, PredictOptions } from '../endpoints/endpoints.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { fitTensors } from '../tensors/fit-tensors.ts';
import {
  answersToTensors,
  emptyTensors,
  requireOutputs,
  scoresToTensors,
} from '../tensors/output-tensors.ts';
import { tensorsToTable } from '../tensors/tensors-to-table.ts';

/** A request of the Open Inference Protocol, whatever it came in. */
export interface InferCall {
  /** A model of the protocol is an endpoint here. */
  endpoint: string;
  version?: string | undefined;
  /** Given back; one is made where absent. */
  id?: string | undefined;
  inputs: readonly Tensor[];
  /** The outputs that are asked for; all where absent or empty. */
  outputs?: readonly { name: string }[] | undefined;
  options: PredictOptions;
}

export interface InferAnswer {
  model: string;
  version: string;
  arm: string;
  id: string;
  /** Of the predictions made: one a row, or one for the request where the model takes tensors. */
  predictionIds: string[];
  outputs: Tensor[];
}

/**
 * Tensors in, tensors out, of any release: one that takes records gets its columns without a detour over JSON.
 *
 * @throws TENSOR_INVALID, and what `Endpoints.predict` raises
 */
export async function inferTensors(endpoints: Endpoints, call: InferCall): Promise<InferAnswer> {
  const { endpoint, version, id } = call;
  const described = endpoints.describe(endpoint, version);
  const answered = await answer(endpoints, described, call);
  const { ids, outputs, modelVersion = described.deployment.version, arm } = answered;
  return {
    model: endpoint,
    version: version ?? String(modelVersion),
    arm,
    id: id ?? ids[0] ?? crypto.randomUUID(),
    predictionIds: ids,
    outputs,
  };
}

interface Answered {
  ids: string[];
  outputs: Tensor[];
  modelVersion?: number;
  arm: string;
}

async function answer(
  endpoints: Endpoints,
  described: EndpointDescription,
  { endpoint, version, inputs, outputs: asked, options }: InferCall,
): Promise<Answered> {
  const { signature } = described;
  const outputs = requireOutputs(signature.outputs, asked);
  const withVersion = version === undefined ? options : { ...options, version };
  if (signature.fields.length === 0) {
    const fitting = fitTensors(signature.inputs, inputs);
    if (isEmpty(fitting)) return nothing(outputs);
    const given = await endpoints.infer(endpoint, fitting, withVersion);
    return { ...given, outputs: pick(given.outputs, outputs) };
  }
  const table = tensorsToTable(signature.fields, inputs);
  if (table.rows === 0) return nothing(outputs);
  return answerTable(endpoints, signature, { endpoint, table, outputs, options: withVersion });
}

interface TableCall {
  endpoint: string;
  table: Table;
  outputs: ReturnType<typeof requireOutputs>;
  options: PredictOptions;
}

async function answerTable(
  endpoints: Endpoints,
  { fields, task }: Signature,
  { endpoint, table, outputs, options }: TableCall,
): Promise<Answered> {
  if (task === null) {
    const result = await endpoints.predict(endpoint, tableToRecords(fields, table), options);
    return { ...result, outputs: answersToTensors(outputs, result.predictions) };
  }
  const result = await endpoints.predictTable(endpoint, table, options);
  return { ...result, outputs: scoresToTensors(task, outputs, result) };
}

function isEmpty(tensors: readonly Tensor[]): boolean {
  return tensors.every(({ shape }) => shape[0] === 0);
}

/** No rows are answered with none: nothing is asked of the model, and nothing logged. */
function nothing(outputs: ReturnType<typeof requireOutputs>): Answered {
  return { ids: [], outputs: emptyTensors(outputs), arm: '' };
}

function pick(given: readonly Tensor[], outputs: readonly { name: string }[]): Tensor[] {
  return outputs.flatMap(({ name }) => given.find((tensor) => tensor.name === name) ?? []);
}
