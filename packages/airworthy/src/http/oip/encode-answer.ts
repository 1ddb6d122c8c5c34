import { type InferAnswer, type Tensor, tensorToBytes, tensorToJson } from '../../serving/index.ts';

export interface EncodedAnswer {
  type: string;
  body: Buffer;
  /** Bytes of JSON before the tensors, where there are any in binary. */
  headerLength?: number;
}

/** The protocol's answer: JSON, and behind it the outputs that are to be binary. */
export function encodeAnswer(
  { model, version, id, predictionIds, outputs }: InferAnswer,
  isBinary: (output: string) => boolean,
): EncodedAnswer {
  const binary: Buffer[] = [];
  const encoded = outputs.map((tensor) => {
    if (!isBinary(tensor.name)) return { ...head(tensor), data: tensorToJson(tensor) };
    const bytes = tensorToBytes(tensor);
    binary.push(bytes);
    return { ...head(tensor), parameters: { binary_data_size: bytes.length } };
  });
  const json = Buffer.from(
    JSON.stringify({
      model_name: model,
      model_version: version,
      id,
      parameters: { prediction_ids: predictionIds.join(',') },
      outputs: encoded,
    }),
  );
  if (binary.length === 0) return { type: 'application/json', body: json };
  return {
    type: 'application/octet-stream',
    body: Buffer.concat([json, ...binary]),
    headerLength: json.length,
  };
}

function head({ name, datatype, shape }: Tensor) {
  return { name, datatype, shape };
}
