import { Command, CommanderError } from 'commander';
import { EXIT } from '../kernel/error-catalogue.ts';
import { AirworthyError, toAirworthyError } from '../kernel/errors.ts';
import { nearestName } from '../kernel/nearest-name.ts';
import { type AppSource, ownApps } from './app-source.ts';
import { buildCommand, buildGroup } from './command.ts';
import { COMMANDS } from './command-table.ts';
import { packageVersion } from './package-version.ts';
import { printError } from './print-error.ts';
import type { Terminal } from './terminal.ts';

const ENVIRONMENT = `Environment:
  AIRWORTHY_DATA      the data folder, where --data does not say
  AIRWORTHY_DATABASE  a postgres:// address: records there instead of SQLite in the data folder
  AIRWORTHY_TOKEN     the token that requests must carry; needed to listen beyond this machine`;

/** The shells' code for a command ended by Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Runs one command line and returns its exit code. Only the file of the command that is called is loaded.
 *
 * @example
 * process.exitCode = await main(['ship', '--until', 'evaluation'], processTerminal());
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal,
  apps: AppSource = ownApps,
): Promise<number> {
  try {
    return await runCommand(argv, terminal, apps);
  } catch (thrown) {
    return report(thrown, argv, terminal);
  }
}

async function runCommand(argv: readonly string[], terminal: Terminal, apps: AppSource): Promise<number> {
  let code: number = EXIT.ok;
  const program = createProgram(argv);
  const called = argv.find((argument) => !argument.startsWith('-'));
  if (called !== undefined && called !== 'help' && !(called in COMMANDS)) throw unknownCommand(called);
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    if (name !== called) {
      program.command(name).summary(summary);
      continue;
    }
    const loaded = await load();
    const settle = (exit: number) => {
      code = exit;
    };
    const invocation = { argv, terminal, apps, main, settle };
    program.addCommand(
      'commands' in loaded ? buildGroup(loaded, invocation) : buildCommand(loaded, invocation),
    );
  }
  redirectOutput(program, terminal);
  await program.parseAsync([...argv], { from: 'user' });
  return code;
}

function createProgram(argv: readonly string[]): Command {
  const program = new Command('airworthy')
    .description('Takes an AI system from demo to production and keeps it fit to fly.')
    .usage('<command> [options]')
    .addHelpText('after', `\n${ENVIRONMENT}\n\nEach command explains itself: airworthy ship --help`);
  // A command may have a --version of its own: that of a model.
  program.enablePositionalOptions();
  if (argv[0] === '--version') program.version(packageVersion());
  else program.option('--version', 'print the version');
  return program;
}

/** Help goes where the terminal says; errors are thrown, so that all are printed in one place and form. */
function redirectOutput(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.err(text.trimEnd()),
    outputError: () => {},
  });
  for (const child of command.commands) redirectOutput(child, terminal);
}

function report(thrown: unknown, argv: readonly string[], terminal: Terminal): number {
  const flags = { json: argv.includes('--json'), verbose: argv.includes('--verbose') };
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return EXIT.ok;
    // A group called without a command has printed its help.
    if (thrown.code === 'commander.help') return EXIT.badInput;
    printError(terminal, badArgument(thrown, argv), flags);
    return EXIT.badInput;
  }
  if (terminal.signal.aborted) {
    terminal.err('stopped; the same command goes on from here');
    return INTERRUPTED;
  }
  const error = toAirworthyError(thrown);
  printError(terminal, error, flags);
  return error.exitCode;
}

function badArgument(error: CommanderError, argv: readonly string[]): AirworthyError {
  const command = argv.find((argument) => argument in COMMANDS);
  return new AirworthyError('BAD_ARGUMENT', {
    message: error.message.replace(/^error: /, '').replaceAll('\n', ' '),
    remedy: `See airworthy ${command === undefined ? '' : `${command} `}--help.`,
  });
}

function unknownCommand(name: string): AirworthyError {
  const nearest = nearestName(name, Object.keys(COMMANDS));
  return new AirworthyError('BAD_ARGUMENT', {
    message: `there is no command "${name}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    remedy: 'See airworthy --help.',
  });
}
