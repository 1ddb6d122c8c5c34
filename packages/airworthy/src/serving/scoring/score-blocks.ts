import { writeFile } from 'node:fs/promises';
import type { ProgressTask } from '../../kernel/progress.ts';
import { inOrder } from './in-order.ts';
import { type FileBlock, readLineBlocks } from './line-blocks.ts';
import type { PartJournal, PartRecord } from './part-journal.ts';
import type { PartScorer } from './part-scorer.ts';
import type { BlockResult } from './score-lines.ts';

/** What a job is at work on: files of JSON lines. */
export interface BlocksJob {
  files: readonly { path: string; shown: string }[];
  keep: readonly string[];
  scorer: PartScorer;
  journal: PartJournal;
  task: ProgressTask;
  signal: AbortSignal | undefined;
}

/** As `scoreColumns`, for lines. */
export async function scoreBlocks(job: BlocksJob): Promise<{ parts: PartRecord[]; resumed: number }> {
  const { scorer, keep, task } = job;
  const parts: PartRecord[] = [];
  let resumed = 0;
  async function* missing(): AsyncGenerator<FileBlock> {
    for await (const block of readLineBlocks(job.files, scorer.blockBytes)) {
      job.signal?.throwIfAborted();
      const done = await job.journal.find(block.part);
      if (done === undefined) yield block;
      else {
        parts[block.part] = done;
        resumed += done.rows;
        task.advance(block.bytes.length);
      }
    }
  }
  await inOrder(missing(), scorer.slots, {
    async start({ bytes, firstRow }) {
      const scored = scorer.scoreBlock({ bytes, firstRow, keep });
      return () => scored;
    },
    async end(block, scored) {
      parts[block.part] = await writePart(job.journal, block, await scored());
      task.advance(block.bytes.length);
    },
  });
  return { parts, resumed };
}

async function writePart(
  journal: PartJournal,
  { part, file, firstRow, firstLine, lines }: FileBlock,
  { text, rejected, scored }: BlockResult,
): Promise<PartRecord> {
  await writeFile(journal.path(part), text);
  const record = { rows: scored + rejected.length, scored, rejected: rejected.length, lines };
  await journal.finish(
    part,
    record,
    rejected.map(({ row, problems }) => ({ file, line: firstLine + row - firstRow, problems })),
  );
  return record;
}
