import { AirworthyError } from '../../kernel/errors.ts';
import type { Field } from '../../models/table.ts';
import type { Endpoints, GenerateResult, PredictOptions } from '../endpoints/endpoints.ts';

export interface GenerateCall {
  endpoint: string;
  version?: string | undefined;
  /** The text to go on from: the field `text_input`, else the first text of the record that is not given. */
  textInput: string;
  /** Other fields of the record. */
  fields: Readonly<Record<string, unknown>>;
  /** How the text is to be made, in the words of chat completions. */
  sampling: Readonly<Record<string, unknown>>;
  options: PredictOptions;
}

/** @throws CALL_UNSUITABLE for a release that makes no text, and what `Endpoints.generate` raises */
export async function generateText(
  endpoints: Endpoints,
  { endpoint, version, textInput, fields, sampling, options }: GenerateCall,
): Promise<GenerateResult> {
  const { signature } = endpoints.describe(endpoint, version);
  const record = { ...fields, [textField(endpoint, signature.fields, fields)]: textInput };
  const asked = Object.keys(sampling).length === 0 ? {} : { sampling };
  return endpoints.generate(endpoint, record, {
    ...options,
    ...asked,
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
