import type { Random } from '../../stats/random.ts';
import { createRandom } from '../../stats/random.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { ModelCaller } from '../tasks/task.ts';
import { createParaphraser } from './paraphrase.ts';
import {
  addNoise,
  dropValues,
  type Fields,
  type RecordChange,
  reorderFields,
  scaleUnits,
  unseenCategory,
} from './perturb-record.ts';
import {
  addLookAlikes,
  addSentence,
  addSpaces,
  addTypos,
  changeCase,
  negate,
  type TextChange,
} from './perturb-text.ts';
import { nameOf, type Perturbation } from './schema.ts';

export interface PerturbCases {
  perturbations: readonly Perturbation[];
  seed: number | string;
  /** Needed by `paraphrase` only. */
  models?: ModelCaller;
}

/** Changes an input; null where there is nothing in it to change. */
type InputChange = (input: unknown, random: Random) => Promise<unknown>;

/**
 * Adds to a stream of cases what perturbations make of them, each behind its parent: with the id `parent~kind`, the parent's
 * cluster (else the parent's id), and `perturbation` and `expectation` in its metadata, which slices and metrics go by. A case in
 * which there is nothing to change, or that is not of the share chosen, gets none. Seeded by case: neither order nor other cases
 * matter. What a model paraphrased is kept, so that the stream can be read again.
 *
 * @example
 * const withPerturbed = perturbCases({ perturbations: checkPerturbations([{ kind: 'typos' }]), seed: 1 });
 * for await (const each of withPerturbed(cases)) each.id; // 'a', 'a~typos', 'b', 'b~typos' …
 */
export function perturbCases({
  perturbations,
  seed,
  models,
}: PerturbCases): (
  cases: AsyncIterable<EvaluationCase> | Iterable<EvaluationCase>,
) => AsyncGenerator<EvaluationCase> {
  const changes = perturbations.map((perturbation) => ({
    perturbation,
    change: changeOf(perturbation, models),
  }));
  return async function* (cases) {
    for await (const each of cases) {
      const cluster = each.cluster ?? each.id;
      yield { ...each, cluster };
      for (const { perturbation, change } of changes) {
        const random = createRandom(`${perturbation.seed ?? seed}/${nameOf(perturbation)}/${each.id}`);
        if (random.next() >= perturbation.share) continue;
        const input = await change(each.input, random);
        if (input === null) continue;
        const perturbed = withExpectation(each, perturbation);
        if (perturbed) yield { ...perturbed, input, cluster };
      }
    }
  };
}

/** All but input and cluster; null where the perturbation does not say what is expected of such a case. */
function withExpectation(each: EvaluationCase, perturbation: Perturbation): EvaluationCase | null {
  const { expect, expected } = perturbation;
  const name = nameOf(perturbation);
  const changed = {
    ...each,
    id: `${each.id}~${name}`,
    parent: each.id,
    metadata: { ...each.metadata, perturbation: name, expectation: expect },
  };
  if (expect !== 'own') return changed;
  const key = typeof each.expected === 'string' ? each.expected : JSON.stringify(each.expected);
  return expected && Object.hasOwn(expected, key) ? { ...changed, expected: expected[key] } : null;
}

function changeOf(perturbation: Perturbation, models: ModelCaller | undefined): InputChange {
  switch (perturbation.kind) {
    case 'typos':
      return onTexts(addTypos(perturbation.strength), perturbation.columns);
    case 'case':
      return onTexts(changeCase(perturbation.to), perturbation.columns);
    case 'whitespace':
      return onTexts(addSpaces(perturbation.strength), perturbation.columns);
    case 'unicode':
      return onTexts(addLookAlikes(perturbation.strength), perturbation.columns);
    case 'irrelevant-sentence':
      return onTexts(addSentence(perturbation.sentences), perturbation.columns);
    case 'negation':
      return onTexts(negate, perturbation.columns);
    case 'paraphrase':
      return onTexts(createParaphraser(perturbation, models), perturbation.columns);
    case 'field-order':
      return onRecord(reorderFields);
    case 'noise':
      return onRecord(addNoise(perturbation.strength, perturbation.columns));
    case 'missing':
      return onRecord(dropValues(perturbation.strength, perturbation.columns));
    case 'unit-scale':
      return onRecord(scaleUnits(perturbation.factor, perturbation.columns));
    case 'unseen-category':
      return onRecord(unseenCategory(perturbation.value, perturbation.columns));
  }
}

function onRecord(change: RecordChange): InputChange {
  return async (input, random) => (isFields(input) ? change(input, random) : null);
}

/** The text itself, the user's messages of a conversation, or the text fields of a record (of `columns` only, where given). */
function onTexts(
  change: TextChange | ((text: string, random: Random) => Promise<string | null>),
  columns: readonly string[] | undefined,
): InputChange {
  const visit: InputChange = async (value, random) => {
    if (typeof value === 'string') return change(value, random);
    if (Array.isArray(value))
      return changeEach(value, (message) => (fromUser(message) ? visit(message, random) : null));
    if (!isFields(value)) return null;
    const names = isMessage(value) ? ['content'] : (columns ?? Object.keys(value));
    const members = names.filter((name) => name in value).map((name) => [name, value[name]] as const);
    const changed = await changeEach(members, async ([name, member]) => {
      const made = typeof member === 'string' || Array.isArray(member) ? await visit(member, random) : null;
      return made === null ? null : [name, made];
    });
    return changed === null ? null : { ...value, ...Object.fromEntries(changed as [string, unknown][]) };
  };
  return visit;
}

/** Each item, changed where it can be; null where none was. */
async function changeEach<Item>(
  items: readonly Item[],
  change: (item: Item) => Promise<unknown> | null,
): Promise<unknown[] | null> {
  const found: unknown[] = [];
  let anything = false;
  for (const item of items) {
    const changed = await change(item);
    if (changed !== null) anything = true;
    found.push(changed ?? item);
  }
  return anything ? found : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMessage(value: Fields): boolean {
  return typeof value.role === 'string' && 'content' in value;
}

/** In a conversation only what the user said; any other list is left as it is. */
function fromUser(value: unknown): boolean {
  return isFields(value) && isMessage(value) && value.role === 'user';
}
