import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TaggedSentence } from '../planners/linear/train-linear.ts';

interface Chunk {
  text: string;
  entity?: string;
}

/**
 * The SNIPS utterances of one part, with words split at white space: letters and punctuation as the benchmark has them.
 *
 * @param folder files as published (snipsco/nlu-benchmark, 2017-06-custom-intent-engines, CC0-1.0)
 */
export function readSnips(folder: string, part: 'train' | 'validate'): TaggedSentence[] {
  const files = filesOf(folder, part);
  return files.flatMap((file) => {
    const byIntent = JSON.parse(decode(readFileSync(join(folder, file)))) as Record<
      string,
      { data: Chunk[] }[]
    >;
    return Object.entries(byIntent).flatMap(([intent, utterances]) =>
      utterances.map(({ data }) => ({ intent, ...labelled(data) })).filter(({ tokens }) => tokens.length > 0),
    );
  });
}

/** Of the training part there is a small and a full file for each intent, of the validation part one. */
function filesOf(folder: string, part: 'train' | 'validate'): string[] {
  const pattern = part === 'train' ? /^train_\w+_full\.json$/ : /^validate_\w+\.json$/;
  const files = existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => pattern.test(file))
        .sort()
    : [];
  if (files.length > 0) return files;
  throw new Error(
    `${folder} holds no ${part} files of SNIPS: give the folder with train_PlayMusic_full.json and the others by --data.`,
  );
}

/** UTF-8 where the bytes are; one of the published files is Latin-1. */
export function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

function labelled(chunks: readonly Chunk[]): Pick<TaggedSentence, 'tokens' | 'labels'> {
  const words = chunks.flatMap(({ text, entity }) =>
    text
      .split(/\s+/)
      .filter(Boolean)
      .map((token, i) => ({ token, label: entity === undefined ? 'O' : `${i === 0 ? 'B' : 'I'}-${entity}` })),
  );
  return { tokens: words.map(({ token }) => token), labels: words.map(({ label }) => label) };
}
