import { type AirworthyError, toAirworthyError } from '../../kernel/errors.ts';

/** MLflow's error codes that we answer, with the HTTP status its clients expect beside each. */
const STATUS = {
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  RESOURCE_EXHAUSTED: 429,
  INTERNAL_ERROR: 500,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;

export type MlflowErrorCode = keyof typeof STATUS;

/** An answer that MLflow's clients understand: `{"error_code": …, "message": …}`. */
export class MlflowError extends Error {
  readonly errorCode: MlflowErrorCode;
  readonly status: number;

  constructor(errorCode: MlflowErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MlflowError';
    this.errorCode = errorCode;
    this.status = STATUS[errorCode];
  }

  toJSON(): { error_code: MlflowErrorCode; message: string } {
    return { error_code: this.errorCode, message: this.message };
  }
}

/** Facts of an error, as text where they are there. */
type Facts = Record<string, unknown>;

interface Translation {
  code: MlflowErrorCode;
  /** MLflow's own words, for errors whose message clients match on; from the error's facts. */
  say?(facts: Facts): string;
  /** The facts without which our own message is sent. */
  needs?: readonly string[];
}

const doesNotExist = (fact: string, say: (value: unknown) => string): Translation => ({
  code: 'RESOURCE_DOES_NOT_EXIST',
  needs: [fact],
  say: (facts) => say(facts[fact]),
});

/** Our codes whose MLflow code does not follow from the status, or whose message clients match on. */
const TRANSLATIONS: Partial<Record<string, Translation>> = {
  RUN_NOT_FOUND: doesNotExist('run', (run) => `Run with id=${run} not found`),
  RUN_DELETED: {
    code: 'INVALID_PARAMETER_VALUE',
    needs: ['run'],
    say: ({ run }) => `The run ${run} must be in the 'active' state. Current state is deleted.`,
  },
  TAG_NOT_FOUND: {
    code: 'RESOURCE_DOES_NOT_EXIST',
    needs: ['run', 'key'],
    say: ({ run, key }) => `No tag with name: ${key} in run with id ${run}`,
  },
  EXPERIMENT_NOT_FOUND: {
    code: 'RESOURCE_DOES_NOT_EXIST',
    say: ({ name, number }) =>
      name === undefined
        ? `No Experiment with id=${number} exists`
        : `Could not find experiment with name '${name}'`,
  },
  EXPERIMENT_EXISTS: {
    code: 'RESOURCE_ALREADY_EXISTS',
    needs: ['name'],
    say: ({ name }) => `Experiment(name=${name}) already exists.`,
  },
  MODEL_NOT_FOUND: doesNotExist('model', (model) => `Registered Model with name=${model} not found`),
  MODEL_EXISTS: {
    code: 'RESOURCE_ALREADY_EXISTS',
    needs: ['model'],
    say: ({ model }) => `Registered Model (name=${model}) already exists.`,
  },
  MODEL_VERSION_NOT_FOUND: {
    code: 'RESOURCE_DOES_NOT_EXIST',
    needs: ['model', 'version'],
    say: ({ model, version }) => `Model Version (name=${model}, version=${version}) not found`,
  },
  // Not 404: clients take it for an alias that is not set.
  ALIAS_NOT_FOUND: { code: 'INVALID_PARAMETER_VALUE' },
  TRACE_NOT_FOUND: doesNotExist('trace', (trace) => `Trace with ID '${trace}' not found.`),
  PARAM_CHANGED: {
    code: 'INVALID_PARAMETER_VALUE',
    needs: ['run', 'key', 'before', 'after'],
    say: ({ run, key, before, after }) =>
      `Changing param values is not allowed. Param with key='${key}' was already logged with value='${before}' ` +
      `for run ID='${run}'. Attempted logging new value '${after}'.`,
  },
};

/** Any failure as MLflow's error; what will fail again is never a 5xx. Unforeseen ones keep their cause for the log. */
export function toMlflowError(thrown: unknown): MlflowError {
  if (thrown instanceof MlflowError) return thrown;
  const error = toAirworthyError(thrown);
  const translation = TRANSLATIONS[error.code];
  if (!translation) return new MlflowError(codeOfStatus(error), error.message, { cause: thrown });
  const { code, needs = [], say } = translation;
  const complete = needs.every((fact) => error.facts[fact] !== undefined);
  return new MlflowError(code, say && complete ? say(error.facts) : error.message, { cause: thrown });
}

function codeOfStatus({ code, status }: AirworthyError): MlflowErrorCode {
  if (code === 'INTERNAL') return 'INTERNAL_ERROR';
  if (status >= 500) return 'TEMPORARILY_UNAVAILABLE';
  if (status === 404) return 'RESOURCE_DOES_NOT_EXIST';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 401) return 'UNAUTHENTICATED';
  return status === 429 ? 'RESOURCE_EXHAUSTED' : 'INVALID_PARAMETER_VALUE';
}
