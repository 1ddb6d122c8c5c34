import {
  type Endpoints,
  generateText,
  type PredictOptions,
  type Tensor,
  tensorProblem,
} from '../serving/index.ts';
import type { ModelInferRequest, ModelInferResponse } from './messages.ts';
import { readTensors, withRaw } from './tensor-contents.ts';
import { readParameters } from './wire-parameters.ts';

/**
 * A request of a stream to a model that makes text: an answer a piece, each with `text_output`; the last says so by
 * the parameter `triton_final_response`. The text is the input `text_input`, other inputs are fields of the record.
 */
export async function* generatePieces(
  endpoints: Endpoints,
  request: ModelInferRequest,
  options: PredictOptions,
): AsyncGenerator<ModelInferResponse> {
  const { model_name: endpoint, model_version, id } = request;
  const version = model_version === '' ? undefined : model_version;
  const { text_input: textInput, stream: _, ...fields } = readTexts(readTensors(request));
  if (textInput === undefined) throw tensorProblem('input "text_input" is missing');
  const parameters = Object.fromEntries(Object.entries(readParameters(request.parameters)).map(asNumber));
  const call = { endpoint, version, textInput: String(textInput), fields, parameters, options };
  const { pieces, modelVersion, id: predictionId } = await generateText(endpoints, call);
  for await (const { text, finishReason } of pieces) {
    const ended = finishReason !== undefined;
    // Such as one that only says what it took.
    if (text === '' && !ended) continue;
    yield {
      model_name: endpoint,
      model_version: String(modelVersion),
      id: id === '' ? predictionId : id,
      parameters: {
        prediction_ids: { string_param: predictionId },
        triton_final_response: { bool_param: ended },
        ...(ended ? { finish_reason: { string_param: finishReason } } : {}),
      },
      ...withRaw([{ name: 'text_output', datatype: 'BYTES', shape: [1], data: [Buffer.from(text)] }]),
    };
  }
}

/** 64-bit integers are text on the wire; how a text is made is asked for in numbers. */
function asNumber([name, value]: [string, unknown]): [string, unknown] {
  const isNumber = typeof value === 'string' && /^-?\d{1,15}$/.test(value);
  return [name, isNumber ? Number(value) : value];
}

function readTexts(tensors: readonly Tensor[]): Record<string, unknown> {
  return Object.fromEntries(
    tensors.map(({ name, datatype, data }) => {
      if (data.length !== 1)
        throw tensorProblem(`input "${name}" has ${data.length} elements; one text is made at a time`);
      const [element] = data;
      if (Buffer.isBuffer(element)) return [name, element.toString('utf8')];
      return [name, datatype === 'BOOL' ? element === 1 : Number(element)];
    }),
  );
}
