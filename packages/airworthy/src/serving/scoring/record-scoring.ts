import { idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import { endRun, logMetrics, startRun } from '../../tracking/index.ts';
import type { ScoreReport } from './schema.ts';

/** What a job read, and since when. */
export interface ScoringSource {
  key: string;
  inputs: readonly { shown: string }[];
  digests: readonly string[];
  startedAt: number;
}

/** The experiment that scored files are recorded in. */
const EXPERIMENT = 'scoring';

/** Records a job as a finished run: what it read, with what, and what it made. The same job is the same run. */
export async function recordScoring(
  context: Context,
  { key, inputs, digests, startedAt }: ScoringSource,
  report: Omit<ScoreReport, 'run'>,
): Promise<string> {
  const { endpoint, model, version, bundle, output, outputDigest, rows, scored, rejected } = report;
  const id = idFromContent({ scoring: key, project: context.project, output });
  const run = await startRun(context, {
    id,
    experiment: EXPERIMENT,
    name: `score ${endpoint}`,
    startedAt,
    params: { endpoint, model, version: String(version), output },
    tags: { 'airworthy.kind': 'score' },
    inputs: [
      { kind: 'bundle', digest: bundle, name: `${model} version ${version}` },
      ...inputs.map(({ shown }, index) => ({ kind: 'file', digest: digests[index], name: shown })),
    ],
  });
  if (run.status === 'finished') return id;
  await logMetrics(context, id, [
    { key: 'rows', value: rows },
    { key: 'scored', value: scored },
    { key: 'rejected', value: rejected },
  ]);
  await endRun(context, id, 'finished', [{ kind: 'file', digest: outputDigest, name: output }]);
  return id;
}
