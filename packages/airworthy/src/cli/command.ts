import { Command, Option } from 'commander';
import type { App, AppOptions } from '../app.ts';
import { EXIT } from '../kernel/error-catalogue.ts';
import { type Progress, silentProgress } from '../kernel/progress.ts';
import { type AppSource, claimFolder, HeldByServer, type Writes } from './app-source.ts';
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
  /** Exit codes besides 0, 2, 4 and 70, which every command has. */
  exits?: readonly (readonly [code: number, meaning: string])[];
  /** Works in any folder: one without a config is a project that only tracks. */
  tracks?: true;
  /** Absent where the command only reads, beside whoever writes. */
  writes?: Writes;
  /** Names of the variables of the person's environment that it needs where a server runs it: what it signs in with. */
  takesAlong?: (call: Call, app: App) => Promise<readonly string[]>;
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
  /** Runs another command line, as a server does for other processes. */
  readonly main: Main;
  readonly args: readonly (string | undefined)[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  /** Opens the project of this call: the folder given, else `--project`, else where the person stands. */
  openApp(folder?: string): Promise<App>;
  /** The same to read only, beside whoever writes, for a command that writes only at times. */
  readApp(folder?: string): Promise<App>;
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

/** Runs one command line and returns its exit code. */
export type Main = (argv: readonly string[], terminal: Terminal, apps: AppSource) => Promise<number>;

/** One command line, and where it runs. */
export interface Invocation {
  argv: readonly string[];
  terminal: Terminal;
  apps: AppSource;
  main: Main;
  /** Told the exit code. */
  settle(code: number): void;
}

/** Builds commander's command. */
export function buildCommand(spec: CommandSpec, invocation: Invocation): Command {
  const command = new Command(spec.usage.split(' ')[0]).summary(spec.summary).description(describe(spec));
  for (const argument of spec.usage.split(' ').slice(1)) command.argument(argument);
  for (const option of [...(spec.options ?? []), ...COMMON]) command.addOption(buildOption(option));
  command.addHelpText('after', () => helpAfter(spec));
  command.action(async () => {
    invocation.settle((await runSpec(spec, command, invocation)) ?? EXIT.ok);
  });
  return command;
}

export function buildGroup(group: CommandGroup, invocation: Invocation): Command {
  const command = new Command(group.usage).summary(group.summary).description(group.summary);
  for (const spec of group.commands) command.addCommand(buildCommand(spec, invocation));
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

/** Runs a command here, or has the server run it that has the data folder. */
async function runSpec(
  spec: CommandSpec,
  command: Command,
  invocation: Invocation,
): Promise<number | undefined> {
  const { apps, argv, terminal } = invocation;
  apps.admit(spec.writes);
  const call = startCall(spec, command, invocation);
  try {
    return await spec.run(call);
  } catch (thrown) {
    if (!(thrown instanceof HeldByServer)) throw thrown;
    const { forwardCommand } = await import('./forward/forward-command.ts');
    return forwardCommand(argv, terminal, thrown, await spec.takesAlong?.(call, thrown.app));
  }
}

function startCall(spec: CommandSpec, command: Command, { terminal, apps, main }: Invocation): Call {
  const options = command.opts<Record<string, unknown>>();
  const json = options.json === true;
  const readApp = async (folder?: string): Promise<App> => {
    const opening = await appOptions(folder, options, terminal);
    return apps.open({ ...opening, ...(spec.tracks ? { tracks: true } : {}) });
  };
  return {
    terminal,
    main,
    args: command.processedArgs as (string | undefined)[],
    options,
    json,
    readApp,
    async openApp(folder) {
      const app = await readApp(folder);
      return spec.writes === undefined ? app : claimFolder(app, spec.writes);
    },
    print: (value, text) => terminal.out(json ? JSON.stringify(value, null, 2) : text()),
  };
}

async function appOptions(
  folder: string | undefined,
  options: Readonly<Record<string, unknown>>,
  terminal: Terminal,
): Promise<AppOptions> {
  const [{ createLogger }, { resolve }] = await Promise.all([
    import('../kernel/logger.ts'),
    import('node:path'),
  ]);
  const dataFolder = (options.data as string | undefined) ?? terminal.env.AIRWORTHY_DATA;
  const databaseUrl = terminal.env.AIRWORTHY_DATABASE;
  const level = options.verbose === true ? 'debug' : 'warn';
  return {
    folder: resolve(terminal.cwd, folder ?? (options.project as string | undefined) ?? '.'),
    ...(dataFolder ? { dataFolder: resolve(terminal.cwd, dataFolder) } : {}),
    ...(databaseUrl ? { databaseUrl } : {}),
    progress: await progressOf(terminal, options.json === true),
    // Lines for a person who watches another process go there too.
    log: terminal.progress ? createLogger(level, terminal.err) : createLogger(level),
    signal: terminal.signal,
  };
}

async function progressOf(terminal: Terminal, json: boolean): Promise<Progress> {
  if (terminal.progress) return terminal.progress;
  if (json && !terminal.interactive) return silentProgress;
  return (await import('./terminal-progress.ts')).terminalProgress(terminal);
}
