import type { CommandOption, CommandSpec } from '../packages/airworthy/src/cli/command.ts';
import { commonExits, commonOptions } from '../packages/airworthy/src/cli/command.ts';
import { COMMANDS } from '../packages/airworthy/src/cli/command-table.ts';
import { markdownTable } from './markdown-table.ts';

const INTRODUCTION = `# Command line

Every command takes \`--help\` and \`--json\` (one JSON value on standard output and nothing else there). This page is generated from the commands
(\`npm run docs:reference\`).
`;

/** docs/reference/cli.md: every command with its options and examples. */
export async function cliPage(): Promise<string> {
  const commands = await loadCommands();
  return [
    INTRODUCTION,
    `## Exit codes\n\n${exitTable(commands.map(({ spec }) => spec))}`,
    `## Options of every command\n\n${optionTable(commonOptions())}`,
    ...commands.map(({ spec, prefix }) => commandSection(spec, prefix)),
  ].join('\n');
}

async function loadCommands(): Promise<{ spec: CommandSpec; prefix: string }[]> {
  const loaded = Object.entries(COMMANDS).map(async ([name, { load }]) => {
    const command = await load();
    if (!('commands' in command)) return [{ spec: command, prefix: '' }];
    return command.commands.map((spec) => ({ spec, prefix: `${name} ` }));
  });
  return (await Promise.all(loaded)).flat();
}

function exitTable(specs: readonly CommandSpec[]): string {
  const exits = new Map([...commonExits(), ...specs.flatMap((spec) => spec.exits ?? [])]);
  const rows = [...exits].sort(([a], [b]) => a - b).map(([code, meaning]) => [String(code), meaning]);
  return markdownTable(['code', 'meaning'], rows);
}

function commandSection(spec: CommandSpec, prefix: string): string {
  const about = spec.about === undefined ? '' : ` ${spec.about}`;
  const parts = [
    `## \`airworthy ${prefix}${spec.usage}\`\n`,
    `${spec.summary[0].toUpperCase()}${spec.summary.slice(1)}.${about}\n`,
    ...(spec.options ? [optionTable(spec.options)] : []),
    ...spec.examples.map(([line, does]) => `- \`${line}\`: ${does}`),
  ];
  return `${parts.join('\n')}\n`;
}

function optionTable(options: readonly CommandOption[]): string {
  const rows = options.map(({ flags, about, choices, default: usual }) => {
    const notes = [
      ...(choices ? [choices.join(', ')] : []),
      ...(usual === undefined ? [] : [`default: ${usual}`]),
    ];
    return [`\`${flags}\``, notes.length > 0 ? `${about} (${notes.join('; ')})` : about];
  });
  return markdownTable(['option', 'meaning'], rows);
}
