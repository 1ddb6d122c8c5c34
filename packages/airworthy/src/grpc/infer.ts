import {
  type Endpoints,
  type InferAnswer,
  inferTensors,
  type PredictOptions,
  refuseExtensions,
  withTimeout,
} from '../serving/index.ts';
import type { ModelInferRequest, ModelInferResponse } from './messages.ts';
import { haveContents, readTensors, withContents, withRaw } from './tensor-contents.ts';
import { readParameters } from './wire-parameters.ts';

/** `ModelInfer`: answers in raw form where the request was raw. */
export async function modelInfer(
  endpoints: Endpoints,
  request: ModelInferRequest,
  options: PredictOptions,
): Promise<ModelInferResponse> {
  const { model_name: endpoint, model_version: version, id, outputs } = request;
  const parameters = readParameters(request.parameters);
  const named = (tensors: ModelInferRequest['outputs'] | ModelInferRequest['inputs']) =>
    tensors.map((tensor) => ({ name: tensor.name, parameters: readParameters(tensor.parameters) }));
  refuseExtensions(parameters, named(request.inputs), named(outputs));
  const answer = await inferTensors(endpoints, {
    endpoint,
    version: version === '' ? undefined : version,
    id: id === '' ? undefined : id,
    inputs: readTensors(request),
    outputs,
    options: withTimeout(options, parameters.timeout),
  });
  return toResponse(answer, request.raw_input_contents.length > 0);
}

function toResponse(
  { model, version, id, predictionIds, outputs }: InferAnswer,
  raw: boolean,
): ModelInferResponse {
  return {
    model_name: model,
    model_version: version,
    id,
    parameters: { prediction_ids: { string_param: predictionIds.join(',') } },
    ...(raw || !haveContents(outputs) ? withRaw(outputs) : { outputs: outputs.map(withContents) }),
  };
}
