import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { PromptInput } from './schema.ts';

const Messages = PromptInput.options[1];

/**
 * A prompt as text or messages. `file://prompt.txt` is read, relative to the suite's folder: JSON with messages, YAML with
 * messages, else a text. Throws TASK_INVALID.
 */
export async function readPrompt(prompt: PromptInput, folder: string): Promise<PromptInput> {
  if (typeof prompt !== 'string' || !prompt.startsWith('file:')) return prompt;
  const path = filePath(prompt, folder);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AirworthyError('TASK_INVALID', {
      message: `the prompt ${path} cannot be read: ${(error as Error).message}`,
      cause: error,
    });
  });
  if (!/\.(json|ya?ml)$/i.test(path)) return text;
  const { parse } = await import('yaml');
  const messages = Messages.safeParse(readYaml(parse, text, path));
  if (messages.success) return messages.data;
  throw new AirworthyError('TASK_INVALID', {
    message: `the prompt ${path} is no list of messages: ${z.prettifyError(messages.error).split('\n')[0]}`,
    remedy: 'Write [{ "role": "user", "content": "…" }], or name a text file.',
  });
}

/** `file://notes.txt` is relative to the folder, `file:///notes.txt` is not. */
export function filePath(address: string, folder: string): string {
  if (address.startsWith('file:///')) return fileURLToPath(address);
  return resolve(folder, address.replace(/^file:(\/\/)?/, ''));
}

/** JSON is YAML. */
function readYaml(parse: (text: string) => unknown, text: string, path: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new AirworthyError('TASK_INVALID', {
      message: `the prompt ${path} cannot be read: ${(error as Error).message}`,
      cause: error,
    });
  }
}
