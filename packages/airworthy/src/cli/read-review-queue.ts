import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AirworthyError } from '../kernel/errors.ts';
import type { Call } from './command.ts';

/**
 * A queue as a person asks for it: a file in YAML or JSON, and options, which come first. What it says is checked by the verb.
 * Throws BAD_ARGUMENT.
 */
export async function readReviewQueue(call: Call): Promise<Record<string, unknown>> {
  const { file, evaluation, task, slice, against, sample, question, reviewers, guideline, seed } =
    call.options as {
      file?: string;
      evaluation?: string;
      task?: string[];
      slice?: string;
      against?: string;
      sample?: string;
      question?: string[];
      reviewers?: number;
      guideline?: string;
      seed?: number;
    };
  const written = file === undefined ? {} : await readYaml(call, file);
  const source = {
    ...(written.source as object | undefined),
    ...(evaluation === undefined ? {} : { evaluation }),
    ...(task === undefined ? {} : { tasks: task }),
    ...(slice === undefined ? {} : { slice }),
    ...(against === undefined ? {} : { against: parseAgainst(against) }),
    ...(sample === undefined ? {} : { sample: parseSample(sample) }),
  };
  return {
    ...written,
    ...(call.args[0] === undefined ? {} : { name: call.args[0] }),
    ...(Object.keys(source).length === 0 ? {} : { source }),
    ...(question === undefined ? {} : { questions: question.map(parseQuestion) }),
    ...(reviewers === undefined ? {} : { reviewers }),
    ...(seed === undefined ? {} : { seed }),
    ...(guideline === undefined ? {} : { guideline: await readText(call, guideline) }),
  };
}

async function readYaml(call: Call, file: string): Promise<Record<string, unknown>> {
  const { parse } = await import('yaml');
  const text = await readText(call, file);
  try {
    const read: unknown = parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read))
      return read as Record<string, unknown>;
  } catch (error) {
    throw new AirworthyError('BAD_ARGUMENT', { message: `${file}: ${(error as Error).message}` });
  }
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `${file} holds no queue: questions, items or a source`,
  });
}

export function readText({ terminal }: Call, file: string): Promise<string> {
  return readFile(resolve(terminal.cwd, file), 'utf8').catch((error: Error) => {
    throw new AirworthyError('BAD_ARGUMENT', { message: `cannot read ${file}: ${error.message}` });
  });
}

/** `support#1:main`: a task of another evaluation. */
function parseAgainst(text: string): Record<string, unknown> {
  const at = text.lastIndexOf(':');
  if (at > 0) return { evaluation: text.slice(0, at), task: text.slice(at + 1) };
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `--against "${text}" is not EVALUATION:TASK`,
    at: '--against',
  });
}

/** `all`, `random:200`, `uncertainty:50:METRIC`, `disagreement:50`, `disagreement:50:METRIC,METRIC`. */
export function parseSample(text: string): Record<string, unknown> {
  const [kind, n, ...rest] = text.split(':');
  const named = rest.join(':');
  if (kind === 'all' && n === undefined) return { kind };
  if (kind === 'random' && /^\d+$/.test(n ?? '') && named === '') return { kind, n: Number(n) };
  if (kind === 'uncertainty' && /^\d+$/.test(n ?? '') && named !== '')
    return { kind, n: Number(n), metric: named };
  if (kind === 'disagreement' && /^\d+$/.test(n ?? '')) {
    return { kind, n: Number(n), ...(named === '' ? {} : { metrics: named.split(',') }) };
  }
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `--sample "${text}" is none of all, random:N, uncertainty:N:METRIC, disagreement:N[:METRICS]`,
    at: '--sample',
  });
}

/** `polite:choice:yes,no`, `clear:rating:1-5`, `better:pairwise`, `fixed:correction`, `why:text`. */
export function parseQuestion(text: string): Record<string, unknown> {
  const [name, kind, ...rest] = text.split(':');
  const details = rest.join(':');
  if ((kind === 'choice' || kind === 'span') && details !== '')
    return { name, kind, options: details.split(',') };
  const scale = /^(\d+)-(\d+)$/.exec(details);
  if (kind === 'rating' && scale) return { name, kind, scale: [Number(scale[1]), Number(scale[2])] };
  const plain = kind === 'rating' || kind === 'pairwise' || kind === 'correction' || kind === 'text';
  if (plain && details === '') return { name, kind };
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `--question "${text}" is none of NAME:choice:A,B, NAME:rating:1-5, NAME:pairwise, NAME:correction, NAME:span:A,B, NAME:text`,
    at: '--question',
  });
}
