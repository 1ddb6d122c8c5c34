import type { PromptInput } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { parseModelReference, readVersion, versionOf } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';

/** As clients of MLflow store prompts: the text, or messages as JSON, in a tag of the version. */
const TEXT_TAG = 'mlflow.prompt.text';
const TYPE_TAG = '_mlflow_prompt_type';

/** A prompt of the registry, by number or alias. */
export interface PromptVersion {
  name: string;
  version: number;
  prompt: PromptInput;
}

/** Reads `prompts:/name/3` and `prompts:/name@alias`. Throws TASK_INVALID, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, ALIAS_NOT_FOUND. */
export async function readPromptVersion(context: Context, address: string): Promise<PromptVersion> {
  const reference = parseModelReference(address.replace(/^prompts:/, 'models:'));
  if (reference === undefined || 'loggedModel' in reference) {
    throw new AirworthyError('TASK_INVALID', {
      message: `${address} names no prompt version`,
      remedy: 'Write prompts:/name/3, or prompts:/name@alias.',
    });
  }
  const number = await versionOf(context.store.database.sql, context.project, reference);
  const { tags } = await readVersion(context, reference.model, number);
  const text = tags[TEXT_TAG];
  if (text === undefined) {
    throw new AirworthyError('TASK_INVALID', {
      message: `version ${number} of "${reference.model}" is no prompt: it has no text`,
    });
  }
  const prompt = tags[TYPE_TAG] === 'chat' ? parseJson(text) : text;
  if (typeof prompt === 'string' || Array.isArray(prompt))
    return { name: reference.model, version: number, prompt };
  throw new AirworthyError('TASK_INVALID', {
    message: `version ${number} of prompt "${reference.model}" is said to be a chat and is none`,
  });
}
