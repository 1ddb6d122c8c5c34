import { checkInput } from '../../kernel/check-input.ts';
import {
  type EndpointDescription,
  rawTensor,
  refuseExtensions,
  type Tensor,
  tensorFromBytes,
  tensorFromJson,
  tensorProblem,
} from '../../serving/index.ts';
import { parseJsonBody } from '../parse-json-body.ts';
import { type InferInput, InferRequest, type Parameters } from './schema.ts';

/** An inference request as it was sent, in JSON, in binary or mixed. */
export interface ReadInfer {
  id: string | undefined;
  parameters: Parameters;
  inputs: Tensor[];
  /** Absent: all. */
  outputs: readonly { name: string }[] | undefined;
  /** Is this output to be given in binary? */
  isBinary(output: string): boolean;
}

/**
 * Reads a request's body. With a header length the tensors lie behind the JSON of that many bytes, in the order of
 * the inputs; 0 says that the whole body is the only input's.
 *
 * @throws BODY_NOT_JSON, BAD_ARGUMENT, TENSOR_INVALID, PROTOCOL_UNSUPPORTED
 */
export function readInfer(
  body: Buffer,
  headerLength: number | undefined,
  { signature }: Pick<EndpointDescription, 'signature'>,
): ReadInfer {
  if (headerLength === 0) return readRaw(body, signature);
  const json = headerLength === undefined ? body : body.subarray(0, headerLength);
  if (headerLength !== undefined && headerLength > body.length)
    throw tensorProblem(
      `Inference-Header-Content-Length is ${headerLength}, and the body has ${body.length} bytes`,
    );
  const request = checkInput('infer', InferRequest, parseJsonBody(json));
  const { id, parameters = {}, outputs } = request;
  refuseExtensions(parameters, request.inputs, outputs ?? []);
  const missing = signature.fields.length > 0;
  const inputs = readInputs(request.inputs, body.subarray(json.length), missing);
  const named = new Map(outputs?.map((output) => [output.name, output.parameters?.binary_data]));
  return {
    id,
    parameters,
    inputs,
    outputs,
    isBinary: (output) => (named.get(output) ?? parameters.binary_data_output) === true,
  };
}

function readRaw(body: Buffer, signature: EndpointDescription['signature']): ReadInfer {
  const inputs = [rawTensor(signature.inputs, body)];
  return { id: undefined, parameters: {}, inputs, outputs: undefined, isBinary: () => true };
}

function readInputs(inputs: readonly InferInput[], binary: Buffer, missing: boolean): Tensor[] {
  let at = 0;
  const tensors = inputs.map(({ name, shape, datatype, parameters, data }) => {
    const size = parameters?.binary_data_size;
    if (size === undefined) {
      if (data === undefined) throw tensorProblem(`input "${name}" has no data`);
      return tensorFromJson({ name, shape, datatype, data }, { missing });
    }
    if (data !== undefined) throw tensorProblem(`input "${name}" has both data and a binary_data_size`);
    if (!Number.isSafeInteger(size) || (size as number) < 0)
      throw tensorProblem(`input "${name}": binary_data_size must be a number of bytes`);
    const end = at + (size as number);
    if (end > binary.length)
      throw tensorProblem(
        `input "${name}" is ${size} bytes, and ${binary.length - at} are left behind the JSON of the request`,
      );
    const bytes = binary.subarray(at, end);
    at = end;
    return tensorFromBytes({ name, shape, datatype }, bytes);
  });
  if (at === binary.length) return tensors;
  throw tensorProblem(`the request has ${binary.length - at} bytes behind its last binary input`);
}
