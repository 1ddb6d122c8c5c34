import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { parseModelReference, readVersion, versionOf } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';

/** Where MLflow's clients keep the text of a prompt version; of a chat it is a list of messages as JSON. */
const TEXT_TAG = 'mlflow.prompt.text';

export interface PromptVersion {
  messages: { role: string; content: unknown }[];
  from: { name: string; version: string };
}

/** The messages of `name@alias` or `name/version`. @throws SERVICE_INVALID, and what looking it up throws */
export async function readPromptVersion(context: Context, named: string): Promise<PromptVersion> {
  const reference = parseModelReference(`models:/${named}`);
  if (reference === undefined || 'loggedModel' in reference)
    throw invalid(named, 'is no name@alias or name/version');
  const name = reference.model;
  const number = await versionOf(context.store.database.sql, context.project, reference);
  const { tags } = await readVersion(context, name, number);
  const text = tags[TEXT_TAG];
  if (text === undefined) throw invalid(named, 'is a model, not a prompt');
  return { messages: readMessages(text), from: { name, version: String(number) } };
}

function readMessages(text: string): PromptVersion['messages'] {
  const parsed = parseJson(text);
  const isChat =
    Array.isArray(parsed) && parsed.every((each) => isRecord(each) && typeof each.role === 'string');
  return isChat ? (parsed as PromptVersion['messages']) : [{ role: 'user', content: text }];
}

function invalid(named: string, problem: string): AirworthyError {
  return new AirworthyError('SERVICE_INVALID', { message: `prompt: "${named}" ${problem}`, at: 'prompt' });
}
