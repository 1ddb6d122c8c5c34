import type { Tool } from '../planners/planner.ts';
import { toTools } from './to-tools.ts';

/** Where a schema bounds no text, the grammar does: a model that does not stop is stopped here. */
const LONGEST_TEXT = 400;

/** JSON Schema, as far as functions use it; the benchmark's `dict` and `float` are in it too. */
interface Schema {
  type?: string;
  enum?: readonly unknown[];
  const?: unknown;
  minLength?: number;
  maxLength?: number;
  items?: Schema;
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
}

const COMMON = [
  String.raw`char ::= [^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})`,
  'integer ::= "-"? ("0" | [1-9] [0-9]{0,15})',
  'number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?',
  'boolean ::= "true" | "false"',
  `any-text ::= ${text({})}`,
  'any ::= any-text | number | boolean | "null" | any-list | any-object',
  'any-list ::= "[" (any ("," any)*)? "]"',
  'any-object ::= "{" (any-text ":" any ("," any-text ":" any)*)? "}"',
];

/**
 * The grammar a language model is held to while it writes: one call of these functions as JSON without spaces,
 * arguments in the order of the schema, and nothing else. Texts may be in any language and have a bounded length.
 *
 * @param atMost with more than one, a list of up to so many calls is taken as well
 *
 * @example
 * toGbnf(); // {"name":"timer_set","arguments":{"duration":"ten minutes"}} and the like
 */
export function toGbnf(tools: readonly Tool[] = toTools(), { atMost = 1 }: { atMost?: number } = {}): string {
  const rules = tools.map((tool, index) => ({ name: ruleName(tool, index), body: callBody(tool) }));
  const more = atMost > 1 ? ` | "[" call ("," call){0,${atMost - 1}} "]"` : '';
  return [
    `root ::= call${more}`,
    `call ::= ${rules.map(({ name }) => name).join(' | ')}`,
    ...rules.map(({ name, body }) => `${name} ::= ${body}`),
    ...COMMON,
    '',
  ].join('\n');
}

/** Names of rules take letters, figures and hyphens only. */
function ruleName({ function: { name } }: Tool, index: number): string {
  return `call-${index + 1}-${name.replaceAll(/[^a-zA-Z0-9]+/g, '-').replaceAll(/^-|-$/g, '')}`;
}

function callBody({ function: { name, parameters } }: Tool): string {
  const head = literal(`{"name":${JSON.stringify(name)},"arguments":`);
  return `${head} ${objectBody(parameters as Schema)} ${literal('}')}`;
}

/** What is written first has no comma before it; so there is one way for each argument that may be the first. */
function objectBody({ properties = {}, required = [] }: Schema): string {
  const members = Object.entries(properties).map(([name, schema]) => ({
    text: `${literal(`${JSON.stringify(name)}:`)} ${valueBody(schema)}`,
    needed: required.includes(name),
  }));
  if (members.length === 0) return literal('{}');
  const firstNeeded = members.findIndex(({ needed }) => needed);
  const starts = firstNeeded === -1 ? members.length : firstNeeded + 1;
  const ways = members.slice(0, starts).map(({ text }, first) => {
    const rest = members.slice(first + 1).map((member) => {
      const following = `${literal(',')} ${member.text}`;
      return member.needed ? following : `(${following})?`;
    });
    return [text, ...rest].join(' ');
  });
  const all = firstNeeded === -1 ? `(${ways.join(' | ')})?` : `(${ways.join(' | ')})`;
  return `${literal('{')} ${all} ${literal('}')}`;
}

function valueBody(schema: Schema): string {
  if (schema.const !== undefined) return literal(JSON.stringify(schema.const));
  if (schema.enum !== undefined) {
    return `(${schema.enum.map((value) => literal(JSON.stringify(value))).join(' | ')})`;
  }
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'boolean':
      return schema.type;
    case 'number':
    case 'float':
      return 'number';
    case 'array':
    case 'tuple':
      return listBody(schema.items ?? {});
    case 'object':
    case 'dict':
      return schema.properties === undefined ? 'any-object' : objectBody(schema);
    default:
      return 'any';
  }
}

function listBody(items: Schema): string {
  const item = valueBody(items);
  return `"[" (${item} ("," ${item})*)? "]"`;
}

function text({ minLength = 0, maxLength = LONGEST_TEXT }: Schema): string {
  return String.raw`"\"" char{${minLength},${maxLength}} "\""`;
}

function literal(written: string): string {
  return JSON.stringify(written);
}
