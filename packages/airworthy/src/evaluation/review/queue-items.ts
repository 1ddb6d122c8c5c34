import { AirworthyError } from '../../kernel/errors.ts';
import { idFromContent } from '../../kernel/ids.ts';
import { createRandom, type Random } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { findSuiteEvaluation, getSuiteEvaluation, type SuiteEvaluation } from '../report/suite-evaluation.ts';
import { type NewItem, readItems, sidesOf } from './read-items.ts';
import { listUnits, type ReviewUnit } from './review-units.ts';
import { type Drawn, drawUnits } from './sampling.ts';
import type { ReviewQueueSpec, ReviewSource } from './schema.ts';
import type { StoredPayload } from './stored-payload.ts';
import { interestOf } from './unit-interest.ts';

/** Cases read at a time. */
const CHUNK = 500;

/** The items of a queue in the order in which they are handed out, which is random by its seed. */
export async function buildItems(context: Context, spec: ReviewQueueSpec): Promise<NewItem[]> {
  const random = createRandom(`review ${spec.seed}`);
  const pairs = spec.questions.some(({ kind }) => kind === 'pairwise');
  const drawn = spec.source ? await itemsFromSource(context, spec.source, pairs, random) : [];
  const items = [...drawn, ...spec.items.map((item) => givenItem(item, random)), ...goldItems(spec, random)];
  const single = items.find(({ payload }) => pairs !== (payload.outputs.length === 2));
  if (single) {
    const needed = pairs
      ? 'a pairwise question needs items with two `outputs`'
      : 'two `outputs` need a pairwise question';
    throw new AirworthyError('BAD_ARGUMENT', { message: `review queue: ${needed}`, at: 'questions' });
  }
  const order = Int32Array.from(items, (_, index) => index);
  random.fork('order').shuffle(order);
  return Array.from(order, (index) => items[index]);
}

function givenItem(item: ReviewQueueSpec['items'][number], random: Random): NewItem {
  const { case: name, input, expected, output, outputs, probability } = item;
  const id = idFromContent({
    case: name ?? null,
    input,
    expected: expected ?? null,
    output: output ?? null,
    outputs: outputs ?? null,
  });
  const given = outputs ?? [{ task: '', value: output ?? null }];
  const payload: StoredPayload = {
    origin: name === undefined ? {} : { case: name },
    input,
    ...(expected === undefined ? {} : { expected }),
    outputs: sidesOf(
      given.map(({ task, value }) => ({ task, value })),
      id,
      random,
    ),
  };
  return { id, payload, probability, gold: null };
}

function goldItems({ gold }: ReviewQueueSpec, random: Random): NewItem[] {
  return gold.map(({ answers, ...item }) => {
    const { id, payload } = givenItem({ ...item, probability: 1 }, random);
    return { id: idFromContent({ gold: id }), payload, probability: 1, gold: answers };
  });
}

async function itemsFromSource(
  context: Context,
  source: ReviewSource,
  pairs: boolean,
  random: Random,
): Promise<NewItem[]> {
  const evaluation = await findSource(context, source.evaluation);
  const unknown = source.tasks?.find((task) => !evaluation.tasks.some(({ name }) => name === task));
  if (unknown !== undefined) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `evaluation ${source.evaluation} has no task "${unknown}"`,
      at: 'source.tasks',
    });
  }
  const other = source.against && {
    evaluation: await findSource(context, source.against.evaluation),
    task: source.against.task,
  };
  const units = await listUnits(context, evaluation, source, pairs && other === undefined);
  const drawn = await drawFrom(context, evaluation, units, source, random);
  const items: NewItem[] = [];
  for (let start = 0; start < drawn.length; start += CHUNK) {
    context.signal?.throwIfAborted();
    const chunk = drawn
      .slice(start, start + CHUNK)
      .map(({ index, probability }) => ({ ...units[index], probability }));
    items.push(...(await readItems(context, { evaluation, other, trial: source.trial, random }, chunk)));
  }
  return items;
}

/** By its id, or as SUITE#NUMBER. Throws SUITE_EVALUATION_NOT_FOUND, HELD_OUT_CLOSED. */
async function findSource(context: Context, reference: string): Promise<SuiteEvaluation> {
  const named = /^(.+)#(\d{1,9})$/.exec(reference);
  const found = named ? await findSuiteEvaluation(context, named[1], Number(named[2])) : undefined;
  const evaluation = found ?? (await getSuiteEvaluation(context, reference));
  if (evaluation.role !== 'held-out') return evaluation;
  throw new AirworthyError('HELD_OUT_CLOSED', {
    message: `evaluation ${reference} is of held-out cases, which nobody may look at`,
  });
}

async function drawFrom(
  context: Context,
  evaluation: SuiteEvaluation,
  units: readonly ReviewUnit[],
  { sample }: ReviewSource,
  random: Random,
): Promise<Drawn[]> {
  if (sample.kind === 'all') return units.map((_, index) => ({ index, probability: 1 }));
  const even = { size: units.length, n: sample.n, random: random.fork('sample') };
  if (sample.kind === 'random') return drawUnits(even);
  return drawUnits({ ...even, interest: await interestOf(context, evaluation, units, sample) });
}
