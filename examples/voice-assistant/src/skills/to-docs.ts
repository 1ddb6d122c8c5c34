import { SKILLS } from './registry.ts';
import type { ParameterSchema, SkillDescription } from './skill.ts';

const RISKS = {
  read: 'changes nothing',
  reversible: 'can be changed back',
  irreversible: 'asks first',
} as const;

/** SKILLS.md: what the assistant can do, as a table. */
export function toDocs(): string {
  return [
    '# Skills',
    '',
    'Made from `src/skills/registry.ts` by `node src/skills/write-docs.ts`; a test holds the two equal.',
    'Arguments with `?` may be left out. Text arguments are words of the sentence.',
    '',
    '| skill | does | arguments | risk | for example |',
    '|---|---|---|---|---|',
    ...SKILLS.map(row),
    '',
  ].join('\n');
}

function row({ name, description, parameters, risk, examples }: SkillDescription): string {
  const args = Object.entries(parameters.properties).map(([key, schema]) => {
    return `\`${key}${parameters.required.includes(key) ? '' : '?'}\`${kindOf(schema)}`;
  });
  const said = examples.map(({ say }) => `“${say}”`);
  return `| \`${name}\` | ${description} | ${args.join(', ')} | ${RISKS[risk]} | ${said.join('<br>')} |`;
}

function kindOf(schema: ParameterSchema): string {
  if ('enum' in schema) return ` (${schema.enum.join(', ')})`;
  return schema.type === 'boolean' ? ' (yes)' : '';
}
