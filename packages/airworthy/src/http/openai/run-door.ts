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
type RunGateway = z.infer<typeof RunGateway>;

/** Runs remembered; a file is read once. */
const MOST_RUNS = 1_000;

/** Lets in the calls of a recorded command, which have the secret of its run in their address and a key of their own. */
export interface RunGateways {
  /** @throws TOKEN_REFUSED where no recorder of that run let the caller in */
  open(run: string, secret: string): Promise<{ run: string; upstream: string | undefined }>;
}

export function createRunGateways(dataFolder: string): RunGateways {
  const known = new Map<string, RunGateway>();

  async function find(run: string): Promise<RunGateway | undefined> {
    const remembered = known.get(run);
    if (remembered) return remembered;
    const path = join(journalFolder(dataFolder, run), 'gateway.json');
    const text = await readFile(path, 'utf8').catch(() => '');
    const read = RunGateway.safeParse(parseJson(text));
    if (!read.success) return undefined;
    const [oldest] = known.keys();
    if (known.size >= MOST_RUNS) known.delete(oldest);
    known.set(run, read.data);
    return read.data;
  }

  return {
    async open(run, secret) {
      const found = RunId.safeParse(run).success ? await find(run) : undefined;
      if (found && sameText(secret, found.secret)) return { run, upstream: found.upstream };
      throw new AirworthyError('TOKEN_REFUSED', {
        message: 'the address is of no command that is being recorded',
      });
    },
  };
}
