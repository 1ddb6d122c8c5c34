import { once } from 'node:events';
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { serveAssistant } from '../server/serve-assistant.ts';
import { type AssistantFlags, addAssistantOptions, openFor } from './assistant-options.ts';
import { BadInput } from './bad-input.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

interface ServeFlags extends AssistantFlags {
  port: number;
  host: string;
  allowHost?: string[];
  json?: boolean;
}

const EXAMPLES = `
Examples:
  airworthy-assistant serve
  airworthy-assistant serve --port 4700 --voice slt
  AIRWORTHY_URL=http://127.0.0.1:4400 airworthy-assistant serve      (traces are kept)`;

/** `serve`: the page, until Ctrl-C. */
export function addServe(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  addAssistantOptions(program.command('serve'))
    .description('Serves the page to speak with: push to talk, a text box, and each turn as it runs.')
    .option('--port <port>', 'where; 0: any that is free', readPort, 4700)
    .option('--host <address>', 'only this machine unless told', '127.0.0.1')
    .option('--allow-host <name>', 'a name of this machine that pages may use', collect)
    .option('--json', 'print the address as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: ServeFlags) => {
      const { port, host, allowHost: allowedHosts = [] } = flags;
      await using assistant = await openFor(terminal, flags, false);
      const server = await serveAssistant(assistant, { port, host, allowedHosts }).catch((error) => {
        throw listenError(error, host, port);
      });
      if (flags.json) terminal.out(JSON.stringify({ url: server.url }));
      else terminal.out(`listening at ${server.url} (Ctrl-C ends)`);
      for (const { chosen, meaning, remedy } of assistant.probes)
        if (chosen === null) terminal.err(`${meaning} ${remedy ?? ''}`.trimEnd());
      if (!terminal.signal.aborted) await once(terminal.signal, 'abort');
      await server.close();
      settle(EXIT.interrupted);
    });
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('a port is a whole number below 65536');
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new BadInput(`another program listens on ${host}:${port}; choose another port, or --port 0`);
  return new BadInput(`cannot listen on ${host}:${port}: ${error.message}`);
}

function collect(value: string, all: string[] = []): string[] {
  return [...all, value];
}
