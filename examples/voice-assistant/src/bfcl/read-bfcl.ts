import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tool } from '../planners/planner.ts';

/** The leaderboard's files beside the checkout; they are read from there and never copied. */
export const BFCL_FOLDER = join(import.meta.dirname, '../../../../../shared/data/bfcl');

export const CATEGORIES = ['simple_python', 'multiple', 'parallel', 'irrelevance'] as const;
export type Category = (typeof CATEGORIES)[number];

export interface BfclCase {
  id: string;
  category: Category;
  text: string;
  /** As the leaderboard describes them: its scorer reads their types. */
  functions: readonly Described[];
  /** `[{ play: { artist: ['Queen', ''] } }]`; empty where no call is right. */
  expected: readonly unknown[];
}

interface Described {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

interface Line {
  id: string;
  question: { role: string; content: string }[][];
  function: Described[];
}

/** Why the benchmark cannot be read here; undefined where it can. */
export function missingBfcl(folder = BFCL_FOLDER): string | undefined {
  return existsSync(folder) ? undefined : 'the benchmark (shared/data/bfcl) is not beside the checkout';
}

export function readBfcl(category: Category, folder = BFCL_FOLDER): BfclCase[] {
  const answers = new Map(
    category === 'irrelevance'
      ? []
      : readLines<{ id: string; ground_truth: unknown[] }>(folder, `${category}.answers.jsonl`).map(
          (line) => [line.id, line.ground_truth],
        ),
  );
  return readLines<Line>(folder, `${category}.jsonl`).map(({ id, question, function: functions }) => ({
    id,
    category,
    text: question[0].map(({ content }) => content).join('\n'),
    functions,
    expected: answers.get(id) ?? [],
  }));
}

function readLines<Row>(folder: string, file: string): Row[] {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Row);
}

/** Names of types in the leaderboard's files that JSON Schema has other words for. */
const TYPES: Readonly<Record<string, string>> = {
  dict: 'object',
  float: 'number',
  tuple: 'array',
  any: 'string',
};

/** The functions of a case as a planner takes them. */
export function toolsOf({ functions }: BfclCase): Tool[] {
  return functions.map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: inJsonSchema(parameters) as Record<string, unknown> },
  }));
}

function inJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(inJsonSchema);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === 'type' && typeof value === 'string' ? (TYPES[value] ?? value) : inJsonSchema(value),
    ]),
  );
}
