import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { journalFolder } from '../../store/journal-folder.ts';
import { RunId } from '../../tracking/index.ts';
import { sameText } from '../pages/session.ts';

/** What a recorder leaves beside its journal, so that the command's calls reach where they would have gone. */
const RunGateway = z.object({ secret: z.string().min(32), upstream: z.string().optional() });

/**
 * Lets in the calls of a recorded command, which have the secret of its run in their address and a key of their own. The
 * secret is read each time: it ends with the recording, which takes the file with it.
 *
 * @throws TOKEN_REFUSED where no recorder of that run let the caller in
 */
export async function openRunGateway(
  dataFolder: string,
  run: string,
  secret: string,
): Promise<{ run: string; upstream: string | undefined }> {
  const found = RunId.safeParse(run).success ? await findRunGateway(dataFolder, run) : undefined;
  if (found && sameText(secret, found.secret)) return { run, upstream: found.upstream };
  throw new AirworthyError('TOKEN_REFUSED', {
    message: 'the address is of no command that is being recorded',
  });
}

async function findRunGateway(dataFolder: string, run: string) {
  const path = join(journalFolder(dataFolder, run), 'gateway.json');
  const text = await readFile(path, 'utf8').catch(() => '');
  return RunGateway.safeParse(parseJson(text)).data;
}
