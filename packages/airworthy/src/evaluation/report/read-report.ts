import type { Context } from '../../store/ports.ts';
import { readResults } from './read-results.ts';
import { REPORT_SCHEMA, type SuiteReport } from './schema.ts';
import { getSuiteEvaluation, type SuiteEvaluation } from './suite-evaluation.ts';

/** The report of an evaluation: as it was made when that ended; while it runs, what there is so far without figures. */
export async function readReport(context: Context, id: string): Promise<SuiteReport> {
  const evaluation = await getSuiteEvaluation(context, id);
  return evaluation.report ?? (await unfinishedReport(context, evaluation));
}

async function unfinishedReport(context: Context, evaluation: SuiteEvaluation): Promise<SuiteReport> {
  const tasks: SuiteReport['tasks'] = [];
  for (const { name, digest, run } of evaluation.tasks) {
    const results = await readResults(context, evaluation, name);
    tasks.push({
      ...{
        name,
        digest,
        run,
        ...results,
        metrics: [],
        slices: [],
        comparedWith: null,
        comparisons: [],
        steadiness: [],
      },
    });
  }
  const { spec, role, reason, state } = evaluation;
  return {
    schema: REPORT_SCHEMA,
    ...{ id: evaluation.id, suite: evaluation.suite, number: evaluation.number },
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...{ state, ...(reason === null ? {} : { reason }), outcome: null },
    sentence: reason === null ? state : `${state}: ${reason}`,
    dataset: {
      ...{ version: evaluation.version, role, digest: evaluation.casesDigest },
      ...{ cases: evaluation.cases, clusters: evaluation.cases },
    },
    ...{ trials: evaluation.trials, seed: evaluation.seed, confidence: spec.confidence },
    ...{ tasks, verdicts: [], regressions: [], startedAt: evaluation.startedAt, endedAt: null },
  };
}
