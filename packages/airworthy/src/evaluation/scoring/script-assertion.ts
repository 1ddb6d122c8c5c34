import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { textOf } from './answer.ts';
import { functionIdentity } from './function-scorer.ts';
import type { Score } from './scorer.ts';
import { RIGHT_OR_WRONG, type ScorerEnvironment, type ScorerType, scorerType } from './scorer-type.ts';
import { failed, scored, verdict } from './scores.ts';

type AssertionFunction = (output: string, context: Readonly<Record<string, unknown>>) => unknown;

/**
 * A function in a file, called with the answer's text and `{ vars, expected, metadata, output }`: it says true or false, or
 * `{ pass, reason }`. Code inside of a suite's YAML is not run: data must not become code.
 */
export const scriptAssertion: ScorerType = scorerType({
  type: 'javascript',
  version: 1,
  options: z.strictObject({
    value: z
      .string()
      .startsWith('file://', 'code is named, not written here: put it into a file and say file://its-name.ts')
      .describe('file://check.ts, or file://check.ts:name for a function that is not its default export.'),
  }),
  async create({ value }, environment) {
    const assertion = await loadFunction(value.slice('file://'.length), environment);
    return {
      parts: [RIGHT_OR_WRONG],
      settings: { source: functionIdentity(assertion) },
      async score(each, output) {
        const { input, expected, metadata } = each;
        return readAnswer(await assertion(textOf(output.value), { vars: input, expected, metadata, output }));
      },
    };
  },
});

async function loadFunction(reference: string, { folder }: ScorerEnvironment): Promise<AssertionFunction> {
  const [, file, name = 'default'] = /^(.*?)(?::([\p{L}_$][\p{L}\p{N}_$]*))?$/u.exec(reference) ?? [
    '',
    reference,
  ];
  const path = resolve(folder, file);
  const module = await importFile(path, reference);
  const found = module[name];
  if (typeof found === 'function') return found as AssertionFunction;
  throw new AirworthyError('SCORER_INVALID', {
    message: `scorer javascript: ${reference} exports no function "${name}"`,
    at: 'value',
  });
}

async function importFile(path: string, reference: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    throw new AirworthyError('SCORER_INVALID', {
      message: `scorer javascript: ${reference} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      at: 'value',
      cause,
    });
  }
}

function readAnswer(given: unknown): Score {
  if (typeof given === 'boolean') return verdict(given, 'not-so');
  if (given === 0 || given === 1) return scored(given);
  if (isRecord(given) && typeof given.pass === 'boolean') {
    return verdict(given.pass, 'not-so', typeof given.reason === 'string' ? { rationale: given.reason } : {});
  }
  return failed('the function gave neither true or false nor { pass }');
}
