import { AirworthyError } from '../../kernel/errors.ts';
import type { Signature } from '../../models/signature.ts';
import type { Prediction } from '../../models/to-prediction.ts';
import type { InferRequest, OutputTensor } from './schema.ts';

/** The outputs a request asks for, all where it asks for none in particular. Throws BAD_ARGUMENT for an unknown one. */
export function encodeOutputs(
  signature: Signature,
  predictions: readonly Prediction[],
  asked: InferRequest['outputs'],
): OutputTensor[] {
  return requireOutputs(signature, asked).map(({ name, datatype, shape }) => ({
    name,
    datatype,
    shape: [predictions.length, ...shape.slice(1)],
    data: predictions.flatMap((prediction) => elementsOf(prediction, name)),
  }));
}

/** As asked, in the order asked for. */
export function requireOutputs({ outputs }: Signature, asked: InferRequest['outputs']): Signature['outputs'] {
  if (asked === undefined || asked.length === 0) return outputs;
  return asked.map(({ name, parameters }) => {
    if (parameters?.binary_data === true)
      throw refuse(`output "${name}" is asked for in binary; this server gives tensors as JSON`);
    const output = outputs.find((candidate) => candidate.name === name);
    if (output) return output;
    const names = outputs.map((candidate) => `"${candidate.name}"`).join(' and ');
    throw refuse(`the model has no output "${name}"; it has ${names}`);
  });
}

function elementsOf(prediction: Prediction, output: string): (number | string)[] {
  if ('value' in prediction) return [prediction.value];
  if (output === 'label') return [String(prediction.label)];
  return 'probability' in prediction ? [prediction.probability] : Object.values(prediction.probabilities);
}

function refuse(message: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', { message });
}
