import { z } from 'zod';
import { isRecord } from '../../../kernel/is-record.ts';
import { answerOf, COMPARED } from '../answer.ts';
import type { PartScores, PartSpec, ScorerType, ScoringRule } from '../scorer-type.ts';
import { RIGHT_OR_WRONG, SHARE, scorerType } from '../scorer-type.ts';
import { scored, verdict } from '../scores.ts';
import { compileSchema, type SchemaProblem } from './compile-schema.ts';
import { findJson, type ReadJson, readJson } from './json-text.ts';
import { readSchema, SchemaInput } from './read-schema.ts';

const Options = z.strictObject({
  outputField: COMPARED.outputField,
  value: SchemaInput.optional(),
  schema: SchemaInput.optional(),
});

type Given = z.output<typeof Options>;

/** Text as `read` finds JSON in it; any other answer is JSON already. */
function readAnswer(answer: unknown, read: (text: string) => ReadJson): ReadJson {
  if (typeof answer === 'string') return read(answer);
  return answer === undefined || answer === null ? { problem: 'there is no answer' } : { value: answer };
}

/** Valid JSON, and where a schema is given, valid by it, with the share of its fields that are. */
function jsonScorer(type: string, aliases: Record<string, Partial<Given>>, read: (text: string) => ReadJson) {
  return scorerType({
    type,
    version: 1,
    aliases,
    options: Options,
    async create(options, environment): Promise<ScoringRule> {
      const given = options.schema ?? options.value;
      if (given === undefined) return validity(options, read);
      const schema = await readSchema(given, environment);
      const problemsOf = await compileSchema(schema);
      const fields = isRecord(schema) && isRecord(schema.properties) ? Object.keys(schema.properties) : [];
      return bySchema(options, read, problemsOf, fields, schema);
    },
  });
}

function validity(options: Given, read: (text: string) => ReadJson): ScoringRule {
  return {
    parts: [RIGHT_OR_WRONG],
    score(_, output) {
      const found = readAnswer(answerOf(output, options), read);
      return 'value' in found ? scored(1) : verdict(false, 'invalid-json', { rationale: found.problem });
    },
  };
}

function bySchema(
  options: Given,
  read: (text: string) => ReadJson,
  problemsOf: (value: unknown) => SchemaProblem[],
  fields: readonly string[],
  schema: unknown,
): ScoringRule {
  const fieldPart: PartSpec[] = fields.length === 0 ? [] : [{ ...SHARE, part: 'fields' }];
  return {
    parts: [RIGHT_OR_WRONG, ...fieldPart],
    settings: { schema },
    score(_, output): PartScores {
      const found = readAnswer(answerOf(output, options), read);
      const none = fields.length === 0 ? {} : { fields: scored(0, { code: 'invalid-json' }) };
      if (!('value' in found))
        return { '': verdict(false, 'invalid-json', { rationale: found.problem }), ...none };
      const problems = problemsOf(found.value);
      const valid = problems.length === 0;
      const main = verdict(valid, 'invalid-by-schema', valid ? {} : { evidence: { problems } });
      return fields.length === 0 ? main : { '': main, fields: fieldShare(found.value, fields, problems) };
    },
  };
}

/** Fields of the schema's top level without a problem in or below them. What is no object has none. */
function fieldShare(value: unknown, fields: readonly string[], problems: readonly SchemaProblem[]) {
  const wrong = isRecord(value)
    ? fields.filter((field) => {
        const path = `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        return problems.some((problem) => problem.path === path || problem.path.startsWith(`${path}/`));
      })
    : fields;
  return scored(1 - wrong.length / fields.length, wrong.length === 0 ? {} : { evidence: { wrong } });
}

export const JSON_SCORERS: readonly ScorerType[] = [
  jsonScorer('json', { 'is-json': {}, 'valid-json': {}, 'json-schema': {} }, readJson),
  jsonScorer('contains-json', {}, findJson),
];
