import type { Transcriber, Transcript } from './speech.ts';

/** What was said in a recording that is there as a whole. */
export function transcribe(
  transcriber: Transcriber,
  samples: Int16Array,
  signal?: AbortSignal,
): Promise<Transcript> {
  const hearing = transcriber.listen(signal ? { signal } : {});
  hearing.write(samples);
  return hearing.end();
}
