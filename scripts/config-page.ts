import { z } from 'zod';
import { DECLARED_SEVERITY, DEFAULT_RULES } from '../packages/airworthy/src/data/check-quality.ts';
import { ProjectConfig } from '../packages/airworthy/src/project/schema.ts';
import { metricsFor } from '../packages/airworthy/src/stats/metric-catalogue.ts';
import { METRIC_NAMES } from '../packages/airworthy/src/stats/metric-names.ts';
import { markdownTable } from './markdown-table.ts';

interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

/** The keys of a section as rows of its table, and a table of its own for each union told apart by one key. */
interface Listing {
  rows: string[][];
  variants: Variants[];
}

interface Variants {
  path: string;
  tag: string;
  options: readonly JsonSchema[];
  /** Keys that every option has alike; they stand in the section's table. */
  shared: ReadonlySet<string>;
}

const INTRODUCTION = `# Configuration

\`airworthy.config.ts\` in the project's folder holds \`export default defineProject({ … })\`. Its keys are the stages. A key that is not known, or
a value of the wrong kind, is refused with its path, what was expected and the nearest valid name. In the tables \`*\` stands for any name and
\`[]\` for each entry of a list. This page is generated from the schemas (\`npm run docs:reference\`).
`;

/** docs/reference/config.md: every key of a project's config, a section a stage. */
export function configPage(): string {
  const options = { io: 'input', unrepresentable: 'any', reused: 'inline' } as const;
  const schema = z.toJSONSchema(ProjectConfig, options) as JsonSchema;
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) =>
    sectionText(name, section),
  );
  return [INTRODUCTION, ...sections].join('\n');
}

function sectionText(name: string, section: JsonSchema): string {
  const title = `## ${name}\n\n${section.description ?? ''}`;
  if (!section.properties) return `${title} A ${showKind(section)}; required.\n`;
  const { rows, variants } = listKeys(section, '');
  return [
    `${title}\n`,
    markdownTable(['key', 'value', 'default', 'meaning'], rows),
    ...variants.map(variantsText),
    ...(name === 'evaluation' ? [metricsText()] : []),
  ].join('\n');
}

function listKeys(schema: JsonSchema, prefix: string): Listing {
  const listings = Object.entries(schema.properties ?? {}).map(([key, value]) => {
    const path = `${prefix}${key}`;
    const required = schema.required?.includes(key) === true;
    const row = [`\`${path}\``, showKind(value), showDefault(value, required), value.description ?? ''];
    const members = listMembers(value, path);
    return { ...members, rows: [row, ...members.rows] };
  });
  return joinListings(listings);
}

/** Members of an object, of a list's or a map's objects, and of alternatives. */
function listMembers(schema: JsonSchema, path: string): Listing {
  if (schema.properties) return listKeys(schema, `${path}.`);
  if (schema.items) return listMembers(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === 'object')
    return listMembers(schema.additionalProperties, `${path}.*`);
  const options = alternativesOf(schema);
  const tag = tagOf(options);
  if (tag !== undefined) return listVariants(path, tag, options);
  // No key is required where another alternative does without it.
  const all = options.length > 1 && options.every((option) => option.properties);
  return joinListings(options.map((option) => listMembers(all ? { ...option, required: [] } : option, path)));
}

function listVariants(path: string, tag: string, options: readonly JsonSchema[]): Listing {
  const [first, ...others] = options.map((option) => option.properties ?? {});
  const alike = (key: string) =>
    others.every((properties) => JSON.stringify(properties[key]) === JSON.stringify(first[key]));
  const shared = new Set(Object.keys(first).filter((key) => key !== tag && alike(key)));
  const { rows, variants } = listKeys({ ...options[0], properties: pick(first, shared) }, `${path}.`);
  const tagRow = [
    `\`${path}.${tag}\``,
    `[one of these](#${anchorOf(path + tag)})`,
    'required',
    'Each with keys of its own.',
  ];
  return { rows: [tagRow, ...rows], variants: [{ path, tag, options, shared }, ...variants] };
}

function variantsText({ path, tag, options, shared }: Variants): string {
  const extra = path === 'quality[]' ? undeclared : undefined;
  const rows = options.map((option) => {
    const name = String(option.properties?.[tag].const);
    const own = Object.entries(option.properties ?? {}).filter(([key]) => key !== tag && !shared.has(key));
    const keys = own.map(([key, value]) => ownKey(key, value, option.required?.includes(key) === true));
    return [`\`'${name}'\``, option.description ?? '', keys.join('<br>'), ...(extra ? [extra(name)] : [])];
  });
  return [
    `### ${path}.${tag}\n`,
    ...(extra ? [UNDECLARED_NOTE] : []),
    markdownTable([tag, 'meaning', 'keys of its own', ...(extra ? ['undeclared'] : [])], rows),
  ].join('\n');
}

/** The anchor that a heading gets: letters and digits, here. */
function anchorOf(heading: string): string {
  return heading.replaceAll(/[^a-z]/gi, '').toLowerCase();
}

function ownKey(key: string, value: JsonSchema, required: boolean): string {
  const kind = [showKind(value), required ? '' : 'optional', defaultText(value.default)];
  const traits = value.default === undefined ? kind : kind.filter((trait) => trait !== 'optional');
  return `\`${key}\` (${traits.filter(Boolean).join(', ')}): ${value.description ?? ''}`;
}

const UNDECLARED_NOTE = `A declared rule is of severity \`${DECLARED_SEVERITY}\` unless it says otherwise. Rules marked in the last column are checked in every dataset
that declares none of that name.
`;

/** How a quality rule is checked in data that does not declare it. */
function undeclared(rule: string): string {
  const usual = DEFAULT_RULES.filter((each) => each.rule === rule).map(({ rule: _, severity, ...keys }) => {
    const [setting] = Object.entries(keys).map(([key, value]) => ` with \`${key}: ${value}\``);
    return `\`${severity}\`${setting ?? ''}`;
  });
  return usual.join('; ');
}

function metricsText(): string {
  const rows = (['binary', 'multiclass', 'regression'] as const).map((task) => [
    task,
    metricsFor(task)
      .map((metric) => `\`${metric}\``)
      .join(', '),
  ]);
  return `### Metrics\n\nThe first of a task is its primary metric where none is named.\n\n${markdownTable(['task', 'metrics'], rows)}`;
}

/** A schema's kind in words. `many` gives the plural. */
function showKind(schema: JsonSchema, many = false): string {
  const plural = many ? 's' : '';
  if (schema.const !== undefined) return `\`${literal(schema.const)}\``;
  if (schema.enum) {
    if (schema.enum.length === METRIC_NAMES.length) return `[metric${plural}](#metrics)`;
    return joinWithOr(schema.enum.map((value) => `\`${literal(value)}\``));
  }
  const options = alternativesOf(schema);
  if (options.length > 0) {
    if (tagOf(options) !== undefined) return `object${plural}`;
    return joinWithOr(options.map((option) => objectKeys(option) ?? showKind(option, many)));
  }
  if (schema.type === 'array') return `list of ${showKind(schema.items ?? {}, true)}`;
  if (typeof schema.additionalProperties === 'object')
    return `${showKind(schema.additionalProperties, true)} by name`;
  const names = [schema.type ?? 'value'].flat().map((type) => `${type}${plural}`);
  return [joinWithOr(names), showRange(schema)].filter(Boolean).join(' ');
}

/** An object among alternatives is told from the others by its keys. */
function objectKeys({ properties }: JsonSchema): string | undefined {
  return properties && `\`{ ${Object.keys(properties).join(', ')} }\``;
}

function showRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const [low, high] = [stated(minimum), stated(maximum)];
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  const bounds = [
    low === undefined ? '' : `≥ ${low}`,
    exclusiveMinimum === undefined ? '' : `> ${exclusiveMinimum}`,
    high === undefined ? '' : `≤ ${high}`,
    exclusiveMaximum === undefined ? '' : `< ${exclusiveMaximum}`,
  ];
  return bounds.filter(Boolean).join(', ');
}

/** Zod gives every integer the safe range, which is no bound that anyone stated. */
function stated(bound: number | undefined): number | undefined {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
}

function showDefault(schema: JsonSchema, required: boolean): string {
  const empty =
    typeof schema.default === 'object' && schema.default !== null && Object.keys(schema.default).length === 0;
  if (schema.default !== undefined) return empty ? '' : `\`${literal(schema.default)}\``;
  return required ? 'required' : '';
}

function defaultText(value: unknown): string {
  return value === undefined ? '' : `default \`${literal(value)}\``;
}

/** A value as one writes it in the config. */
function literal(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`);
  return `{ ${members.join(', ')} }`;
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? schema.oneOf ?? [];
}

/** The key whose constant value tells the alternatives apart. */
function tagOf(options: readonly JsonSchema[]): string | undefined {
  const [first] = options;
  if (options.length < 2) return undefined;
  return Object.keys(first.properties ?? {}).find((key) =>
    options.every((option) => option.properties?.[key]?.const !== undefined),
  );
}

function joinWithOr(words: readonly string[]): string {
  const different = [...new Set(words)];
  const last = different.at(-1) ?? '';
  return different.length > 1 ? `${different.slice(0, -1).join(', ')} or ${last}` : last;
}

function pick(properties: Record<string, JsonSchema>, keys: ReadonlySet<string>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => keys.has(key)));
}

function joinListings(listings: readonly Listing[]): Listing {
  return {
    rows: listings.flatMap(({ rows }) => rows),
    variants: listings.flatMap(({ variants }) => variants),
  };
}
