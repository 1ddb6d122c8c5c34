import type { IncomingHttpHeaders } from 'node:http';
import { AirworthyError } from '../../../kernel/errors.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import { tensorFromBytes, tensorToBytes } from '../../tensors/binary-tensors.ts';
import { JSON_INPUT, type JsonTensor, tensorFromJson, tensorToJson } from '../../tensors/json-tensors.ts';
import type { Tensor } from '../runtime.ts';

const JSON_LENGTH = 'inference-header-content-length';

/** A request of the Open Inference Protocol as bytes: tensors in the binary extension, or all in JSON. */
export function encodeInfer(
  inputs: readonly Tensor[],
  parameters: Readonly<Record<string, unknown>>,
  binary: boolean,
): { headers: Record<string, string>; body: Buffer } {
  const head = ({ name, datatype, shape }: Tensor) => ({ name, datatype, shape });
  if (!binary) {
    const given = inputs.map((tensor) => ({ ...head(tensor), data: tensorToJson(tensor, JSON_INPUT) }));
    const body = Buffer.from(JSON.stringify({ inputs: given, parameters }));
    return { headers: { 'content-type': 'application/json' }, body };
  }
  const parts = inputs.map(tensorToBytes);
  const given = inputs.map((tensor, index) => ({
    ...head(tensor),
    parameters: { binary_data_size: parts[index].length },
  }));
  const json = Buffer.from(
    JSON.stringify({ inputs: given, parameters: { ...parameters, binary_data_output: true } }),
  );
  return {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH]: String(json.length) },
    body: Buffer.concat([json, ...parts]),
  };
}

interface GivenTensor extends JsonTensor {
  parameters?: { binary_data_size?: number };
}

/** The outputs of an answer, whichever way each one comes. @throws RUNTIME_FAILED where it is none */
export function decodeInfer(name: string, headers: IncomingHttpHeaders, body: Buffer): Tensor[] {
  const length = headers[JSON_LENGTH];
  const end = length === undefined ? body.length : Number(length);
  const answer = parseJson(body.subarray(0, end).toString('utf8')) as { outputs?: GivenTensor[] } | undefined;
  if (!Array.isArray(answer?.outputs))
    throw new AirworthyError('RUNTIME_FAILED', {
      message: `${name}: the answer is none of the Open Inference Protocol`,
    });
  let at = end;
  try {
    return answer.outputs.map((output) => {
      const size = output.parameters?.binary_data_size;
      if (size === undefined) return tensorFromJson(output, { missing: false });
      const start = at;
      at += size;
      return tensorFromBytes(output, body.subarray(start, at));
    });
  } catch (error) {
    const message = (error as Error).message.replace(/^input/, 'output');
    throw new AirworthyError('RUNTIME_FAILED', { message: `${name}: ${message}` });
  }
}
