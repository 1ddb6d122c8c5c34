import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkInput } from '../../kernel/check-input.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Project } from '../../project/load-project.ts';
import { appendAudit } from '../../store/audit.ts';
import { syncPath } from '../../store/blobs/disk.ts';
import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { openPseudonyms } from '../../tracking/index.ts';
import { curationsUnderWay } from '../curate-served.ts';
import { deleteContent } from '../delete-content.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { applyAndUndo, applyForGood } from './apply-writes.ts';
import { buildReport, erasedDatasets, summarise } from './build-report.ts';
import { collectIds, type Person } from './collect-ids.ts';
import { countErased } from './count-erased.ts';
import { eraseCopies, listCopies } from './erase-copies.ts';
import { eraseDatasets, findDatasets, type RowOrigin } from './erase-datasets.ts';
import { eraseEvaluations } from './erase-evaluations.ts';
import { eraseServed, eraseWindowNames } from './erase-served.ts';
import { type ErasureJournal, openErasureJournal } from './erasure-journal.ts';
import { beginErasure, changeErasure } from './erasure-rows.ts';
import { receiptPath, sealReceipt } from './receipt.ts';
import { type Erasure, ErasureReport, ForgetInput } from './schema.ts';

const STEPS = 8;

/** What a project’s config says that matters here. */
export interface ForgetProject {
  config: Pick<Project['config'], 'data' | 'serving'>;
}

/** What an erasure needs of those who serve in the same process. */
export interface ForgetMeans {
  /** Resolves when everything served so far is on disk and no answer is kept in memory. */
  settle(): Promise<void>;
}

/**
 * Erases a person from everything this data folder has on them: predictions and traces, what was said of them, rows made
 * from them, evaluated cases, and content that nothing else names. What cannot be erased, and which models learnt from what
 * was, is in the signed receipt. Every step can be repeated: killed and called again, it goes on. What comes of the same
 * person later is new data.
 *
 * @throws BAD_ARGUMENT, WORK_UNDER_WAY while the project ships or improves
 * @example
 * const { report, receipt } = await forgetSubject(context, project, { subject: 'ann@example.org' }, means);
 */
export async function forgetSubject(
  context: Context,
  project: ForgetProject,
  input: ForgetInput,
  means: ForgetMeans,
): Promise<Erasure> {
  const { subject, reason, dryRun } = checkInput('forget', ForgetInput, input);
  return oneAtATime(context, 'erasing a person from', async () => {
    const pseudonym = await openPseudonyms(context);
    const person: Person = { name: subject, pseudonym: pseudonym(subject) };
    await means.settle();
    const row = await beginErasure(context, pseudonym, { subject: person.pseudonym, reason });
    const journal = openErasureJournal(context, row);
    const { maxBatch } = project.config.serving.limits;
    if (row.state === 'collecting') await collectIds(context, journal, person, maxBatch);
    if (dryRun) return rehearse(context, journal, person);
    if (row.receipt === null) await eraseAll(context, project, journal, person);
    return finish(context, journal);
  });
}

/** Counts what would be erased; what was collected for it is forgotten. */
async function rehearse(context: Context, journal: ErasureJournal, person: Person): Promise<Erasure> {
  const counts = await journal.counts();
  const apply = applyAndUndo(context, counts);
  const datasets: ErasureReport['datasets'] = [];
  const find = async (origin: RowOrigin) => {
    const found = await findDatasets(context, journal, origin);
    datasets.push(...found);
    await journal.note(
      'version',
      found.map(({ digest }) => digest),
    );
  };
  await find('predictions');
  await eraseEvaluations(context, journal, person, apply);
  await find('queue-items');
  for (const evaluation of await journal.evaluations()) await find({ evaluation });
  counts.datasetVersions = datasets.length;
  counts.datasetRows = datasets.reduce((sum, { rows }) => sum + rows, 0);
  await eraseWindowNames(context, journal, apply);
  await eraseServed(context, journal, person, apply);
  counts.copies = (await listCopies(context)).length;
  const report = await buildReport(context, journal, counts, datasets);
  if (journal.row.state === 'collecting')
    await context.store.database.write(async (sql) => {
      await journal.clear(sql);
      await sql
        .deleteFrom('erasure')
        .where('project', '=', journal.row.project)
        .where('id', '=', journal.row.id)
        .execute();
    });
  return { dryRun: true, report, receipt: null };
}

/** Everything but the receipt; what it will say is written down in the same write that forgets whose erasure it is. */
async function eraseAll(
  context: Context,
  project: ForgetProject,
  journal: ErasureJournal,
  person: Person,
): Promise<void> {
  const { database } = context.store;
  const quality = project.config.data?.quality ?? [];
  const erase = (origin: RowOrigin) => eraseDatasets(context, journal, quality, origin);
  await database.write((sql) => changeErasure(sql, journal.row, { state: 'erasing' }));
  const apply = applyForGood(context, journal);
  const progress = context.progress.start('forget', STEPS, 'steps');
  let done = 0;
  const step = async (name: string, work: () => Promise<void>) => {
    progress.advance(done++, name);
    context.signal?.throwIfAborted();
    await work();
  };
  try {
    await step('datasets', async () => void (await erase('predictions')));
    await step('evaluations', async () => {
      // Datasets are made of evaluations and reviews, and evaluated in their turn.
      for (let found = true; found; ) {
        await eraseEvaluations(context, journal, person, apply);
        found = await erase('queue-items');
        for (const evaluation of await journal.evaluations()) found = (await erase({ evaluation })) || found;
      }
    });
    await step('monitoring', () => eraseWindowNames(context, journal, apply));
    await step('predictions and traces', () => eraseServed(context, journal, person, apply));
    await step('datasets made meanwhile', async () => {
      await curationsUnderWay(context);
      await erase('predictions');
    });
    await step('content', () => deleteContent(context, journal.pages('blob')));
    await step('copies', () => eraseCopies(context, journal));
    await step('report', async () => {
      const datasets = await erasedDatasets(context, journal);
      const counts = { ...(await journal.counts()), ...(await countErased(context, journal)) };
      const report = await buildReport(context, journal, counts, datasets);
      await database.write(async (sql) => {
        await changeErasure(sql, journal.row, {
          ...{ state: 'compacting', subject: null, receipt: JSON.stringify(report) },
        });
        await journal.clear(sql);
      });
    });
  } finally {
    progress.end();
  }
}

/** Rewrites the database, then signs. */
async function finish(context: Context, { row }: ErasureJournal): Promise<Erasure> {
  const { database } = context.store;
  const draft = ErasureReport.parse(JSON.parse(await readDraft(context, row.id)));
  const left = await database.compact();
  const report: ErasureReport = {
    ...draft,
    endedAt: context.clock.now(),
    kept: [...draft.kept, ...(left === undefined ? [] : [{ what: 'the database', why: left }])],
  };
  const receipt = await sealReceipt(context, report);
  const file = receiptPath(context, row.id);
  await writeReceipt(context, file, receipt);
  const digest = sha256(receipt);
  await database.write(async (sql) => {
    const ended = { state: 'done' as const, ended_at: report.endedAt, receipt: receipt.toString('utf8') };
    await changeErasure(sql, row, ended);
    await appendAudit(context, sql, {
      ...{ action: 'subject.erase', object: `erasure/${row.id}`, reason: row.reason },
      evidence: {
        receipt: digest,
        summary: summarise(report),
        models: report.models.map(({ bundle }) => bundle),
      },
    });
  });
  return { dryRun: false, report, receipt: { file, sha256: digest } };
}

async function readDraft({ project, store }: Context, id: string): Promise<string> {
  const { receipt } = await store.database.sql
    .selectFrom('erasure')
    .select('receipt')
    .where('project', '=', project)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return receipt ?? '';
}

async function writeReceipt(context: Context, file: string, receipt: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await using scratch = await openScratchFolder(context.store.folder, 'receipt');
  const made = join(scratch.path, 'receipt.json');
  await writeFile(made, receipt, { flush: true });
  await rename(made, file);
  await syncPath(dirname(file));
}
