import { type DatasetSummary, listDatasets } from '../../data/index.ts';
import { count, plural } from '../../kernel/figures.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import type { StageFact } from '../read-schema.ts';

/** The newest version of the project's own dataset, else of any, and what the quality rules found in it. */
export async function readDataFact(context: Context, { dataset: own }: Project): Promise<StageFact> {
  const all = await listDatasets(context);
  const owned = all.filter(({ latest }) => latest.dataset === own);
  const datasets = owned.length > 0 ? owned : all;
  const newest = datasets.reduce<DatasetSummary | undefined>(
    (best, each) => (best && best.latest.createdAt >= each.latest.createdAt ? best : each),
    undefined,
  );
  if (newest === undefined) {
    const fact = 'No data was read yet.';
    return { stage: 'data', state: 'empty', fact, at: null, to: null, command: 'airworthy data add' };
  }
  const { dataset, number, rows, findings, createdAt } = newest.latest;
  const found = [
    findings.error > 0 ? plural(findings.error, 'error') : '',
    findings.warning > 0 ? plural(findings.warning, 'warning') : '',
  ].filter((part) => part !== '');
  return {
    stage: 'data',
    state: findings.error > 0 ? 'attention' : 'ok',
    fact: `${dataset} version ${count(number)} has ${plural(rows, 'row')}${found.length === 0 ? '' : ` and ${found.join(', ')}`}.`,
    at: createdAt,
    to: { kind: 'dataset-version', dataset, number },
    command: null,
  };
}
