import { Command, CommanderError } from 'commander';
import { ConfigError, PLANNERS } from './assistant/assistant-config.ts';
import { EXIT } from './cli/exit-codes.ts';
import { processTerminal, type Terminal } from './cli/terminal.ts';
import { isUnavailable } from './turn/stage-error.ts';

const DESCRIPTION = `A household's voice assistant that runs on this machine.

What is said becomes a call of a skill, is checked, done once, and answered.
Everything has a default that needs no network; assistant.json or the
environment put other models and servers in its place.`;

const ENVIRONMENT = `
Environment:
  ASSISTANT_PLANNER    ${PLANNERS.join(', ')}
  ASSISTANT_HOUSEHOLD  folder of what the house keeps
  ASSISTANT_CHAT_URL   OpenAI-compatible server of a language model
  ASSISTANT_STT_URL    the same, that hears; ASSISTANT_TTS_URL: that speaks
                       (..._MODEL and ..._KEY go with each)
  AIRWORTHY_URL        an Airworthy server: it keeps traces and feedback

Exit codes:
  0 done, 1 not done (refused, not understood, failed), 2 bad input,
  4 not available, 130 Ctrl-C`;

type Add = (program: Command, terminal: Terminal, settle: (exit: number) => void) => void;

const COMMANDS: Readonly<Record<string, { summary: string; load(): Promise<Add> }>> = {
  say: { summary: 'do what a typed sentence says', load: async () => (await import('./cli/say.ts')).addSay },
  listen: {
    summary: 'do what a recording says',
    load: async () => (await import('./cli/listen.ts')).addListen,
  },
  serve: {
    summary: 'serve the page to speak with',
    load: async () => (await import('./cli/serve.ts')).addServe,
  },
  doctor: {
    summary: 'what is here, and what is missing',
    load: async () => (await import('./cli/doctor.ts')).addDoctor,
  },
  probe: { summary: 'try what a server can do', load: async () => (await import('./cli/probe.ts')).addProbe },
  speakers: {
    summary: 'who may speak, and what they allow',
    load: async () => (await import('./cli/speakers.ts')).addSpeakers,
  },
  forget: {
    summary: 'erase what the house has of a person',
    load: async () => (await import('./cli/forget.ts')).addForget,
  },
};

/** Runs one command line and returns its exit code. Only the file of the command that is called is loaded. */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let code: number = EXIT.ok;
  const program = new Command('airworthy-assistant')
    .description(DESCRIPTION)
    .addHelpText('after', ENVIRONMENT);
  try {
    for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
      if (name !== argv[0]) {
        program.command(name).summary(summary);
        continue;
      }
      const add = await load();
      add(program, terminal, (exit) => {
        code = exit;
      });
    }
    for (const command of [program, ...program.commands]) redirectOutput(command, terminal);
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (thrown) {
    return report(thrown, argv, terminal);
  }
}

/** Errors are thrown, so that all are printed in one place and form. */
function redirectOutput(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.out(text.trimEnd()),
    writeErr: (text) => terminal.err(text.trimEnd()),
    outputError: () => {},
  });
}

function report(thrown: unknown, argv: readonly string[], terminal: Terminal): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok;
  // Called without a command, it has printed its help.
  if (thrown instanceof CommanderError && thrown.code === 'commander.help') return EXIT.badInput;
  if (terminal.signal.aborted) return EXIT.interrupted;
  const message = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^error: /, '');
  const code = exitOf(thrown);
  const remedy =
    code === EXIT.badInput ? 'See airworthy-assistant --help.' : 'See airworthy-assistant doctor.';
  if (argv.includes('--json')) terminal.out(JSON.stringify({ error: { message, remedy } }));
  else terminal.err(`${message}\n  ${remedy}`);
  return code;
}

function exitOf(thrown: unknown): number {
  if (thrown instanceof CommanderError || thrown instanceof ConfigError) return EXIT.badInput;
  if (!(thrown instanceof Error)) return EXIT.notDone;
  if (isUnavailable(thrown)) return EXIT.unavailable;
  return BAD_INPUT.has(thrown.name) ? EXIT.badInput : EXIT.notDone;
}

/** Said by those who read what they are given. */
const BAD_INPUT: ReadonlySet<string> = new Set(['BadInput', 'SoundError', 'NoSpeakerError']);
