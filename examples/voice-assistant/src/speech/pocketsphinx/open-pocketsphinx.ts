import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Transcriber } from '../speech.ts';
import { hearWith } from './hear-with.ts';
import { readDictionary } from './read-dictionary.ts';
import { createRecogniserPool } from './recogniser-pool.ts';
import { startRecogniser } from './recogniser-process.ts';
import { spokenLanguage } from './spoken-language.ts';

/**
 * The share of general English in what is expected. Without it every sound becomes the nearest command; with all of it "dim the
 * den" becomes what newspapers write.
 */
const GENERAL_SHARE = 0.2;

export interface PocketsphinxOptions {
  /** What people say to the skills, as a recogniser writes it. Thousands of them are well. */
  sentences: readonly string[];
  /** How many can be heard at once. */
  workers?: number;
}

export interface Pocketsphinx extends Transcriber {
  /** Words of the sentences that its dictionary does not hold, so that they cannot be heard. */
  readonly unpronounceable: readonly string[];
}

/**
 * Recognition by Debian's pocketsphinx, in processes of their own that stay: words are found while the person speaks, so that little
 * is left to do when they end.
 *
 * @throws SpeechError where the packages are not installed
 */
export async function openPocketsphinx({
  sentences,
  workers = 1,
}: PocketsphinxOptions): Promise<Pocketsphinx> {
  const language = spokenLanguage(sentences, await readDictionary());
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-speech-'));
  try {
    const path = join(folder, 'skills.arpa');
    await writeFile(path, language.arpa);
    const options = ['--language', path, '--general-share', String(GENERAL_SHARE)];
    const pool = createRecogniserPool(await startRecogniser(options), workers, options);
    return {
      name: 'pocketsphinx',
      unpronounceable: language.unpronounceable,
      listen: (listening = {}) => hearWith(pool, language, listening),
      async close() {
        pool.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
