import { readFile } from 'node:fs/promises';
import { SpeechError } from '../speech-error.ts';

const DICTIONARY = '/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict';

/**
 * The words whose sound the recogniser knows; other words it can neither hear nor be told of.
 *
 * @throws SpeechError where the package is not installed
 */
export async function readDictionary(path: string = DICTIONARY): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new SpeechError(
      'unavailable',
      `${path} cannot be read; install it with: apt-get install pocketsphinx-en-us`,
      { cause },
    );
  });
  return new Set(text.split('\n').map((line) => line.split(' ', 1)[0]));
}
