import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { CommandEvent, CommandRequest } from '../../http/commands/schema.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { silentProgress } from '../../kernel/progress.ts';
import type { HeldByServer } from '../app-source.ts';
import { serverRefusal } from '../server-refusal.ts';
import type { Terminal } from '../terminal.ts';
import { terminalProgress } from '../terminal-progress.ts';
import { databaseDigest } from './database-digest.ts';
import { showProgress } from './remote-progress.ts';

/**
 * Has the server that holds the data folder run a command line, with these variables of the person's environment, shows
 * what it writes, and returns its exit code. Ctrl-C stops the command at the server.
 */
export async function forwardCommand(
  argv: readonly string[],
  terminal: Terminal,
  server: HeldByServer,
  variables: readonly string[] = [],
): Promise<number> {
  const { project, context } = server.app;
  const command: CommandRequest = {
    id: newId(),
    argv: [...argv],
    cwd: terminal.cwd,
    dataFolder: context.store.folder,
    config: project.digest,
    database: databaseDigest(terminal),
    environment: takenAlong(terminal, variables),
    interactive: terminal.interactive,
    colour: terminal.colour,
  };
  const stop = () => void send(server, 'DELETE', `/${command.id}`).catch(() => {});
  terminal.signal.addEventListener('abort', stop, { once: true });
  try {
    const answer = await send(server, 'POST', '', JSON.stringify(command));
    return await showOutput(answer, terminal, argv.includes('--json')).catch((cause) => {
      throw lost(server, 'ended before the command did', cause);
    });
  } finally {
    terminal.signal.removeEventListener('abort', stop);
  }
}

function takenAlong({ env }: Terminal, names: readonly string[]): CommandRequest['environment'] {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** Not by `fetch`, which gives up on an answer that says nothing for five minutes. */
function send(server: HeldByServer, method: string, path: string, body?: string): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${server.token}`,
    // By which every server knows its own machine, whatever name it has for others.
    host: 'localhost',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return new Promise((settle, fail) => {
    const outgoing = request(`${server.address}/api/v1/commands${path}`, { method, headers, agent: false });
    outgoing.once('error', (cause) => fail(lost(server, 'does not answer', cause)));
    outgoing.once('response', (answer) => {
      if (answer.statusCode !== undefined && answer.statusCode < 300) settle(answer);
      else void refusal(server, answer).then(fail, fail);
    });
    outgoing.end(body);
  });
}

async function showOutput(answer: IncomingMessage, terminal: Terminal, json: boolean): Promise<number> {
  const quiet = json && !terminal.interactive;
  const show = showProgress(quiet ? silentProgress : terminalProgress(terminal));
  const lines = createInterface({ input: answer });
  // Once the exit code is there nobody reads on, and how the connection ends is of no interest; until then the loop fails with it.
  lines.on('error', () => {});
  for await (const line of lines) {
    const event = JSON.parse(line) as CommandEvent;
    if ('exit' in event) return event.exit;
    if ('out' in event) terminal.out(event.out);
    else if ('err' in event) terminal.err(event.err);
    else show(event.progress);
  }
  throw new Error('the answer has no exit code');
}

async function refusal(server: HeldByServer, answer: IncomingMessage): Promise<AirworthyError> {
  const body: unknown = await text(answer)
    .then(JSON.parse)
    .catch(() => ({}));
  return serverRefusal(server.address, answer.statusCode ?? 0, body);
}

function lost(server: HeldByServer, what: string, cause: unknown): AirworthyError {
  return new AirworthyError('SERVER_UNREACHABLE', {
    message: `the server at ${server.address}, which has the data folder, ${what}`,
    remedy:
      'Run the command again: where the server is gone, it runs by itself; steps that are done are not repeated.',
    cause,
  });
}
