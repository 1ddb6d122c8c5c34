import { resolve } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { CaptureConfig } from '../../tracking/index.ts';
import { locateDataFolder } from '../capture/locate-data-folder.ts';
import { recordCommand, shellCode } from '../capture/record-command.ts';
import type { RecordingResult } from '../capture/recorded-command.ts';
import type { Call, CommandSpec } from '../command.ts';
import { wholeNumber } from '../whole-number.ts';

export const run: CommandSpec = {
  usage: 'run <command...>',
  summary: 'run a command and record it, unchanged, as a run',
  about:
    'Records code, environment, output, files and use of the machine, and points MLflow, OpenTelemetry and OpenAI clients in the command here. The exit code is the command’s own: 128 and the signal’s number where it was killed.',
  options: [
    { flags: '--name <name>', about: 'name of the run (default: the program’s file)' },
    { flags: '--experiment <name>', about: 'where the run belongs (default: Default)' },
    { flags: '--tag <key=value>', about: 'a tag; may be given again', parse: collect },
    {
      flags: '--input <path>',
      about: 'a file or glob the command reads; may be given again',
      parse: collect,
    },
    {
      flags: '--output <path>',
      about: 'a file or glob the command writes, kept as an artifact',
      parse: collect,
    },
    {
      flags: '--seed <n>',
      about: 'sets PYTHONHASHSEED and AIRWORTHY_SEED',
      parse: wholeNumber(0, 4_294_967_295),
    },
    { flags: '--threads <n>', about: 'sets how many threads libraries take', parse: wholeNumber(1, 4_096) },
    { flags: '--no-parse-metrics', about: 'take no metrics from what the command prints' },
    { flags: '--no-hooks', about: 'do not follow which files Python and Node programs open' },
    {
      flags: '--no-gateway',
      about: 'leave OPENAI_BASE_URL alone, so that calls to language models are not traced',
    },
  ],
  examples: [
    ['airworthy run -- python train.py --depth 6', 'records a training as it is'],
    ['airworthy run --input data/*.csv --output model.pkl -- make train', 'keeps what the hooks cannot see'],
  ],
  exits: [[127, 'the command could not be started']],
  tracks: true,
  run: runCommand,
};

/** For an option that may be given again. */
function collect(given: string, before: string[] = []): string[] {
  return [...before, given];
}

async function runCommand(call: Call): Promise<number> {
  const { terminal, options } = call;
  const folder = resolve(terminal.cwd);
  const project = resolve(folder, text(options.project) ?? '.');
  const data = text(options.data) ?? terminal.env.AIRWORTHY_DATA;
  const dataFolder = locateDataFolder(project, data ? resolve(folder, data) : undefined);
  const result = await recordCommand(
    {
      argv: call.args.flat() as string[],
      folder,
      dataFolder,
      environment: terminal.env,
      name: text(options.name),
      experiment: text(options.experiment),
      tags: readTags((options.tag ?? []) as string[]),
      inputs: (options.input ?? []) as string[],
      outputs: (options.output ?? []) as string[],
      seed: options.seed as number | undefined,
      threads: options.threads as number | undefined,
      printedMetrics: options.parseMetrics !== false,
      hooks: options.hooks !== false,
      gateway: options.gateway !== false,
      // What is printed as JSON is alone on standard output.
      out: call.json ? process.stderr : process.stdout,
      err: process.stderr,
    },
    {
      openApp: () => call.openApp(project),
      config: () => readConfig(project),
      serve: call,
    },
  );
  report(call, result);
  return shellCode(result.exit);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readTags(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((tag) => {
      const at = tag.indexOf('=');
      if (at > 0) return [tag.slice(0, at), tag.slice(at + 1)];
      throw new AirworthyError('BAD_ARGUMENT', {
        message: `--tag ${tag} is no key=value`,
        remedy: 'Write --tag owner=me.',
      });
    }),
  );
}

async function readConfig(folder: string): Promise<CaptureConfig> {
  const { loadProject } = await import('../../project/load-project.ts');
  return (await loadProject(folder, { tracks: true })).config.tracking.capture;
}

function report(call: Call, { run, exit, end, trouble }: RecordingResult): void {
  const { level, reasons } = end;
  if (call.json) call.print({ run, ...exit, level, reasons, delivered: trouble === undefined }, () => '');
  if (trouble !== undefined)
    call.terminal.err(
      `airworthy: run ${run} is brought in later, by the next command that writes: ${trouble}`,
    );
  else if (call.terminal.interactive && !call.json)
    call.terminal.err(
      `airworthy: run ${run} · capture ${level}${reasons.length > 0 ? `: ${reasons[0]}` : ''}`,
    );
}
