import { toGbnf } from '../../skills/to-gbnf.ts';
import type { Planner } from '../planner.ts';
import { readCalls } from '../read-calls.ts';
import { type GgufFiles, openGguf } from './open-gguf.ts';

export interface DecoderOptions extends GgufFiles {
  /** Held to the form of a call of the skills; else it writes what it likes, and what is no call is read as none. */
  grammar: boolean;
}

/** The planner of a tiny decoder, in this process through node-llama-cpp. It knows the skills that it learnt and no others. */
export async function openDecoder({ grammar, ...files }: DecoderOptions): Promise<Planner> {
  const gguf = await openGguf(files);
  const held = grammar ? { grammar: await gguf.grammarOf({ gbnf: toGbnf() }) } : {};
  return {
    name: 'decoder',
    version: grammar ? `${gguf.version}-grammar` : gguf.version,
    async plan({ text, tools }, signal) {
      if (tools !== undefined)
        throw new Error(
          'The decoder learnt the skills of the registry and takes no other tools: serve it (serveGguf) to hold it to the form of others.',
        );
      const written = await gguf.write(text, { ...held, ...(signal === undefined ? {} : { signal }) });
      return {
        calls: written.complete ? readCalls(written.text) : [],
        confidence: written.confidence,
        raw: written.text,
        usage: written.usage,
      };
    },
    close: () => gguf.close(),
  };
}
