// Writes docs/reference/config.md and cli.md from the schemas and commands themselves: `npm run docs:reference`.
// A test fails while a page is out of date.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { CommandSpec } from '../packages/airworthy/src/cli/command.ts';
import { commonOptions } from '../packages/airworthy/src/cli/command.ts';
import { COMMANDS } from '../packages/airworthy/src/cli/command-table.ts';
import { ProjectConfig } from '../packages/airworthy/src/project/schema.ts';

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

const CONFIG_INTRODUCTION = `# Configuration

\`airworthy.config.ts\` in the project's folder holds \`export default defineProject({ … })\`. Its keys are the stages. A key that is not known, or
a value of the wrong kind, is refused with its path, what was expected and the nearest valid name. This page is generated from the schemas
(\`npm run docs:reference\`).
`;

/** Every key of a project's config, a section a stage. */
export function configPage(): string {
  const schema = z.toJSONSchema(ProjectConfig, {
    io: 'input',
    unrepresentable: 'any',
    reused: 'inline',
  }) as JsonSchema;
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) => {
    const rows = section.properties
      ? keyRows(section, '')
      : keyRows({ properties: { [name]: section }, required: [name] }, '');
    return `## ${name}\n\n| key | value | default | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return [CONFIG_INTRODUCTION, ...sections].join('\n');
}

function keyRows(schema: JsonSchema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    const fallback =
      schema.required?.includes(key) && value.default === undefined ? 'required' : showDefault(value.default);
    const row = `| \`${path}\` | ${cell(showKind(value))} | ${cell(fallback)} | ${cell(value.description ?? '')} |`;
    return [row, ...nestedRows(value, path)];
  });
}

/** Members of objects, of lists of objects, of maps of objects, and of each alternative. */
function nestedRows(schema: JsonSchema, path: string): string[] {
  if (schema.properties) return keyRows(schema, `${path}.`);
  if (schema.items) return nestedRows(schema.items, `${path}[]`);
  if (typeof schema.additionalProperties === 'object')
    return nestedRows(schema.additionalProperties, `${path}.*`);
  const alternatives = (schema.anyOf ?? schema.oneOf ?? []).filter((one) => one.properties || one.items);
  return alternatives.flatMap((one) => {
    const tag = Object.entries(one.properties ?? {}).find(([, value]) => value.const !== undefined);
    if (!tag) return nestedRows(one, path);
    const rest = {
      ...one,
      properties: Object.fromEntries(Object.entries(one.properties ?? {}).filter(([key]) => key !== tag[0])),
    };
    const row = `| \`${path}\` with \`${tag[0]}: '${String(tag[1].const)}'\` | object |  | ${cell(one.description ?? '')} |`;
    return [row, ...keyRows(rest, `${path}.`)];
  });
}

function showKind(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`'${String(schema.const)}'\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(showKind))].join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? showKind(schema.items) : 'values'}`;
  if (schema.type === 'object')
    return typeof schema.additionalProperties === 'object' ? 'object by name' : 'object';
  return [schema.type ?? 'any', showRange(schema)].filter(Boolean).join(' ');
}

function showRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): string {
  const bounds = [
    minimum !== undefined && Math.abs(minimum) < Number.MAX_SAFE_INTEGER ? `≥ ${minimum}` : '',
    exclusiveMinimum !== undefined ? `> ${exclusiveMinimum}` : '',
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `≤ ${maximum}` : '',
    exclusiveMaximum !== undefined ? `< ${exclusiveMaximum}` : '',
  ];
  return bounds.filter(Boolean).join(', ');
}

function showDefault(value: unknown): string {
  const empty =
    value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
  return empty ? '' : `\`${JSON.stringify(value)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

const CLI_INTRODUCTION = `# Command line

Every command takes \`--help\` and \`--json\` (one JSON value on standard output and nothing else there). This page is generated from the commands
(\`npm run docs:reference\`).

## Exit codes

| code | meaning |
|---|---|
| 0 | done |
| 1 | a fault in Airworthy itself |
| 2 | something is wrong with the input: config, data, arguments |
| 3 | a gate failed |
| 4 | a gate is undecided |
| 5 | something needed is not available: disk, port, server, lock |
| 130 | stopped by Ctrl-C; the same command goes on from there |
`;

/** Every command with its options and examples. */
export async function cliPage(): Promise<string> {
  const sections: string[] = [];
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const loaded = await load();
    const specs =
      'commands' in loaded
        ? loaded.commands.map((spec) => ({ spec, prefix: `${name} ` }))
        : [{ spec: loaded, prefix: '' }];
    sections.push(...specs.map(({ spec, prefix }) => commandSection(spec, prefix)));
  }
  const common = commonOptions().map(({ flags, about }) => `| \`${flags}\` | ${cell(about)} |`);
  return [
    CLI_INTRODUCTION,
    '## Options of every command',
    '',
    '| option | meaning |',
    '|---|---|',
    ...common,
    '',
    ...sections,
  ].join('\n');
}

function commandSection(spec: CommandSpec, prefix: string): string {
  const options = (spec.options ?? []).map(({ flags, about }) => `| \`${flags}\` | ${cell(about)} |`);
  return [
    `## airworthy ${prefix}${spec.usage}`,
    '',
    `${spec.summary[0].toUpperCase()}${spec.summary.slice(1)}.${spec.about === undefined ? '' : ` ${spec.about}`}`,
    '',
    ...(options.length > 0 ? ['| option | meaning |', '|---|---|', ...options, ''] : []),
    ...spec.examples.map(([line, does]) => `- \`${line}\`: ${does}`),
    '',
  ].join('\n');
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../docs/reference');
  writeFileSync(join(folder, 'config.md'), configPage());
  writeFileSync(join(folder, 'cli.md'), await cliPage());
}
