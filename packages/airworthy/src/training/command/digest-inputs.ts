import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { glob, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import type { CommandTrainer } from './command.ts';

/**
 * What a training by command depends on beside its data: sha256 by path of every declared input, and of the files
 * among the command's own words.
 *
 * @throws TRAINER_FILE_NOT_FOUND where a declared input matches no file.
 */
export async function digestInputs(
  { words, inputs }: Pick<CommandTrainer, 'words' | 'inputs'>,
  folder: string,
): Promise<Record<string, string>> {
  const paths = new Set<string>();
  for (const word of words) if (await isFile(folder, word)) paths.add(word);
  for (const pattern of inputs) {
    const found = await findFiles(folder, pattern);
    if (found.length === 0) throw notFound(pattern, folder);
    for (const path of found) paths.add(path);
  }
  const digests: Record<string, string> = {};
  for (const path of [...paths].sort())
    digests[path.split(sep).join('/')] = await digestFile(join(folder, path));
  return digests;
}

async function findFiles(folder: string, pattern: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd: folder })) if (await isFile(folder, path)) found.push(path);
  return found;
}

/** Only files of the project: an interpreter elsewhere is the machine's. */
async function isFile(folder: string, path: string): Promise<boolean> {
  if (isAbsolute(path) || relative(folder, join(folder, path)).startsWith('..')) return false;
  return stat(join(folder, path)).then(
    (found) => found.isFile(),
    () => false,
  );
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function notFound(pattern: string, folder: string): AirworthyError {
  return new AirworthyError('TRAINER_FILE_NOT_FOUND', {
    message: `training.trainer: the input "${pattern}" matches no file in ${folder}`,
    at: 'training.trainer.inputs',
  });
}
