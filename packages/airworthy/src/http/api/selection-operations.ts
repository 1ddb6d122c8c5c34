import { z } from 'zod';
import { saveSelection } from '../../lifecycle/evaluate/save-selection.ts';
import { SavedSelection, SaveSelection } from '../../lifecycle/evaluate/selection-schema.ts';
import { type Operation, operation } from './operation.ts';

const save = operation({
  method: 'POST',
  path: '/evaluations/:evaluation/selections',
  id: 'saveSelection',
  summary:
    'Keeps cases of an evaluation as a suite, a review queue or a dataset version; the same again changes nothing.',
  params: z.strictObject({ evaluation: z.string().min(1).max(64) }),
  body: SaveSelection,
  answer: SavedSelection,
  run: ({ context, project }, { params: { evaluation }, body }) =>
    saveSelection(context, project, evaluation, body),
});

export const SELECTION_OPERATIONS: readonly Operation[] = [save];
