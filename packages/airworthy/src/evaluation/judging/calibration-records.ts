import { canonicalJson } from '../../kernel/canonical-json.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { JudgeCalibration, type RecordedCalibration } from './calibration-schema.ts';

/**
 * Keeps how far a judge says what people say: gates go by the newest record of its digest. The same record again is not
 * added. Durable when it resolves, with an audit entry.
 */
export async function recordCalibration(
  context: Context,
  calibration: JudgeCalibration,
): Promise<RecordedCalibration> {
  const { project, actor, clock, store } = context;
  const record = JudgeCalibration.parse(calibration);
  const record_json = canonicalJson(record);
  return store.database.write(async (sql) => {
    const known = await sql
      .selectFrom('judge_calibration')
      .selectAll()
      .where('project', '=', project)
      .where('judge', '=', record.judge)
      .orderBy('sequence', 'desc')
      .execute();
    const former = known.map(toRecord).find(({ part }) => part === record.part);
    if (former && isSame(former, record)) return former;
    const row = {
      project,
      judge: record.judge,
      sequence: (known[0]?.sequence ?? 0) + 1,
      record_json,
      actor,
      at: clock.now(),
    };
    await sql.insertInto('judge_calibration').values(row).execute();
    const { n, kappa, tpr, tnr, source } = record;
    await appendAudit(context, sql, {
      action: 'judge.calibrate',
      object: `judge/${record.judge}`,
      reason: `${record.metric}: ${n} answers that people judged`,
      evidence: { n, kappa, tpr, tnr, source },
    });
    return toRecord(row);
  });
}

/**
 * The newest record of a judge; undefined where it was never calibrated.
 *
 * @param part which of its verdicts, for a judge that gives several: `polite` of the metric `criteria/polite`
 */
export async function findCalibration(
  { project, store }: Context,
  judge: string,
  part = '',
): Promise<RecordedCalibration | undefined> {
  const rows = await store.database.sql
    .selectFrom('judge_calibration')
    .selectAll()
    .where('project', '=', project)
    .where('judge', '=', judge)
    .orderBy('sequence', 'desc')
    .execute();
  return rows.map(toRecord).find((record) => record.part === part);
}

/** Where a page of records ended. */
export interface CalibrationPlace {
  at: number;
  judge: string;
  sequence: number;
}

/** All records of the project, the newest first. */
export async function listCalibrations(
  { project, store }: Context,
  { after, limit }: { after?: CalibrationPlace | undefined; limit: number },
): Promise<RecordedCalibration[]> {
  let query = store.database.sql
    .selectFrom('judge_calibration')
    .selectAll()
    .where('project', '=', project)
    .orderBy('at', 'desc')
    .orderBy('judge')
    .orderBy('sequence', 'desc')
    .limit(limit);
  if (after !== undefined) {
    query = query.where((where) =>
      where.or([
        where('at', '<', after.at),
        where('at', '=', after.at).and('judge', '>', after.judge),
        where('at', '=', after.at).and('judge', '=', after.judge).and('sequence', '<', after.sequence),
      ]),
    );
  }
  return (await query.execute()).map(toRecord);
}

function isSame({ sequence, actor, at, ...former }: RecordedCalibration, record: JudgeCalibration): boolean {
  return canonicalJson(former) === canonicalJson(record);
}

function toRecord(row: {
  record_json: string;
  sequence: number;
  actor: string;
  at: number;
}): RecordedCalibration {
  const { sequence, actor, at } = row;
  return { ...(JSON.parse(row.record_json) as JudgeCalibration), sequence, actor, at };
}
