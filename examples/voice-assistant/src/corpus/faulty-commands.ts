import type { Call } from '../skills/skill.ts';
import { expandSentences, type Sentence } from './expand-sentences.ts';
import { seededRandom } from './seeded-random.ts';

/** A row as data sets of commands often have it: a sentence, and the call as text. */
export interface CommandRow {
  author: 'hand' | 'generated';
  said: string;
  call: string;
}

/** Every fault is one that published data of this kind has had; figures of rows are chosen so that `other()` is three in four. */
const OTHERS = 480;
const BY_HAND = 32;
const GENERATED = 128;
const SHARED = 8;

/**
 * Our own sentences with the faults that data of voice commands has had: three rows in four are `other()`, half of the rows come
 * twice, calls are written with one quote and with two, test sentences are among the training sentences, and the part that is
 * held back has no `other()` at all.
 */
export function faultyCommands(): CommandRow[] {
  const [others, commands] = sentences();
  const shared = commands.slice(0, SHARED);
  const byHand = [...shared, ...commands.slice(GENERATED, GENERATED + BY_HAND - SHARED)];
  return [
    ...twice(others.slice(0, OTHERS / 2)).map((each) => row('hand', each, '"')),
    ...byHand.map((each) => row('hand', each, '"')),
    ...commands
      .slice(0, GENERATED / 2)
      .flatMap((each, index) => [
        row('generated', each, '"'),
        row('generated', each, index % 2 === 0 ? "'" : '"'),
      ]),
  ];
}

function sentences(): [others: Sentence[], commands: Sentence[]] {
  const all = expandSentences({ authors: ['a', 'b', 'c', 'd'], perTemplate: 1, seed: 3 });
  const { other = [], command = [] } = Object.groupBy(all, ({ skill }) =>
    skill === 'other' ? 'other' : 'command',
  );
  // Sentences of one skill stand together.
  return [other, seededRandom('faulty').shuffled(command)];
}

function twice<T>(items: readonly T[]): T[] {
  return items.flatMap((item) => [item, item]);
}

function row(author: CommandRow['author'], { text, call }: Sentence, quote: string): CommandRow {
  return { author, said: text, call: written(call, quote) };
}

/** As people write calls into prompts: `timer_set(duration="ten minutes")`. */
function written({ name, arguments: given }: Call, quote: string): string {
  const list = Object.entries(given).map(([key, value]) => `${key}=${quote}${value}${quote}`);
  return `${name}(${list.join(', ')})`;
}

/** The rows as the file `data/faulty/commands.csv` has them. */
export function faultyCsv(): string {
  const rows = faultyCommands().map(({ author, said, call }) => [author, said, call]);
  const line = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  return `${[['author', 'said', 'call'], ...rows].map(line).join('\n')}\n`;
}
