import { checkAssertions, compileValue } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../../kernel/is-record.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { ImportLog } from './import-log.ts';
import { importProvider } from './import-providers.ts';
import { pathIn, readText, readYaml, type Words } from './read-config.ts';

/** An assertion of a case, as our scorers take it. */
export type ImportedAssertion = Words & { type: string };

export interface AssertionPlace {
  at: string;
  /** What {{variables}} in values are. */
  vars: Words;
  folder: string;
  /** The judge that a test or all tests name. */
  provider: unknown;
  /** Told what the case expects, where an assertion is held against that; false where it expects something else. */
  expect(value: unknown): boolean;
  log: ImportLog;
}

const CODE = 'code is not run; write it as a scorer in a suite in TypeScript (suite.eval.ts)';
const NO_CHECK = 'Airworthy has no such check';

/** Why there is no counterpart. */
const LEFT: Record<string, string> = {
  javascript: CODE,
  python: CODE,
  ruby: CODE,
  webhook: 'no address is called to judge; put it behind a scorer in TypeScript (suite.eval.ts)',
  human: 'answers are judged by people in a review queue: `airworthy review`',
  'select-best': 'answers of several tasks are compared by `pairwise`, against a baseline',
  'max-score': 'tasks are compared by gates and their intervals',
  'similar:dot': 'similarity is the cosine',
  'similar:euclidean': 'similarity is the cosine',
};

/** Where the threshold that is not written lies, as in promptfoo. */
const THRESHOLDS: Record<string, number> = {
  similar: 0.75,
  'similar:cosine': 0.75,
  levenshtein: 5,
  bleu: 0.5,
  gleu: 0.5,
  meteor: 0.5,
  'rouge-n': 0.75,
  'answer-relevance': 0,
  'context-recall': 0,
  'context-relevance': 0,
  'context-faithfulness': 0,
  'g-eval': 0.7,
  'tool-call-f1': 1,
};
/** Another name here, and what is not quite the same. */
const RENAMED: Record<string, { type: string; why?: string }> = {
  levenshtein: { type: 'edit-distance' },
  'rouge-n': { type: 'rouge-1', why: 'words are counted as by the rouge-score package' },
  meteor: { type: 'meteor', why: 'without synonyms: figures are lower where words were replaced by others' },
};
const LISTS = new Set(['contains-any', 'contains-all', 'icontains-any', 'icontains-all']);
const JUDGED = new Set([
  ...[
    'llm-rubric',
    'agent-rubric',
    'g-eval',
    'factuality',
    'model-graded-factuality',
    'model-graded-closedqa',
  ],
  ...['answer-relevance', 'context-recall', 'context-relevance', 'context-faithfulness'],
]);
/** What judges where nothing is named; promptfoo's own choice changes with its version. */
const JUDGE = { model: 'gpt-5', keyVariable: 'OPENAI_API_KEY' };
const EMBEDDER = { model: 'text-embedding-3-large', keyVariable: 'OPENAI_API_KEY' };
const EMBEDDING = /^openai:embeddings?:/;
const MEMBERS = new Set(['type', 'value', 'threshold', 'metric', 'weight', 'provider']);

/** An assertion as a scorer with settings, checked to be one. Undefined where it was left out, which the log says. */
export async function importAssertion(
  written: unknown,
  place: AssertionPlace,
): Promise<ImportedAssertion | undefined> {
  const { at, log, folder } = place;
  if (!isRecord(written) || typeof written.type !== 'string') {
    log.left(at, 'assertion', 'it has no type');
    return undefined;
  }
  const what = `assertion ${written.type}`;
  const inverted = written.type.startsWith('not-');
  const type = inverted ? written.type.slice('not-'.length) : written.type;
  if (LEFT[type] !== undefined) return leave(log, at, what, LEFT[type]);
  if (written.weight === 0)
    return leave(log, at, what, 'its weight is 0: it decided nothing, and here every assertion does');
  for (const name of Object.keys(written)) {
    if (!MEMBERS.has(name))
      log.left(at, `${what}: ${name}`, name.endsWith('ransform') ? CODE : 'it has no counterpart here');
  }
  const notes: string[] = [];
  const converted = convert(type, written, place, notes);
  if (typeof converted === 'string') return leave(log, at, what, converted);
  const assertion = {
    ...converted,
    type: inverted ? `not-${converted.type}` : converted.type,
    ...(typeof written.metric === 'string' ? { metric: written.metric } : {}),
  };
  try {
    await checkAssertions([assertion], { folder });
  } catch (error) {
    if (!AirworthyError.is(error)) throw error;
    return leave(log, at, what, error.code === 'SCORER_UNKNOWN' ? NO_CHECK : error.message);
  }
  if (written.weight !== undefined && written.weight !== 1)
    notes.push('its weight is not kept: every assertion has to hold');
  if (notes.length === 0) log.carried(at, what);
  else log.changed(at, what, notes.join('; '));
  return assertion;
}

function leave(log: ImportLog, at: string, what: string, why: string): undefined {
  log.left(at, what, why);
}

/** The settings; a text says why there are none. */
function convert(
  type: string,
  written: Words,
  place: AssertionPlace,
  notes: string[],
): ImportedAssertion | string {
  const value = givenValue(type, written.value, place);
  if (typeof value === 'object' && value !== null && 'problem' in value) return String(value.problem);
  const renamed = RENAMED[type];
  if (renamed?.why) notes.push(renamed.why);
  const threshold = thresholdOf(type, written, notes);
  const judge = judgeOf(type, written.provider ?? place.provider, place, notes);
  const context = contextOf(type, place.vars);
  if (type === 'context-recall' && value !== undefined) {
    if (!place.expect(value)) return 'its value is not what the case expects by another assertion';
    notes.push('its value is what the case expects');
  }
  const ours = type === 'context-recall' ? undefined : listed(type, value);
  return {
    type: renamed?.type ?? type,
    ...(ours === undefined ? {} : { value: ours }),
    ...(threshold === undefined ? {} : { threshold }),
    ...judge,
    ...context,
  };
}

/** With variables filled in: a case's are known. */
function givenValue(type: string, value: unknown, { vars, folder }: AssertionPlace): unknown {
  if (typeof value === 'string' && value.startsWith('file://')) {
    if (/\.(m?[jt]s|cjs|py|rb)(:\w+)?$/i.test(value)) return { problem: CODE };
    const path = pathIn(folder, value);
    return /\.(json|ya?ml)$/i.test(value) ? readYaml(path).value : readText(path);
  }
  if ((type === 'is-json' || type === 'contains-json') && typeof value === 'string') {
    return parseJson(value) ?? { problem: 'its schema is a text that is not JSON' };
  }
  try {
    return compileValue(value, 'its value')(vars);
  } catch (error) {
    if (AirworthyError.is(error)) return { problem: error.message };
    throw error;
  }
}

/** Several texts may be written as one, with commas between. */
function listed(type: string, value: unknown): unknown {
  if (!LISTS.has(type) || typeof value !== 'string') return value;
  return value.split(',').map((part) => part.trim());
}

function thresholdOf(type: string, { threshold }: Words, notes: string[]): number | undefined {
  const written = typeof threshold === 'number' ? threshold : undefined;
  if (type === 'llm-rubric' || type === 'agent-rubric') {
    if (written !== undefined) notes.push('the judge says yes or no, so that its threshold is not kept');
    return undefined;
  }
  const usual = THRESHOLDS[type];
  if (written === undefined && usual !== undefined)
    notes.push(`its threshold is promptfoo’s usual one, ${usual}`);
  return written ?? usual;
}

function judgeOf(type: string, provider: unknown, place: AssertionPlace, notes: string[]): Words {
  if (type.startsWith('similar'))
    return { embedder: calledBy('embedder', embedderIn(provider), EMBEDDER, place, notes) };
  if (!JUDGED.has(type)) return {};
  const named = isRecord(provider) && provider.id === undefined ? provider.text : provider;
  return { judge: calledBy('judge', named, JUDGE, place, notes) };
}

/** A provider of embeddings as one of chats is written, so that it is read alike; none where it is a chat's. */
function embedderIn(provider: unknown): unknown {
  const named = isRecord(provider) ? (provider.embedding ?? provider.id) : provider;
  return typeof named === 'string' && EMBEDDING.test(named)
    ? named.replace(EMBEDDING, 'openai:chat:')
    : undefined;
}

function calledBy(
  role: 'judge' | 'embedder',
  named: unknown,
  usual: Words,
  { at, log }: AssertionPlace,
  notes: string[],
): Words {
  const [made] = named === undefined ? [] : importProvider(named, at, log, role);
  if (made?.takesPrompt !== 'prompt') {
    const why = named === undefined ? `no ${role} is named` : `its own ${role} is not carried over`;
    notes.push(`${role === 'judge' ? 'judged' : 'embedded'} by ${String(usual.model)}, as ${why}`);
    return usual;
  }
  const { model, endpoint, keyVariable, parameters } = made.task;
  const key = keyVariable ?? (endpoint === undefined ? 'OPENAI_API_KEY' : undefined);
  return {
    model,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(key === undefined ? {} : { keyVariable: key }),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

/** What an answer is to rest on is the variable `context` there. */
function contextOf(type: string, vars: Words): Words {
  return type.startsWith('context-') && vars.context !== undefined ? { context: 'input.context' } : {};
}
