import type { Command } from 'commander';
import type { Probe } from '../assistant/probe.ts';
import { LLAMA_INSTALL, llamaMissing } from '../planners/decoder/load-llama.ts';
import { type AssistantFlags, addAssistantOptions, openFor } from './assistant-options.ts';
import { EXIT } from './exit-codes.ts';
import { paint, type Terminal } from './terminal.ts';

const EXAMPLES = `
Examples:
  airworthy-assistant doctor
  airworthy-assistant doctor --json`;

/** `doctor`: what is here, and what it means. */
export function addDoctor(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  addAssistantOptions(program.command('doctor'))
    .description('Says what the assistant is made of here, what is missing, and how to have it.')
    .option('--json', 'print as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: AssistantFlags & { json?: boolean }) => {
      await using assistant = await openFor(terminal, flags, false);
      const probes = [...assistant.probes, probeDecoder()];
      settle(EXIT.ok);
      if (flags.json) {
        terminal.out(JSON.stringify(probes, null, 2));
        return;
      }
      for (const { part, chosen, meaning, remedy } of probes) {
        const word =
          chosen === null ? paint(terminal, 'yellow', 'missing') : paint(terminal, 'green', chosen);
        terminal.out(`${part.padEnd(10)} ${word}`);
        terminal.out(`${' '.repeat(11)}${meaning}`);
        if (remedy !== undefined) terminal.out(`${' '.repeat(11)}to have it: ${remedy}`);
      }
    });
}

/** Whether GGUF files run here, whatever plans just now. */
function probeDecoder(): Probe {
  if (llamaMissing() === undefined)
    return { part: 'decoder', chosen: 'node-llama-cpp', meaning: 'GGUF models run here: --planner decoder.' };
  const meaning = 'GGUF models do not run here; the other planners need none.';
  return { part: 'decoder', chosen: null, meaning, remedy: LLAMA_INSTALL };
}
