import type { Command } from 'commander';
import type { TurnResult } from '../turn/turn.ts';
import { type AssistantFlags, addAssistantOptions, addSpeakerOption, openFor } from './assistant-options.ts';
import { checkSoundFile, createFileSound } from './file-sound.ts';
import { exitOf, printTurn } from './print-turn.ts';
import type { Terminal } from './terminal.ts';

interface SayFlags extends AssistantFlags {
  speaker?: string;
  json?: boolean;
  trace?: boolean;
  out?: string;
}

const EXAMPLES = `
Examples:
  airworthy-assistant say "set a timer for ten minutes"
  airworthy-assistant say --trace "turn on the kitchen light"
  airworthy-assistant say --planner templates --json "what is twelve times three"
  airworthy-assistant say --speaker mia "play my favorite song"
  airworthy-assistant say "clear the shopping list" yes      (a question, and its answer)`;

/** `say`: typed sentences, one turn each. */
export function addSay(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  addSpeakerOption(addAssistantOptions(program.command('say')))
    .description('Does what a typed sentence says; several are turns of one conversation.')
    .argument('<sentences...>', 'what is said')
    .option('--trace', 'show what each stage took')
    .option('--out <file>', 'speak the last reply into a WAV file')
    .option('--json', 'print the results as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (sentences: string[], flags: SayFlags) => {
      const { speaker, out, json = false, trace = false } = flags;
      await using assistant = await openFor(terminal, flags, out === undefined);
      if (out !== undefined) checkSoundFile(out, assistant);
      const session = assistant.openSession({
        device: 'command-line',
        ...(speaker ? { profile: speaker } : {}),
        ...(out ? { openSound: () => createFileSound(out) } : {}),
        onTrouble: (message) => terminal.err(message),
      });
      terminal.signal.addEventListener('abort', () => session.interrupt());
      const results: TurnResult[] = [];
      for (const sentence of sentences) {
        if (terminal.signal.aborted) break;
        const result = await session.say(sentence);
        results.push(result);
        if (!json) printTurn(terminal, result, { trace });
        settle(exitOf(result, { isSpoken: out !== undefined }));
      }
      if (json) terminal.out(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
    });
}
