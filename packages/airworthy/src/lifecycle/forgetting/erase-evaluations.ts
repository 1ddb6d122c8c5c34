import {
  casesOfVersions,
  eraseCases,
  eraseQueueItems,
  eraseRecords,
  type Named,
  sweepCases,
  sweepQueueItems,
  sweepRecords,
} from '../../evaluation/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Apply } from './apply-writes.ts';
import type { Person } from './collect-ids.ts';
import type { ErasureJournal } from './erasure-journal.ts';

interface Place {
  evaluation: string;
  position: number;
  id: string;
}

/**
 * Takes the person out of evaluations: of cases of dataset versions that were erased, of cases and of items of review
 * queues and records that name them or one of their predictions and traces.
 */
export async function eraseEvaluations(
  context: Context,
  journal: ErasureJournal,
  person: Person,
  apply: Apply,
): Promise<void> {
  const versions: string[] = [];
  for await (const page of journal.pages('version')) versions.push(...page);
  for await (const cases of casesOfVersions(context, versions)) await takeOut(context, journal, apply, cases);
  for await (const page of sweepCases(context))
    await takeOut(context, journal, apply, await ofPerson(journal, person, page));
  await eraseItems(context, journal, person, apply);
  for await (const page of sweepRecords(context)) {
    const own = await ofPerson(journal, person, page);
    for (const [dataset, records] of Map.groupBy(own, ({ dataset }) => dataset))
      await apply((sql) =>
        eraseRecords(
          sql,
          context.project,
          dataset,
          records.map(({ id }) => id),
        ),
      );
  }
}

async function eraseItems(
  context: Context,
  journal: ErasureJournal,
  person: Person,
  apply: Apply,
): Promise<void> {
  const erased = await placesOf(journal);
  for await (const page of sweepQueueItems(context)) {
    const named = new Set(await ofPerson(journal, person, page));
    const own = page.filter(
      (item) => named.has(item) || erased.has(placeOf(item.origin.evaluation, item.origin.position)),
    );
    for (const [queue, items] of Map.groupBy(own, (item) => item.queue)) {
      const ids = items.map(({ id }) => id);
      await journal.note('queue-item', ids);
      await apply((sql) => eraseQueueItems(sql, context.project, queue, ids));
    }
  }
}

/** Where the cases stood that were taken out. */
async function placesOf(journal: ErasureJournal): Promise<Set<string>> {
  const places = new Set<string>();
  for await (const page of journal.pages('case-place')) for (const place of page) places.add(place);
  return places;
}

async function takeOut(
  { project }: Context,
  journal: ErasureJournal,
  apply: Apply,
  cases: readonly Place[],
): Promise<void> {
  for (const [evaluation, own] of Map.groupBy(cases, (each) => each.evaluation)) {
    const positions = own.map(({ position }) => position);
    const ids = own.map(({ id }) => id);
    const places = positions.map((position) => placeOf(evaluation, position));
    await journal.note(`case ${evaluation}`, ids);
    await journal.note('case-place', places);
    await apply((sql) => eraseCases(sql, project, evaluation, positions));
  }
}

function placeOf(evaluation?: string, position?: number): string {
  return `${evaluation}/${position}`;
}

/** Those of a page that name the person, or what is theirs. */
async function ofPerson<Each extends Named>(
  journal: ErasureJournal,
  { name, pseudonym }: Person,
  page: readonly Each[],
): Promise<Each[]> {
  const own = await journal.amongOwn(page.flatMap(({ ids }) => ids));
  return page.filter(
    ({ ids, people }) => ids.some((id) => own.has(id)) || people.includes(name) || people.includes(pseudonym),
  );
}
