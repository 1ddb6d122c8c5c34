import { readFile } from 'node:fs/promises';
import { checkInput } from '../kernel/check-input.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { RolloutPlan } from '../serving/index.ts';

/** Reads the plan of a rollout from a YAML or JSON file. @throws BAD_ARGUMENT with the file and the field */
export async function readRolloutPlan(path: string): Promise<RolloutPlan> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `cannot read --plan ${path}: ${cause.message}`,
      cause,
    });
  });
  const { parse } = await import('yaml');
  let written: unknown;
  try {
    written = parse(text);
  } catch (cause) {
    const [first] = String((cause as Error).message).split('\n');
    throw new AirworthyError('BAD_ARGUMENT', { message: `${path}: ${first}`, at: path, cause });
  }
  return checkInput(path, RolloutPlan, written);
}
