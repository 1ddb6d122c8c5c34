import { checkLiteral, checkValue, type TextRule, type ValueProblem } from './check-value.ts';
import type { ExpectedCall } from './expected-calls.ts';
import type { ReadCall } from './read-calls.ts';
import type { ToolSchema } from './tool-schema.ts';

export type CallProblemCode =
  | 'wrong-function'
  | 'missing-argument'
  | 'unexpected-argument'
  | 'missing-optional'
  | ValueProblem;

export interface CallProblem {
  code: CallProblemCode;
  /** The argument it is about. */
  argument?: string;
  message: string;
}

/**
 * The first thing that is wrong with a call, looked for in this order: its function, required arguments that are missing,
 * each argument given (known, of its type, of an accepted value), arguments left out that may not be. Undefined where it is right.
 *
 * @param schema the function's description; without it the accepted values say what is required and of which type
 */
export function checkCall(
  call: ReadCall,
  expected: ExpectedCall,
  schema: ToolSchema | undefined,
  texts: TextRule,
): CallProblem | undefined {
  if (call.name !== expected.name) {
    return { code: 'wrong-function', message: `${call.name} was called, not ${expected.name}` };
  }
  const required = schema?.required ?? [];
  const missing = required.find((argument) => !Object.hasOwn(call.arguments, argument));
  if (missing !== undefined) return problem('missing-argument', missing, 'is required and missing');
  for (const [argument, value] of Object.entries(call.arguments)) {
    const wrong = checkArgument(argument, value, expected, schema, texts);
    if (wrong) return wrong;
  }
  const left = Object.keys(expected.accepted).find(
    (argument) =>
      !Object.hasOwn(call.arguments, argument) &&
      (expected.literal === true || !expected.accepted[argument].includes('')),
  );
  if (left === undefined) return undefined;
  // Without a description, whatever may not be left out is required.
  return problem(
    schema ? 'missing-optional' : 'missing-argument',
    left,
    'is missing and may not be left out',
  );
}

function checkArgument(
  argument: string,
  value: unknown,
  { accepted, literal }: ExpectedCall,
  schema: ToolSchema | undefined,
  texts: TextRule,
): CallProblem | undefined {
  const known = Object.hasOwn(accepted, argument) && (schema === undefined || schema.arguments.has(argument));
  if (!known) return problem('unexpected-argument', argument, 'is not expected');
  const check = literal ? checkLiteral : checkValue;
  const wrong = check(value, accepted[argument], schema?.arguments.get(argument) ?? {}, texts);
  return wrong && problem(wrong, argument, `is ${JSON.stringify(value)?.slice(0, 200)}: ${SAID[wrong]}`);
}

const SAID: Record<ValueProblem, string> = {
  'wrong-type': 'not of its type',
  'wrong-item-type': 'an item is not of its type',
  'wrong-value': 'not one of the accepted values',
  'wrong-key': 'it has a key too many or too few',
  'wrong-length': 'it has items too many or too few',
};

function problem(code: CallProblemCode, argument: string, said: string): CallProblem {
  return { code, argument, message: `${argument} ${said}` };
}
