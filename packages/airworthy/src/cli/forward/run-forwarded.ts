import { Readable } from 'node:stream';
import { type App, shareApp } from '../../app.ts';
import type { CommandEvent, CommandRequest, CommandRunner } from '../../http/commands/schema.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { AppSource } from '../app-source.ts';
import type { Main } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { databaseDigest } from './database-digest.ts';
import { tellProgress } from './remote-progress.ts';

/** What a server has that its commands work on. */
export interface ServedApp {
  app: App;
  /** The server's own. */
  terminal: Terminal;
  main: Main;
  /** Puts in place what a command has deployed. */
  follow(): Promise<void>;
}

/** Runs the commands of other processes in this server, one store for all. */
export interface ForwardedCommands extends CommandRunner {
  /** Stops them; resolves when they have ended. */
  close(): Promise<void>;
}

export function createForwardedCommands(served: ServedApp): ForwardedCommands {
  const { app, main, follow } = served;
  const closing = new AbortController();
  const running = new Set<Promise<number>>();

  async function runCommand(
    request: CommandRequest,
    tell: (event: CommandEvent) => void,
    signal: AbortSignal,
  ): Promise<number> {
    const terminal = terminalOf(request, tell, AbortSignal.any([signal, closing.signal]));
    const exit = await main(request.argv, terminal, sharedApps(served, request, terminal.signal));
    await follow().catch((error) => app.context.log.error({ error: String(error) }, 'following failed'));
    return exit;
  }

  return {
    token: app.context.store.lock.holder().token,
    run(request, tell, signal) {
      const command = runCommand(request, tell, signal);
      running.add(command);
      return command.finally(() => running.delete(command));
    },
    async close() {
      closing.abort();
      await Promise.allSettled(running);
    },
  };
}

function terminalOf(
  { cwd, dataFolder, environment, interactive, colour }: CommandRequest,
  tell: (event: CommandEvent) => void,
  signal: AbortSignal,
): Terminal {
  return {
    out: (line) => tell({ out: line }),
    err: (line) => tell({ err: line }),
    interactive,
    colour,
    cwd,
    env: { ...environment, AIRWORTHY_DATA: dataFolder },
    readInput: async () => '',
    readLines: () => Readable.from([]),
    signal,
    progress: tellProgress((event) => tell({ progress: event })),
  };
}

/** Only commands that may run through a server, and only on what this one has. */
function sharedApps(
  { app, terminal, follow }: ServedApp,
  request: CommandRequest,
  signal: AbortSignal,
): AppSource {
  return {
    admit(writes) {
      signal.throwIfAborted();
      if (writes === 'through server') return;
      throw new AirworthyError('COMMAND_REFUSED', {
        message: `the server does not run "${request.argv.slice(0, 2).join(' ')}" for another process`,
        remedy: 'Run it by itself; only commands that write to the data folder run through its server.',
      });
    },
    async open(options) {
      if (request.database !== databaseDigest(terminal)) {
        throw new AirworthyError('COMMAND_REFUSED', {
          message: 'the server keeps its records in another database than AIRWORTHY_DATABASE names',
        });
      }
      const shared = await shareApp(app, options);
      requireSameConfig(shared.project.digest, request.config);
      const endpoints = async () => {
        await follow();
        return app.endpoints();
      };
      return { ...shared, endpoints };
    },
  };
}

/** A process keeps the modules it has loaded, so what a config imports may be older here than it is on disk. */
function requireSameConfig(here: string, there: string): void {
  if (here === there) return;
  throw new AirworthyError('CONFIG_OUTDATED', {
    message:
      'the running server reads airworthy.config.ts otherwise than this command: a file it imports, or a variable it reads, differs',
  });
}
