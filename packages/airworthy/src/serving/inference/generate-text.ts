import { AirworthyError } from '../../kernel/errors.ts';
import type { Field } from '../../models/table.ts';
import type { Endpoints, GenerateResult, PredictOptions } from '../endpoints/endpoints.ts';
import { withTimeout } from './options-from-headers.ts';

export interface GenerateCall {
  endpoint: string;
  version?: string | undefined;
  /** The text to go on from: the field `text_input`, else the first text of the record that is not given. */
  textInput: string;
  /** Other fields of the record. */
  fields: Readonly<Record<string, unknown>>;
  /** The request's parameters: how the text is to be made, in the words of chat completions, and the protocol's own. */
  parameters: Readonly<Record<string, unknown>>;
  options: PredictOptions;
}

/** Parameters of the protocol that say nothing of how the text is to be made; one text is made a request. */
const NOT_SAMPLING = /^(triton_|sequence_|binary_data|(priority|timeout|details|stream|n)$)/;
/** Some clients send these beside the text instead of among the parameters. */
const SAMPLING = new Set('temperature top_p top_k max_tokens stop seed'.split(' '));

/** @throws CALL_UNSUITABLE for a release that makes no text, and what `Endpoints.generate` raises */
export async function generateText(
  endpoints: Endpoints,
  { endpoint, version, textInput, fields: given, parameters, options }: GenerateCall,
): Promise<GenerateResult> {
  const { signature } = endpoints.describe(endpoint, version);
  const isField = (name: string) => signature.fields.some((field) => field.name === name);
  const isSampling = ([name]: [string, unknown]) => SAMPLING.has(name) && !isField(name);
  const fields = Object.fromEntries(Object.entries(given).filter((entry) => !isSampling(entry)));
  const sampling = Object.fromEntries([
    ...Object.entries(given).filter(isSampling),
    ...Object.entries(parameters).filter(([name]) => !NOT_SAMPLING.test(name)),
  ]);
  const record = { ...fields, [textField(endpoint, signature.fields, fields)]: textInput };
  return endpoints.generate(endpoint, record, {
    ...withTimeout(options, parameters.timeout),
    sampling,
    ...(version === undefined ? {} : { version }),
  });
}

function textField(endpoint: string, fields: readonly Field[], given: object): string {
  const texts = fields.filter(({ kind, name }) => kind === 'category' && !Object.hasOwn(given, name));
  const field = texts.find(({ name }) => name === 'text_input') ?? texts[0];
  if (field !== undefined) return field.name;
  throw new AirworthyError('CALL_UNSUITABLE', {
    message: `endpoint "${endpoint}" takes no text as text_input`,
  });
}
