import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { splitWords } from './split-words.ts';

/** `trainer` in the `training` section: a program that trains. Written with `command(…)`. */
export const CommandTrainer = z.strictObject({
  kind: z.literal('command').describe('Set by `command(…)`.'),
  words: z.array(z.string()).min(1).describe('The program and its arguments; no shell reads them.'),
  inputs: z
    .array(z.string().min(1))
    .default([])
    .describe('Files and globs the program depends on; when one changes, it runs again.'),
  timeoutSeconds: z
    .number()
    .positive()
    .max(2_000_000)
    .default(3_600)
    .describe('After so long the program is stopped.'),
  env: z
    .array(z.string().regex(/^[A-Za-z_]\w*$/, 'should be the name of an environment variable'))
    .default([])
    .describe('Environment variables the program gets beside the basic ones.'),
});
export type CommandTrainer = z.infer<typeof CommandTrainer>;
export type CommandTrainerInput = z.input<typeof CommandTrainer>;

export interface CommandOptions {
  /** Files and globs, relative to the project folder, that the result depends on; files among the words are included. */
  inputs?: string[];
  /** Default 3600. */
  timeoutSeconds?: number;
  /** Names of environment variables to pass on. */
  env?: string[];
}

/**
 * Trains with a program of any kind instead of the built-in learners. It is started in the project folder without a
 * shell, reads the training rows from the folder AIRWORTHY_TRAIN and writes `model.onnx` into AIRWORTHY_OUTPUT.
 *
 * @throws CONFIG_INVALID where the text cannot be split into words, or asks for a shell.
 * @example
 * export default defineProject({ …, training: { trainer: command('python3 train.py', { inputs: ['features.py'] }) } });
 */
export function command(line: string | readonly string[], options: CommandOptions = {}): CommandTrainerInput {
  const words = typeof line === 'string' ? splitWords(line) : [...line];
  if (words.length > 0 && words[0] !== '') return { kind: 'command', words, ...options };
  throw new AirworthyError('CONFIG_INVALID', {
    message: 'command(…) names no program',
    at: 'training.trainer',
    remedy: "Give the program and its arguments: command('python3 train.py').",
  });
}

/** The command as a person would write it. */
export function showCommand({ words }: Pick<CommandTrainer, 'words'>): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
