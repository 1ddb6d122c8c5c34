import {
  createReviewQueue,
  getSuiteEvaluation,
  type StoredCase,
  type SuiteEvaluation,
  selectCases,
} from '../../evaluation/index.ts';
import { checkInput } from '../../kernel/check-input.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import { saveAsDataset } from './save-as-dataset.ts';
import { saveAsSuite } from './save-as-suite.ts';
import { type CheckedSelection, type SavedSelection, SaveSelection } from './selection-schema.ts';

const RIGHT_OR_NOT = [
  { name: 'right', kind: 'choice', options: ['yes', 'no'] },
  { name: 'correction', kind: 'correction' },
] as const;

/**
 * Keeps cases of an evaluation, by rule, by how they fared or by their ids: as a suite of their own beside the one evaluated, as a
 * queue for people to review, or as a dataset version. The same selection again changes nothing. Durable when it resolves.
 *
 * @throws BAD_ARGUMENT, SUITE_EVALUATION_NOT_FOUND, HELD_OUT_CLOSED, METRIC_UNKNOWN, SELECTION_EMPTY, SELECTION_EXISTS,
 *   SUITE_NOT_FOUND, REVIEW_QUEUE_EXISTS
 * @example
 * await saveSelection(context, project, id, { rule: 'lang = de', show: 'failed', to: 'suite', name: 'support-german' });
 */
export async function saveSelection(
  context: Context,
  project: Project,
  evaluation: string,
  input: SaveSelection,
): Promise<SavedSelection> {
  const asked = checkInput('saveSelection', SaveSelection, input);
  const evaluated = await getSuiteEvaluation(context, evaluation);
  const { task, metric, show, rule, ids, to, name } = asked;
  const cases = await selectCases(context, { evaluation: evaluated.id, task, metric, show, rule, ids });
  const about = sentenceOf(evaluated, asked);
  if (to === 'review') return review(context, evaluated, cases, asked);
  if (to === 'dataset') {
    const { number, digest } = await saveAsDataset(context, evaluated, { name, cases, about });
    return { to, name, cases: cases.length, version: { number, digest } };
  }
  const files = await saveAsSuite(project.folder, evaluated, { name, cases, about });
  return { to, name, cases: cases.length, files };
}

function sentenceOf({ suite, number }: SuiteEvaluation, { show, rule, ids }: CheckedSelection): string {
  const conditions = [
    ...(show === undefined || show === 'all' ? [] : [`that ${show}`]),
    ...(rule === undefined ? [] : [`with ${rule}`]),
    ...(ids === undefined ? [] : ['chosen one by one']),
  ];
  return `Cases of ${suite} ${number} ${conditions.join(' ')}`.trim();
}

async function review(
  context: Context,
  evaluated: SuiteEvaluation,
  cases: readonly StoredCase[],
  { name, task, questions, reviewers, to }: CheckedSelection,
): Promise<SavedSelection> {
  const { items } = await createReviewQueue(context, {
    name,
    questions: questions ?? RIGHT_OR_NOT.map((question) => structuredClone(question) as never),
    reviewers,
    source: {
      evaluation: evaluated.id,
      tasks: [task ?? evaluated.tasks[0].name],
      cases: cases.map(({ id }) => id),
    },
  });
  return { to, name, cases: items };
}
