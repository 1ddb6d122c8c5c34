import { join } from 'node:path';
import { expandSentences } from '../corpus/expand-sentences.ts';
import { mustPassRules } from '../corpus/must-pass-cases.ts';
import { TRAINING_AUTHORS } from '../corpus/read-phrasings.ts';
import { openCascade } from '../planners/cascade/open-cascade.ts';
import { llamaMissing } from '../planners/decoder/load-llama.ts';
import { openDecoder } from '../planners/decoder/open-decoder.ts';
import { openLinear } from '../planners/linear/open-linear.ts';
import { LINEAR_FIXES, type LinearFix, trainLinear } from '../planners/linear/train-linear.ts';
import type { Planner } from '../planners/planner.ts';
import { openTagger } from '../planners/tagger/open-tagger.ts';
import { openTemplates } from '../planners/templates/open-templates.ts';
import { FIRST_AUTHOR } from './journey-cases.ts';
import { PROJECT } from './run-airworthy.ts';
import type { Rung } from './rung.ts';

const LINEAR = 'averaged perceptrons over words, trained from scratch when opened';
const GRU =
  'BiGRU tagger, 0.16 to 0.32 M parameters by its words, trained from scratch on template sentences';
const DECODER =
  'decoder of llama architecture, 0.72 M parameters, trained from scratch on template sentences';

/** Those of its recipe; the others wrote later. */
const DECODER_AUTHORS = TRAINING_AUTHORS.slice(0, 6);

const UNTRAINED = 'models/decoder-untrained.gguf';
const BASE = 'models/decoder-base.gguf';
const ADAPTER = 'models/decoder-lora.gguf';

/** The journey from nothing to the assistant that ships. What fails stays in: it is on record as any other rung. */
export const RUNGS: readonly Rung[] = [
  {
    id: 'R0',
    title: 'untrained decoder',
    change: 'random weights, free text',
    model: 'decoder of llama architecture, 0.72 M random weights',
    authors: [],
    files: [UNTRAINED],
    needs: llamaMissing,
    open: () => openLocalDecoder(UNTRAINED, { grammar: false }),
  },
  {
    id: 'R1',
    title: 'untrained decoder, grammar',
    change: 'the same weights may only write valid calls: form is not meaning',
    against: 'R0',
    model: 'the same random weights',
    authors: [],
    files: [UNTRAINED],
    needs: llamaMissing,
    open: () => openLocalDecoder(UNTRAINED, { grammar: true }),
  },
  {
    id: 'R2',
    title: 'templates',
    change: 'exact wordings of one author with slots for values',
    against: 'R1',
    model: 'no weights',
    authors: [FIRST_AUTHOR],
    files: [],
    open: async () => openTemplates({ authors: [FIRST_AUTHOR] }),
  },
  {
    id: 'R3',
    title: 'linear tagger, few sentences',
    change: 'learns intents and slots from the sentences of one author',
    against: 'R2',
    model: LINEAR,
    authors: [FIRST_AUTHOR],
    files: [],
    open: () => openTrainedLinear([FIRST_AUTHOR], []),
  },
  {
    id: 'R4',
    title: 'fixes from error analysis',
    change:
      'values hidden now and then, unseen words by their beginnings and ends, only slots that the skill has',
    against: 'R3',
    model: LINEAR,
    authors: [FIRST_AUTHOR],
    files: [],
    open: () => openTrainedLinear([FIRST_AUTHOR], LINEAR_FIXES),
  },
  {
    id: 'R5',
    title: 'another model, no code changed',
    change: 'the same sentences, a recurrent network instead of a linear model',
    against: 'R4',
    model: GRU,
    authors: [FIRST_AUTHOR],
    files: ['models/tagger-r5.json'],
    open: () => openPacked('models/tagger-r5.json'),
  },
  {
    id: 'R6-base',
    title: 'tiny decoder, some skills',
    change: 'writes the call as JSON; trained on the sentences of all but six skills',
    against: 'R5',
    model: DECODER,
    authors: DECODER_AUTHORS,
    files: [BASE],
    needs: llamaMissing,
    open: () => openLocalDecoder(BASE, { grammar: true }),
  },
  {
    id: 'R6',
    title: 'LoRA for the other skills',
    change: 'an adapter of low rank, its own file, for the six skills that the base never saw',
    against: 'R6-base',
    model: `${DECODER}, and an adapter of 0.11 M (rank 16)`,
    authors: DECODER_AUTHORS,
    files: [BASE, ADAPTER],
    needs: llamaMissing,
    open: () => openLocalDecoder(BASE, { grammar: true, adapter: ADAPTER }),
  },
  {
    id: 'R7-failed',
    title: 'augmentation, too strong',
    change: 'values replaced by invented words, half of the other words left out: a failed experiment, kept',
    against: 'R5',
    model: GRU,
    authors: [FIRST_AUTHOR],
    files: ['models/tagger-r7-failed.json'],
    open: () => openPacked('models/tagger-r7-failed.json'),
  },
  {
    id: 'R7',
    title: 'augmentation, measured',
    change: 'new values, some of them invented; a few words left out; polite beginnings',
    against: 'R5',
    model: GRU,
    authors: [FIRST_AUTHOR],
    onCurve: true,
    files: ['models/tagger-r7.json'],
    open: () => openPacked('models/tagger-r7.json'),
  },
  ...[
    { id: 'R8-2', against: 'R7', count: 2, file: 'models/tagger-2.json' },
    { id: 'R8-4', against: 'R8-2', count: 4, file: 'models/tagger-4.json' },
    { id: 'R8-6', against: 'R8-4', count: 6, file: 'models/tagger-6.json' },
    { id: 'R8', against: 'R8-6', count: TRAINING_AUTHORS.length, file: 'models/tagger.json' },
  ].map(
    ({ id, against, count, file }): Rung => ({
      id,
      title: `${count} authors`,
      change: `sentences of ${count} people, as feedback brings them in`,
      against,
      model: GRU,
      authors: TRAINING_AUTHORS.slice(0, count),
      onCurve: true,
      files: [file],
      open: () => openPacked(file),
    }),
  ),
  {
    id: 'R9',
    title: 'known wordings first',
    change: 'templates where a wording is known, the tagger for all others',
    against: 'R8',
    model: `${GRU}, behind templates`,
    authors: TRAINING_AUTHORS,
    files: ['models/tagger.json'],
    open: async () =>
      openCascade(openTemplates({ rules: mustPassRules() }), await openPacked('models/tagger.json')),
  },
];

/** Values of the half that may be trained on, as many sentences of each wording as the packed taggers had. */
async function openTrainedLinear(authors: readonly string[], fixes: readonly LinearFix[]): Promise<Planner> {
  return openLinear(trainLinear(expandSentences({ authors, perTemplate: 3, values: 'train' }), { fixes }));
}

async function openPacked(file: string): Promise<Planner> {
  return openTagger(join(PROJECT, file));
}

function openLocalDecoder(
  file: string,
  { grammar, adapter }: { grammar: boolean; adapter?: string },
): Promise<Planner> {
  return openDecoder({
    modelPath: join(PROJECT, file),
    ...(adapter === undefined ? {} : { adapterPath: join(PROJECT, adapter) }),
    grammar,
  });
}

export function findRung(id: string): Rung {
  const found = RUNGS.find((rung) => rung.id === id);
  if (found !== undefined) return found;
  throw new Error(`there is no rung "${id}"; there are ${RUNGS.map((rung) => rung.id).join(', ')}`);
}
