import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv } from 'ajv';
import { SKILLS } from '../skills/registry.ts';
import type { Call } from '../skills/skill.ts';
import type { CallProblem } from './turn.ts';

/** "Turn off the light and play some music" is two; more in one breath is a misunderstanding. */
export const MOST_CALLS = 2;

/** Of a call; a model that writes a thousand wrong arguments is told of the first. */
const MOST_PROBLEMS = 10;
const LONGEST_NAME = 60;

const ajv = new Ajv({ allErrors: true, strict: true });
const CHECKS: ReadonlyMap<string, ValidateFunction> = new Map(
  SKILLS.map(({ name, parameters }) => [name, ajv.compile(parameters)]),
);

const CODES: Readonly<Record<string, CallProblem['code']>> = {
  required: 'missing-argument',
  additionalProperties: 'unexpected-argument',
  type: 'wrong-type',
};

/** What keeps a planner's calls from being run; nothing where they are calls of skills with arguments these take. */
export function validateCalls(calls: readonly Call[]): CallProblem[] {
  if (calls.length === 0) return [{ code: 'unreadable', message: 'the answer of the planner holds no call' }];
  if (calls.length > MOST_CALLS) {
    return [
      { code: 'too-many', message: `${calls.length} calls in one turn; at most ${MOST_CALLS} are run` },
    ];
  }
  return calls.flatMap(checkCall);
}

function checkCall({ name, arguments: args }: Call): CallProblem[] {
  const check = CHECKS.get(name);
  if (check === undefined)
    return [{ code: 'wrong-function', message: `there is no skill "${name.slice(0, LONGEST_NAME)}"` }];
  return check(args)
    ? []
    : (check.errors ?? []).slice(0, MOST_PROBLEMS).map((error) => describe(name, error));
}

function describe(skill: string, error: ErrorObject): CallProblem {
  const code = CODES[error.keyword] ?? 'wrong-value';
  const argument: string = argumentOf(error).slice(0, LONGEST_NAME);
  const message = `${skill}${argument === '' ? '' : `, argument "${argument}"`}: ${error.message}`;
  return { code, message };
}

function argumentOf({ instancePath, params }: ErrorObject): string {
  return String(params.missingProperty ?? params.additionalProperty ?? instancePath.replace(/^\//, ''));
}
