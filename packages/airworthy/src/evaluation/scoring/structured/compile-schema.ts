import type { ErrorObject, Options } from 'ajv';
import { AirworthyError } from '../../../kernel/errors.ts';
import { compilePattern } from '../text/compile-pattern.ts';

export interface SchemaProblem {
  /** A JSON pointer into the answer. */
  path: string;
  message: string;
}

/** Problems listed of one answer. */
const MOST_PROBLEMS = 100;

/** Patterns run in linear time, whatever a schema asks for. Their text tells them apart: equal texts share a pattern. */
const linearPatterns = Object.assign(
  (pattern: string) => ({ test: compilePattern(pattern), toString: () => pattern }),
  { code: 'compilePattern' },
);

const SETTINGS: Options = {
  allErrors: true,
  strict: false,
  validateFormats: false,
  logger: false,
  code: { regExp: linearPatterns },
};

/**
 * A check of values against a JSON Schema: draft 2020-12, or draft 7 where `$schema` says so. `format` is a remark and not
 * checked, as the standard has it. Compiled once.
 *
 * @throws SCORER_INVALID for a schema that is none
 */
export async function compileSchema(
  schema: Record<string, unknown> | boolean,
): Promise<(value: unknown) => SchemaProblem[]> {
  try {
    const validator = (await createAjv(schema)).compile(schema);
    return (value) =>
      validator(value) ? [] : (validator.errors ?? []).slice(0, MOST_PROBLEMS).map(problemOf);
  } catch (cause) {
    if (AirworthyError.is(cause)) throw cause;
    throw new AirworthyError('SCORER_INVALID', {
      message: `the JSON Schema of a scorer is none: ${cause instanceof Error ? cause.message : String(cause)}`,
      at: 'schema',
      cause,
    });
  }
}

async function createAjv(schema: Record<string, unknown> | boolean) {
  const dialect = typeof schema === 'object' ? schema.$schema : undefined;
  if (typeof dialect === 'string' && /draft-0[67]/.test(dialect)) {
    const { Ajv } = await import('ajv');
    return new Ajv(SETTINGS);
  }
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  return new Ajv2020(SETTINGS);
}

function problemOf({ instancePath, message, params }: ErrorObject): SchemaProblem {
  const { missingProperty, additionalProperty } = params as {
    missingProperty?: string;
    additionalProperty?: string;
  };
  const own = missingProperty ?? additionalProperty;
  return {
    path:
      own === undefined ? instancePath : `${instancePath}/${own.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    message: message ?? 'is not valid',
  };
}
