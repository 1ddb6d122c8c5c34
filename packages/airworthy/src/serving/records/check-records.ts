import type { ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Signature } from '../../models/signature.ts';
import type { Field } from '../../models/table.ts';
import { parseTimestamp } from '../../models/timestamps.ts';
import { extraField, outOfRange } from '../../models/value-problem.ts';
import type { FieldProblem } from '../schema.ts';
import { describeProblem } from './describe-problem.ts';

/** Problems reported a request: enough to mend it, few enough to bound the answer. */
const MOST_PROBLEMS = 20;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The problems of one value that should be a record; none when it fits the signature. */
export type RecordCheck = (value: unknown) => { field: string; problem: string }[];

/**
 * Compiles a model's signature to a check of raw records, once. Nothing is coerced, filled in or dropped: what
 * passes is what the model sees. Time text is read exactly as scoring reads it.
 */
export function createRecordCheck(signature: Signature): RecordCheck {
  const ajv = new Ajv2020({
    allErrors: true,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    ownProperties: true,
    strict: false,
    strictNumbers: true,
    formats: { 'date-time': (text: string) => !Number.isNaN(parseTimestamp(text)) },
  });
  const validate = ajv.compile(signature.record);
  const { fields } = signature;
  const names = new Set(fields.map((field) => field.name));
  const timed = fields.filter(
    (field) => field.kind === 'timestamp' && (field.minimum !== undefined || field.maximum !== undefined),
  );
  return (value) => {
    if (!isRecord(value)) return [{ field: '', problem: 'must be an object with a value for each field' }];
    // Before the validator, which would list each of a million unknown names.
    const extra = firstExtraNames(value, names);
    if (extra.length > MOST_PROBLEMS)
      return extra.map((name) => ({ field: name, problem: extraField(name, fields) }));
    if (!validate(value)) return distinct(validate.errors ?? [], value, fields);
    return timed.flatMap((field) => timeOutOfRange(field, value[field.name]));
  };
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstExtraNames(value: JsonRecord, names: ReadonlySet<string>): string[] {
  const extra: string[] = [];
  for (const name in value) {
    if (!names.has(name)) extra.push(name);
    if (extra.length > MOST_PROBLEMS) break;
  }
  return extra;
}

/**
 * The first finding about each field; others about the same value only repeat it. Unknown names come first: they
 * are mostly what explains a missing one.
 */
function distinct(errors: readonly ErrorObject[], record: JsonRecord, fields: readonly Field[]) {
  const byField = new Map<string, { field: string; problem: string }>();
  const isExtra = (error: ErrorObject) => error.keyword === 'additionalProperties';
  const ordered = [...errors.filter(isExtra), ...errors.filter((error) => !isExtra(error))];
  for (const error of ordered) {
    const found = describeProblem(error, record, fields);
    if (!byField.has(found.field)) byField.set(found.field, found);
  }
  return [...byField.values()];
}

function timeOutOfRange(field: Field, value: unknown): { field: string; problem: string }[] {
  const time = parseTimestamp(value);
  const iso = (ms: number) => new Date(ms).toISOString();
  if (field.minimum !== undefined && time < field.minimum)
    return [{ field: field.name, problem: outOfRange('least', iso(field.minimum), field, value) }];
  if (field.maximum !== undefined && time > field.maximum)
    return [{ field: field.name, problem: outOfRange('greatest', iso(field.maximum), field, value) }];
  return [];
}

/** Gathers problems over a request's records and raises them as one RECORD_INVALID that names the fields. */
export function createProblemList(endpoint: string, records: number) {
  const problems: FieldProblem[] = [];
  let more = 0;
  const pathOf = (index: number, field: string) => {
    if (records === 1) return field;
    return field === '' ? `[${index}]` : `[${index}].${field}`;
  };
  return {
    add(index: number, found: readonly { field: string; problem: string }[]) {
      for (const { field, problem } of found) {
        if (problems.length < MOST_PROBLEMS) problems.push({ path: pathOf(index, field), problem });
        else more++;
      }
    },
    raise(): void {
      if (problems.length === 0) return;
      throw recordInvalid(endpoint, problems, more);
    },
  };
}

export function recordInvalid(endpoint: string, problems: readonly FieldProblem[], more = 0): AirworthyError {
  const shown = problems.slice(0, 3).map(({ path, problem }) => `${path || 'the record'} ${problem}`);
  const rest = problems.length - shown.length + more;
  const [first] = problems;
  return new AirworthyError('RECORD_INVALID', {
    message: `${endpoint}: ${shown.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
    ...(first.path === '' ? {} : { at: first.path }),
    facts: { fields: problems },
  });
}
