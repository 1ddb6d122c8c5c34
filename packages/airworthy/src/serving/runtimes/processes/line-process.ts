import { parseJson } from '../../../kernel/parse-json.ts';
import { readLines } from './read-lines.ts';
import { type ProcessEnd, type ProcessLine, startProcess } from './start-process.ts';

/** An answer that is longer is none that anybody sends on purpose. */
const LONGEST_ANSWER = 64 << 20;
const LONGEST_NOISE = 64 << 10;

/** What a process may answer with: `{"id": 7, "outputs": …}` or `{"id": 7, "error": "…"}`, and the stages of each record. */
export interface LineAnswer {
  outputs?: unknown;
  error?: unknown;
  stages?: unknown;
}

/** A process that answers each line of JSON with one, one question at a time. */
export interface LineProcess {
  pid: number | undefined;
  /** Its answer; rejects where it ends before. */
  ask(question: Record<string, unknown>): Promise<LineAnswer>;
  /** Settles once it has ended, whoever ended it. */
  ended: Promise<ProcessEnd>;
  kill(): void;
}

export interface LineChannel extends ProcessLine {
  /** Where its answers come: on standard output, between whatever else it prints; or on file descriptor 3. */
  answersOn: 'stdout' | 3;
  /** Is told of lines that are no answer. */
  noise(line: string): void;
}

/** Rejects a question whose process has ended; the catalogue's error is the caller's to make. */
export class ProcessEnded extends Error {
  readonly end: ProcessEnd;

  constructor(end: ProcessEnd) {
    super(end.how);
    this.end = end;
  }
}

export function startLineProcess({ answersOn, noise, ...line }: LineChannel): LineProcess {
  const started = startProcess(line);
  let asked: { id: number; settle(answer: LineAnswer): void; fail(reason: Error): void } | undefined;
  let last = 0;
  let endsBecause: string | undefined;
  let over: ProcessEnd | undefined;

  const take = (text: string): void => {
    const answer = parseJson(text) as (LineAnswer & { id?: unknown }) | undefined | null;
    const isAnswer = typeof answer === 'object' && answer !== null && answer.id === asked?.id;
    if (asked && isAnswer) {
      asked.settle(answer);
      asked = undefined;
    } else noise(text);
  };
  const overflow = (): void => {
    endsBecause = `answered with a line of more than ${LONGEST_ANSWER} bytes`;
    started.kill();
  };
  const stream = answersOn === 3 ? started.answers : started.output;
  readLines(stream, LONGEST_ANSWER, { line: take, overflow });
  if (answersOn === 3) readLines(started.output, LONGEST_NOISE, { line: noise, overflow() {} });
  else started.answers.resume();
  const ended = started.ended.then((end) => ({ ...end, how: endsBecause ?? end.how }));
  void ended.then((end) => {
    over = end;
    asked?.fail(new ProcessEnded(end));
    asked = undefined;
  });
  return {
    pid: started.pid,
    ended,
    kill: started.kill,
    ask(question) {
      const id = ++last;
      return new Promise((settle, fail) => {
        if (over) return fail(new ProcessEnded(over));
        asked = { id, settle, fail };
        started.input.write(`${JSON.stringify({ id, ...question })}\n`);
      });
    },
  };
}
