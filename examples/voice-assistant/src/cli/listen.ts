import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { readWav } from '../speech/read-wav.ts';
import { type AssistantFlags, addAssistantOptions, addSpeakerOption, openFor } from './assistant-options.ts';
import { BadInput } from './bad-input.ts';
import { checkSoundFile, createFileSound } from './file-sound.ts';
import { exitOf, printTurn } from './print-turn.ts';
import { framesOf } from './sound-frames.ts';
import type { Terminal } from './terminal.ts';

interface ListenFlags extends AssistantFlags {
  speaker?: string;
  json?: boolean;
  trace?: boolean;
  realTime?: boolean;
  out?: string;
}

const EXAMPLES = `
Examples:
  airworthy-assistant listen command.wav
  airworthy-assistant listen --trace --real-time command.wav
  airworthy-assistant listen --out reply.wav command.wav`;

/** `listen`: a recording, as if it were spoken. */
export function addListen(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  addSpeakerOption(addAssistantOptions(program.command('listen')))
    .description('Does what a recording says (WAV, any rate, one or more channels).')
    .argument('<file>', 'a WAV file')
    .option('--trace', 'show what each stage took')
    .option('--real-time', 'feed it as fast as it was spoken, as a microphone would')
    .option('--out <file>', 'speak the reply into a WAV file')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: ListenFlags) => {
      const { speaker, out, json = false, trace = false, realTime = false } = flags;
      const samples = await readRecording(file);
      await using assistant = await openFor(terminal, flags, false);
      if (out !== undefined) checkSoundFile(out, assistant);
      const session = assistant.openSession({
        device: 'command-line',
        ...(speaker ? { profile: speaker } : {}),
        ...(out ? { openSound: () => createFileSound(out) } : {}),
        onTrouble: (message) => terminal.err(message),
      });
      terminal.signal.addEventListener('abort', () => session.interrupt());
      const sound = framesOf(samples, { realTime });
      const result = await session.listen({ sound, endsBy: realTime ? 'silence' : 'release' });
      if (json) terminal.out(JSON.stringify(result, null, 2));
      else printTurn(terminal, result, { trace });
      settle(exitOf(result, { isSpoken: out !== undefined }));
    });
}

async function readRecording(file: string): Promise<Int16Array> {
  try {
    return readWav(await readFile(file));
  } catch (cause) {
    throw new BadInput(`${file} cannot be read: ${(cause as Error).message}`);
  }
}
