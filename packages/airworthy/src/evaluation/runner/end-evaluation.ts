import type { Context } from '../../store/ports.ts';
import { endRun, logMetrics, setTags } from '../../tracking/recording.ts';
import { decideSuiteGates } from '../gates/decide-suite-gates.ts';
import type { Outcome } from '../gates/schema.ts';
import { saveSuiteVerdicts, worstOutcome } from '../gates/stored-verdicts.ts';
import { endLook } from '../held-out/ledger.ts';
import { estimateSample } from '../measuring/estimate-sample.ts';
import { buildReport } from '../report/build-report.ts';
import { gateInputOf, type JudgedFacts } from '../report/judge-evidence.ts';
import { readEvidence, type TaskEvidence } from '../report/read-evidence.ts';
import type { SuiteReport, SuiteVerdict } from '../report/schema.ts';
import { getSuiteEvaluation, type SuiteEvaluation } from '../report/suite-evaluation.ts';

/** A look at held-out cases, by task. */
export type Looks = ReadonlyMap<string, { id: string; number: number; budget: number }>;

export interface EvaluationEnd {
  state: 'finished' | 'stopped';
  /** Why it stopped, as a clause. */
  reason: string | null;
  facts?: Pick<JudgedFacts, 'overlap'>;
  looks?: Looks;
}

/**
 * Judges an evaluation and writes down how it ended, with its report; metrics go to the runs of its tasks. Of held-out
 * cases only verdicts come out.
 */
export async function endEvaluation(
  context: Context,
  { id }: SuiteEvaluation,
  { state, reason, facts = {}, looks }: EvaluationEnd,
): Promise<SuiteReport> {
  const before = await getSuiteEvaluation(context, id);
  const evaluation = { ...before, state, reason, endedAt: context.clock.now() };
  const evidence = await readEvidence(context, evaluation);
  const verdicts: SuiteVerdict[] = [];
  // Stopped after every few held-out cases, what a gate says so far would tell of each of them.
  const isOpen = evaluation.role === 'held-out' && state === 'stopped';
  for (const each of isOpen ? [] : evidence) {
    const look = looks?.get(each.task.name);
    const input = await gateInputOf(context, evaluation, each, {
      ...facts,
      ...(reason === null ? {} : { stopped: reason }),
      ...(look === undefined ? {} : { looks: look }),
      plannedCases: evaluation.cases,
    });
    verdicts.push(...decideSuiteGates(input));
  }
  const outcome = worstOutcome(verdicts);
  await saveSuiteVerdicts(context, verdicts);
  if (looks !== undefined && state === 'finished')
    await endLooks(context, evaluation, evidence, looks, verdicts);
  const whole = await buildReport(context, { ...evaluation, outcome }, evidence, verdicts);
  const report = evaluation.role === 'held-out' ? verdictsOnly(whole) : whole;
  await saveEnd(context, report);
  for (const task of report.tasks) await recordRun(context, report, task);
  return report;
}

async function endLooks(
  context: Context,
  { spec }: SuiteEvaluation,
  evidence: readonly TaskEvidence[],
  looks: Looks,
  verdicts: readonly SuiteVerdict[],
): Promise<void> {
  for (const { task, samples } of evidence) {
    const look = looks.get(task.name);
    if (look === undefined) continue;
    const outcome: Outcome | null = worstOutcome(verdicts.filter((verdict) => verdict.task === task.name));
    const metrics = samples.map((sample) => estimateSample(sample, { confidence: spec.confidence }));
    await endLook(context, { id: look.id, outcome, metrics });
  }
}

/** Figures of held-out cases beside the gates' would be looks that no ledger counts. */
function verdictsOnly(report: SuiteReport): SuiteReport {
  const tasks = report.tasks.map((task) => ({
    ...task,
    metrics: [],
    slices: [],
    comparisons: [],
    steadiness: [],
  }));
  return { ...report, tasks, regressions: [] };
}

async function saveEnd(context: Context, report: SuiteReport): Promise<void> {
  const { id, state, reason = null, outcome, endedAt } = report;
  await context.store.database.write((sql) =>
    sql
      .updateTable('suite_evaluation')
      .set({ state, reason, outcome, ended_at: endedAt, report_json: JSON.stringify(report) })
      .where('project', '=', context.project)
      .where('id', '=', id)
      .execute(),
  );
}

async function recordRun(
  context: Context,
  { state, outcome, endedAt }: SuiteReport,
  { run, metrics }: SuiteReport['tasks'][number],
): Promise<void> {
  const time = endedAt ?? context.clock.now();
  const points = metrics.flatMap(({ name, value, low, high }) => [
    ...(value === null ? [] : [{ key: name, value, time }]),
    ...(low === null || high === null
      ? []
      : [
          { key: `${name}.low`, value: low, time },
          { key: `${name}.high`, value: high, time },
        ]),
  ]);
  await logMetrics(context, run, points);
  if (outcome !== null) await setTags(context, run, { 'airworthy.outcome': outcome });
  await endRun(context, run, state === 'finished' ? 'finished' : 'killed');
}

/** Writes down that an evaluation was broken off, and why; the same command goes on. */
export async function stopEvaluation(
  context: Context,
  { id, tasks }: SuiteEvaluation,
  reason: string,
): Promise<void> {
  await context.store.database.write((sql) =>
    sql
      .updateTable('suite_evaluation')
      .set({ state: 'stopped', reason })
      .where('project', '=', context.project)
      .where('id', '=', id)
      .execute(),
  );
  for (const { run } of tasks) await endRun(context, run, 'killed');
}
