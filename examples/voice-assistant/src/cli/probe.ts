import { resolve } from 'node:path';
import type { Command } from 'commander';
import { householdFolder, readAssistantConfig } from '../assistant/assistant-config.ts';
import { keepCapabilities } from '../planners/chat/keep-capabilities.ts';
import { probeEndpoint } from '../planners/chat/probe-endpoint.ts';
import { UnavailableError } from '../planners/unavailable-error.ts';
import { FOLDER_OPTION } from './assistant-options.ts';
import { BadInput } from './bad-input.ts';
import { EXIT } from './exit-codes.ts';
import { paint, type Terminal } from './terminal.ts';

interface ProbeFlags {
  folder: string;
  model: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  airworthy-assistant probe http://127.0.0.1:8080/v1
  airworthy-assistant probe http://127.0.0.1:11434/v1 --model qwen2.5`;

/** What `fetch` says where nobody listens. */
const UNREACHABLE: ReadonlySet<string> = new Set(['fetch failed', 'bad port']);

/** `probe`: what an OpenAI-compatible server can do, tried with canned requests and kept. */
export function addProbe(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  program
    .command('probe')
    .description('Tries what an OpenAI-compatible server can do, and keeps it for the adapters to read.')
    .argument('<url>', 'its address, as OpenAI clients take it')
    .option('--model <model>', 'which of its models', 'default')
    .option(...FOLDER_OPTION)
    .option('--json', 'print as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, { folder, model, json }: ProbeFlags) => {
      if (!/^https?:\/\//.test(url) || !URL.canParse(url))
        throw new BadInput(`"${url}" is no address; give one such as http://127.0.0.1:8080/v1`);
      const apiKey = terminal.env.ASSISTANT_CHAT_KEY;
      const found = await probeEndpoint({ baseUrl: url, model, ...(apiKey ? { apiKey } : {}) });
      if (found.requests.every(({ seen }) => UNREACHABLE.has(seen)))
        throw new UnavailableError(`${url} cannot be reached: is it started, and is the address right?`);
      const config = readAssistantConfig(folder, terminal.env);
      const path = await keepCapabilities(resolve(folder, householdFolder(config)), found);
      settle(found.requests.some(({ able }) => able) ? EXIT.ok : EXIT.unavailable);
      if (json) {
        terminal.out(JSON.stringify(found, null, 2));
        return;
      }
      for (const { ability, able, seen, ms } of found.requests) {
        const word = able ? paint(terminal, 'green', 'yes') : paint(terminal, 'yellow', 'no ');
        terminal.out(`${ability.padEnd(22)} ${word} ${String(Math.round(ms)).padStart(6)} ms  ${seen}`);
      }
      terminal.err(`kept in ${path}`);
    });
}
