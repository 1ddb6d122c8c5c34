import { Command, Option } from 'commander';
import type { App } from '../app.ts';
import { EXIT } from '../kernel/error-catalogue.ts';
import { silentProgress } from '../kernel/progress.ts';
import type { Terminal } from './terminal.ts';

/** A command as one declaration, so that none lacks its examples, its `--json` or its exit codes. */
export interface CommandSpec {
  /** Name and arguments as commander writes them: `ship [dir]`. */
  usage: string;
  summary: string;
  /** More than the summary, where there is more to say. */
  about?: string;
  options?: readonly CommandOption[];
  /** Command lines with what they do. */
  examples: readonly (readonly [line: string, does: string])[];
  /** Exit codes besides 0, 1, 2 and 5, which every command has. */
  exits?: readonly (readonly [code: number, meaning: string])[];
  run: (call: Call) => Promise<number | undefined>;
}

export interface CommandOption {
  flags: string;
  about: string;
  /** Turns the text into a value or throws; the text itself where absent. */
  parse?: (text: string) => unknown;
  choices?: readonly string[];
  default?: string | number;
}

/** Commands under one name: `data add`, `data list`. */
export interface CommandGroup {
  usage: string;
  summary: string;
  commands: readonly CommandSpec[];
}

/** One invocation of a command. */
export interface Call {
  readonly terminal: Terminal;
  readonly args: readonly (string | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  /** Opens the project of this call: the folder given, else `--project`, else where the person stands. */
  openApp(folder?: string): Promise<App>;
  /** Prints a result: the value itself with --json, else the text a person reads. */
  print(value: unknown, text: () => string): void;
}

const COMMON: readonly CommandOption[] = [
  { flags: '--project <dir>', about: 'the folder of the project, or one inside it (default: here)' },
  {
    flags: '--data <dir>',
    about: 'the data folder (default: $AIRWORTHY_DATA, else .airworthy in the project)',
  },
  { flags: '--json', about: 'print one JSON value on standard output and nothing else there' },
  { flags: '--verbose', about: 'log what happens, and show stack traces' },
];

const COMMON_EXITS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'done'],
  [EXIT.internal, 'a fault in Airworthy itself'],
  [EXIT.badInput, 'something is wrong with the input: config, data, arguments'],
  [EXIT.unavailable, 'something needed is not available: disk, port, server, lock'],
];

/** The options that every command has. */
export function commonOptions(): readonly CommandOption[] {
  return COMMON;
}

/** The exit codes that every command has. */
export function commonExits(): typeof COMMON_EXITS {
  return COMMON_EXITS;
}

/** Builds commander's command; `settle` is told the exit code. */
export function buildCommand(spec: CommandSpec, terminal: Terminal, settle: (code: number) => void): Command {
  const command = new Command(spec.usage.split(' ')[0]).summary(spec.summary).description(describe(spec));
  for (const argument of spec.usage.split(' ').slice(1)) command.argument(argument);
  for (const option of [...(spec.options ?? []), ...COMMON]) command.addOption(buildOption(option));
  command.addHelpText('after', () => helpAfter(spec));
  command.action(async () => {
    const call = startCall(command, terminal);
    settle((await spec.run(call)) ?? EXIT.ok);
  });
  return command;
}

export function buildGroup(group: CommandGroup, terminal: Terminal, settle: (code: number) => void): Command {
  const command = new Command(group.usage).summary(group.summary).description(group.summary);
  for (const spec of group.commands) command.addCommand(buildCommand(spec, terminal, settle));
  return command;
}

function buildOption(option: CommandOption): Option {
  const built = new Option(option.flags, option.about);
  if (option.choices) built.choices([...option.choices]);
  if (option.parse) built.argParser(option.parse);
  if (option.default !== undefined) built.default(option.default);
  return built;
}

function describe(spec: CommandSpec): string {
  return spec.about === undefined ? spec.summary : `${spec.summary}\n\n${spec.about}`;
}

function helpAfter(spec: CommandSpec): string {
  const examples = spec.examples.flatMap(([line, does]) => [`  $ ${line}`, `      ${does}`]);
  const exits = [...COMMON_EXITS, ...(spec.exits ?? [])]
    .sort(([a], [b]) => a - b)
    .map(([code, meaning]) => `  ${code}  ${meaning}`);
  return ['', 'Examples:', ...examples, '', 'Exit codes:', ...exits].join('\n');
}

function startCall(command: Command, terminal: Terminal): Call {
  const options = command.opts<Record<string, unknown>>();
  const json = options.json === true;
  return {
    terminal,
    args: command.processedArgs as (string | undefined)[],
    options,
    json,
    openApp: (folder) => openAppFor(folder, options, terminal),
    print: (value, text) => terminal.out(json ? JSON.stringify(value, null, 2) : text()),
  };
}

async function openAppFor(
  folder: string | undefined,
  options: Readonly<Record<string, unknown>>,
  terminal: Terminal,
): Promise<App> {
  const [{ openApp }, { createLogger }, { resolve }] = await Promise.all([
    import('../app.ts'),
    import('../kernel/logger.ts'),
    import('node:path'),
  ]);
  const quiet = options.json === true && !terminal.interactive;
  const dataFolder = (options.data as string | undefined) ?? terminal.env.AIRWORTHY_DATA;
  return openApp({
    folder: resolve(terminal.cwd, folder ?? (options.project as string | undefined) ?? '.'),
    ...(dataFolder ? { dataFolder: resolve(terminal.cwd, dataFolder) } : {}),
    progress: quiet ? silentProgress : (await import('./terminal-progress.ts')).terminalProgress(terminal),
    log: createLogger(options.verbose === true ? 'debug' : 'warn'),
    signal: terminal.signal,
  });
}
