import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { isRecord } from '../cases/case-value.ts';
import { readProvider } from './promptfoo-provider.ts';

type Words = Record<string, unknown>;

/** A file in promptfoo's words as a suite, and what of it has no meaning here. */
export interface PromptfooSuite {
  /** For `SuiteInput` to check. */
  suite: Words;
  /** What was read, in the order of the file: `3 prompts`. */
  carried: string[];
  /** What was not, and why. */
  left: { what: string; why: string }[];
}

export interface PromptfooPlace {
  name: string;
  /** What `file://` is relative to. */
  folder: string;
  /** How errors call the file. */
  shown: string;
  /** Reads YAML, and so JSON. */
  parseYaml(text: string): unknown;
}

/** Is this written in promptfoo's words rather than in ours? */
export function isPromptfoo(written: unknown): written is Words {
  if (!isRecord(written) || 'dataset' in written) return false;
  return 'providers' in written || 'targets' in written || 'tests' in written || 'scenarios' in written;
}

const READ = new Set([
  ...[
    'description',
    'prompts',
    'providers',
    'targets',
    'tests',
    'defaultTest',
    'scenarios',
    'evaluateOptions',
  ],
  // Keys of ours that may stand beside them.
  ...[
    'name',
    'gates',
    'slices',
    'cluster',
    'baseline',
    'concurrency',
    'timeoutSeconds',
    'limits',
    'budget',
    'seed',
  ],
  ...['trials', 'role', 'roles', 'scorers', 'confidence', 'heldOutBudget', 'overlapWith', 'perturb'],
]);
const OURS = [...READ].slice(8);

/**
 * Reads promptfoo's words: every prompt with every provider is a task, every test a case, and the assertions of a kind are
 * one scorer, which cases without such an assertion skip. Throws SUITE_INVALID where what the file says cannot be done.
 */
export function readPromptfoo(config: Words, place: PromptfooPlace): PromptfooSuite {
  const left = Object.keys(config)
    .filter((key) => !READ.has(key))
    .map((key) => ({ what: key, why: 'it has no meaning here' }));
  const prompts = readPrompts(config.prompts, place);
  const providers = listOf(config.providers ?? config.targets).map((provider) =>
    readProvider(provider, place),
  );
  const cases = readCases(config, place);
  const { repeat, maxConcurrency } = isRecord(config.evaluateOptions) ? config.evaluateOptions : {};
  const suite = {
    name: place.name,
    ...(typeof config.description === 'string' ? { description: config.description } : {}),
    ...(repeat === undefined ? {} : { trials: repeat }),
    ...(maxConcurrency === undefined ? {} : { concurrency: maxConcurrency }),
    dataset: cases,
    tasks: tasksOf(prompts, providers, place),
    scorers: scorersOf(cases),
    ...Object.fromEntries(OURS.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]]))),
  };
  const carried = [`${prompts.length} prompts`, `${providers.length} providers`, `${cases.length} tests`];
  return { suite, carried, left };
}

interface Prompt {
  label: string;
  prompt: unknown;
}

function readPrompts(written: unknown, place: PromptfooPlace): Prompt[] {
  return listOf(written).map((prompt, index) => {
    const raw = isRecord(prompt) ? (prompt.raw ?? prompt.id) : prompt;
    if (typeof raw !== 'string') throw invalid(place, `prompt ${index + 1} is no text`);
    const text = raw.startsWith('file://') ? readNamed(raw, place).trim() : raw;
    const label = isRecord(prompt) && typeof prompt.label === 'string' ? prompt.label : `prompt-${index + 1}`;
    return { label, prompt: messagesOf(text) ?? text };
  });
}

/** A chat written as JSON. */
function messagesOf(text: string): unknown[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function tasksOf(
  prompts: readonly Prompt[],
  providers: readonly { label: string; task: Words }[],
  place: PromptfooPlace,
): Record<string, Words> {
  if (providers.length === 0) throw invalid(place, 'names no providers');
  const matrix = providers.flatMap(({ label, task }) => {
    if (!('model' in task)) return [[label, task] as const];
    if (prompts.length === 0) throw invalid(place, `has no prompts for the provider "${label}"`);
    return prompts.map((prompt) => {
      const name = prompts.length === 1 ? label : `${label} ${prompt.label}`;
      const words = { prompt: prompt.prompt };
      return [name, { ...task, ...words }] as const;
    });
  });
  const names = matrix.map(([name]) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw invalid(place, `has two tasks called "${twice}": give providers and prompts labels`);
  return Object.fromEntries(matrix);
}

function readCases(config: Words, place: PromptfooPlace): Words[] {
  const shared = isRecord(config.defaultTest) ? config.defaultTest : {};
  const plain = testsOf(config.tests, place).map((test) => caseOf(test, [shared]));
  const scenarios = listOf(config.scenarios).filter(isRecord);
  const inScenarios = scenarios.flatMap((scenario) =>
    listOf(scenario.config)
      .filter(isRecord)
      .flatMap((settings) => testsOf(scenario.tests, place).map((test) => caseOf(test, [shared, settings]))),
  );
  return [...plain, ...inScenarios];
}

function testsOf(written: unknown, place: PromptfooPlace): Words[] {
  return listOf(written).flatMap((test) => {
    if (isRecord(test)) return [test];
    if (typeof test !== 'string') throw invalid(place, 'has a test that is neither an object nor a file');
    return testsOf(readListFile(test, place), place);
  });
}

function readListFile(reference: string, place: PromptfooPlace): unknown {
  const ending = extname(reference).toLowerCase();
  if (!['.jsonl', '.json', '.yaml', '.yml'].includes(ending)) {
    throw invalid(place, `reads tests from ${reference}, which is no YAML, JSON or JSON lines`);
  }
  const text = readNamed(reference, place);
  const lines = () => text.split('\n').filter((line) => line.trim() !== '');
  try {
    return ending === '.jsonl' ? lines().map((line) => JSON.parse(line)) : place.parseYaml(text);
  } catch (error) {
    throw invalid(place, `reads tests from ${reference}: ${(error as Error).message.split('\n', 1)[0]}`);
  }
}

function readNamed(reference: string, place: PromptfooPlace): string {
  try {
    return readFileSync(pathOf(reference, place), 'utf8');
  } catch {
    throw invalid(place, `names ${reference}, which cannot be read`);
  }
}

/** `before` is what applies to all, from the general to the special. */
function caseOf(test: Words, before: readonly Words[]): Words {
  const all = [...before, test];
  const merged = (key: string) => Object.assign({}, ...all.map((one) => one[key])) as Words;
  const own = isRecord(test.options) && test.options.disableDefaultAsserts === true ? [test] : all;
  const asserted = own.flatMap((one) => listOf(one.assert)).flatMap(flattenSets);
  const { description } = test;
  return {
    ...(test.id === undefined ? {} : { id: test.id }),
    input: merged('vars'),
    metadata: {
      ...(description === undefined ? {} : { description }),
      ...merged('metadata'),
      ...(asserted.length === 0 ? {} : { assert: asserted }),
    },
  };
}

/** All assertions of a case have to hold, those of a set too. */
function flattenSets(assertion: unknown): unknown[] {
  if (isRecord(assertion) && assertion.type === 'assert-set')
    return listOf(assertion.assert).flatMap(flattenSets);
  return [assertion];
}

/** One scorer for each kind of assertion and metric that any case has. */
function scorersOf(cases: readonly Words[]): Words[] {
  const kinds = new Map<string, Words>();
  for (const { metadata } of cases) {
    for (const assertion of listOf(isRecord(metadata) ? metadata.assert : undefined)) {
      if (!isRecord(assertion)) continue;
      const { type, metric } = assertion;
      const key = JSON.stringify([type, metric]);
      if (!kinds.has(key))
        kinds.set(key, { type, ...(metric === undefined ? {} : { metric }), perCase: true });
    }
  }
  return [...kinds.values()];
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function pathOf(reference: string, { folder }: PromptfooPlace): string {
  return resolve(folder, reference.replace(/^file:\/\//, ''));
}

function invalid({ shown }: PromptfooPlace, what: string): AirworthyError {
  return new AirworthyError('SUITE_INVALID', { message: `${shown} ${what}`, at: shown });
}
