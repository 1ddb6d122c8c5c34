import type { Answers, AnswerValue, HeldItem, Question } from '../../../api/review-answers.ts';
import { annotate, takeNext } from '../../../api/review-queries.ts';

/** An item as this reviewer has it before them. */
export interface OpenItem {
  held: HeldItem;
  answers: Answers;
  /** Names of the questions, in the order in which they were answered: what undo takes back. */
  given: readonly string[];
  state: 'open' | 'skipped' | 'submitted' | 'discarded';
}

export interface ReviewView {
  current: OpenItem | null;
  /** Nothing is left for this reviewer. */
  isDone: boolean;
  busy: boolean;
  error: Error | null;
  /** What the last key did, or why it did nothing; read aloud. */
  said: string;
  /** Submitted since the page was opened. */
  submitted: number;
}

interface State {
  items: readonly OpenItem[];
  at: number;
  isDone: boolean;
  busy: boolean;
  error: Error | null;
  said: string;
}

/** One reviewer's way through a queue: items that were held, what was answered, back and forth. */
export class ReviewSession {
  readonly #queue: string;
  readonly #reviewer: string;
  readonly #questions: readonly Question[];
  readonly #listeners = new Set<() => void>();
  #state: State = { items: [], at: -1, isDone: false, busy: false, error: null, said: '' };
  #view: ReviewView = viewOf(this.#state);
  #hasBegun = false;
  #began = 0;

  constructor(queue: string, reviewer: string, questions: readonly Question[]) {
    this.#queue = queue;
    this.#reviewer = reviewer;
    this.#questions = questions;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): ReviewView => this.#view;

  /** Takes the first item; once. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#run(async () => void (await this.#take()));
  }

  answer(question: string, value: AnswerValue): void {
    const { current } = this.#view;
    if (current === null) return;
    const given = [...current.given.filter((name) => name !== question), question];
    this.#change({ answers: { ...current.answers, [question]: value }, given });
    this.#say('');
  }

  undo(): void {
    const { current, busy } = this.#view;
    if (current === null || busy) return;
    const last = current.given.at(-1);
    const { at } = this.#state;
    if (last !== undefined) {
      const { [last]: _, ...answers } = current.answers;
      this.#change({ answers, given: current.given.slice(0, -1) });
      this.#say(`Took back ${last}.`);
    } else if (at > 0) this.#goTo(at - 1, 'Back to the one before.');
    else this.#say('There is nothing to undo.');
  }

  submit(): Promise<void> {
    return this.#act(async (current) => {
      const missing = this.#questions.find(
        ({ name, required }) => required && current.answers[name] === undefined,
      );
      if (missing !== undefined) return this.#say(`Still to answer: ${missing.text ?? missing.name}`);
      await this.#send(current, 'submitted');
      this.#say('Submitted.');
      await this.#forward();
    });
  }

  /** Gives it back, to come to later. */
  skip(): Promise<void> {
    return this.#act(async (current) => {
      this.#say('Skipped; it comes again.');
      await this.#leave(current, 'skipped');
    });
  }

  /** It cannot be judged: somebody else is asked. */
  discard(): Promise<void> {
    return this.#act(async (current) => {
      await this.#send(current, 'discarded');
      this.#say('Kept as not to be judged.');
      await this.#forward();
    });
  }

  next(): Promise<void> {
    return this.#act((current) => this.#leave(current, current.state));
  }

  previous(): void {
    const { at } = this.#state;
    if (at > 0) this.#goTo(at - 1, '');
    else this.#say('This is the first since you began.');
  }

  #act(work: (current: OpenItem) => Promise<void>): Promise<void> {
    const { current, busy } = this.#view;
    return current === null || busy ? Promise.resolve() : this.#run(() => work(current));
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.#set({ busy: true, error: null });
    try {
      await work();
    } catch (error) {
      this.#set({ error: error as Error });
    } finally {
      this.#set({ busy: false });
    }
  }

  /** A draft keeps the item open for this reviewer, whoever else is handed it meanwhile. */
  async #leave(item: OpenItem, as: OpenItem['state']): Promise<void> {
    if (item.state === 'submitted' || item.state === 'discarded') return this.#forward();
    await this.#send(item, 'draft');
    this.#change({ state: as });
    await this.#forward(item.held.item.id);
  }

  async #send(item: OpenItem, as: 'draft' | 'submitted' | 'discarded'): Promise<void> {
    const seconds = Math.round((performance.now() - this.#began) / 100) / 10;
    const answers = as === 'discarded' ? {} : item.answers;
    const reviewer = this.#reviewer;
    await annotate(this.#queue, item.held.item.id, { reviewer, state: as, seconds, answers });
    if (as !== 'draft') this.#change({ state: as });
  }

  async #forward(left?: string): Promise<void> {
    const { items, at, said } = this.#state;
    if (at + 1 < items.length) return this.#goTo(at + 1, said);
    const held = await this.#take(left);
    if (left !== undefined && held?.item.id === left) this.#say('It is the only one that is left.');
  }

  async #take(skip?: string): Promise<HeldItem | null> {
    const held = await takeNext(this.#queue, this.#reviewer, skip);
    this.#began = performance.now();
    this.#set(withHeld(this.#state.items, held));
    return held;
  }

  #goTo(at: number, said: string): void {
    this.#began = performance.now();
    this.#set({ at, said });
  }

  #say(said: string): void {
    this.#set({ said });
  }

  #change(fields: Partial<OpenItem>): void {
    const { items, at } = this.#state;
    this.#set({ items: items.map((item, place) => (place === at ? { ...item, ...fields } : item)) });
  }

  #set(fields: Partial<State>): void {
    this.#state = { ...this.#state, ...fields };
    this.#view = viewOf(this.#state);
    for (const listener of this.#listeners) listener();
  }
}

function viewOf({ items, at, isDone, busy, error, said }: State): ReviewView {
  const submitted = items.filter(({ state }) => state === 'submitted').length;
  return { current: items[at] ?? null, isDone, busy, error, said, submitted };
}

/** The item that was given, at the end or where it already is. */
function withHeld(items: readonly OpenItem[], held: HeldItem | null): Pick<State, 'items' | 'at' | 'isDone'> {
  if (held === null) return { items, at: items.length, isDone: true };
  const place = items.findIndex((item) => item.held.item.id === held.item.id);
  if (place >= 0) return { items, at: place, isDone: false };
  const answers = held.own?.answers ?? {};
  const item: OpenItem = { held, answers, given: Object.keys(answers), state: 'open' };
  return { items: [...items, item], at: items.length, isDone: false };
}
