import { basename, dirname } from 'node:path';
import { isRecord } from '../../kernel/is-record.ts';
import { createImportLog, type ImportEntry, type ImportLog } from './import-log.ts';
import { type ImportedPrompt, importPrompts } from './import-prompts.ts';
import { type ImportedProvider, importProviders, taskName } from './import-providers.ts';
import { type ImportedCase, importTests } from './import-tests.ts';
import { type ReadFile, readYaml, unreadable, type Words } from './read-config.ts';

/** A suite in our own words, and what became of everything that the config says. */
export interface PromptfooImport {
  /** For `*.eval.yaml`. */
  suite: Words;
  entries: readonly ImportEntry[];
  carried: number;
  changed: number;
  left: number;
}

const READ = new Set([
  'description',
  'prompts',
  'providers',
  'targets',
  'tests',
  'defaultTest',
  'scenarios',
  'evaluateOptions',
]);
const WHY_LEFT: Record<string, string> = {
  outputPath: 'where a report goes is said when it is run: `airworthy evaluate --output FILE`',
  env: 'variables of the environment are set where the command runs',
  nunjucksFilters: 'templates have no filters',
  extensions: 'code is not run around cases',
  derivedMetrics: 'metrics are not computed from others',
  redteam: 'attacks are not made up',
  sharing: 'reports are files',
  tags: 'suites have no tags',
  metadata: 'suites have no metadata',
  commandLineOptions: 'they are options of `airworthy evaluate`',
  writeLatestResults: 'results are always kept',
};

/**
 * Reads a config of promptfoo and makes a suite of it: every prompt with every provider is a task, every test a case, and
 * assertions of a kind are one scorer, which cases without such an assertion skip. What is not carried over is named; nothing
 * that the config holds is run. Throws PROMPTFOO_UNREADABLE.
 *
 * @param suiteFolder where the suite is to be; prompts in files are named relative to it
 * @param ours keys of suites that may stand beside promptfoo's, for whoever reads the file as a suite
 * @example
 * const { suite, entries } = await importPromptfoo('promptfooconfig.yaml');
 */
export async function importPromptfoo(
  path: string,
  { suiteFolder = dirname(path), ours }: { suiteFolder?: string; ours?: ReadonlySet<string> } = {},
): Promise<PromptfooImport> {
  const file = readYaml(path);
  const config = file.value;
  if (
    !isRecord(config) ||
    !['prompts', 'providers', 'targets', 'tests', 'scenarios'].some((key) => key in config)
  ) {
    throw unreadable(file.at(), 'it has no prompts, providers or tests');
  }
  const log = createImportLog();
  const folder = dirname(path);
  for (const key of Object.keys(config)) {
    if (!READ.has(key) && !ours?.has(key))
      log.left(file.at([key]), key, WHY_LEFT[key] ?? 'it has no counterpart here');
  }
  const options = importOptions(file, config, log);
  const prompts = importPrompts(config, { file, folder, suiteFolder, log });
  const providers = importProviders(file, config, folder, log);
  const cases = await importTests(config, { file, folder, log });
  const suite = {
    name: nameOf(path, config),
    ...(typeof config.description === 'string' ? { description: config.description } : {}),
    tasks: pair(prompts, providers, file, log),
    dataset: cases,
    scorers: scorersOf(cases),
    ...options,
  };
  const count = (status: ImportEntry['status']) =>
    log.entries.filter((entry) => entry.status === status).length;
  return {
    suite,
    entries: log.entries,
    carried: count('carried'),
    changed: count('changed'),
    left: count('left'),
  };
}

function importOptions(file: ReadFile, { evaluateOptions }: Words, log: ImportLog): Words {
  if (!isRecord(evaluateOptions)) return {};
  const made: Words = {};
  for (const [name, value] of Object.entries(evaluateOptions)) {
    const at = file.at(['evaluateOptions', name]);
    const what = `evaluateOptions.${name}`;
    if (name === 'repeat' && typeof value === 'number') made.trials = value;
    else if (name === 'maxConcurrency' && typeof value === 'number') made.concurrency = value;
    else if (name === 'timeoutMs' && typeof value === 'number') made.timeoutSeconds = value / 1_000;
    else {
      const why = name === 'cache' ? 'say it when it is run: `--cache`' : 'it has no counterpart here';
      log.left(at, what, why);
      continue;
    }
    log.carried(at, what);
  }
  return made;
}

/** Every prompt with every provider, or with those that a provider names. */
function pair(
  prompts: readonly ImportedPrompt[],
  providers: readonly ImportedProvider[],
  file: ReadFile,
  log: ImportLog,
): Record<string, Words> {
  const tasks = new Map<string, Words>();
  const add = (label: string, task: Words) => {
    let name = taskName(label);
    for (let copy = 2; tasks.has(name); copy++) name = taskName(`${label.slice(0, 90)} ${copy}`);
    tasks.set(name, task);
  };
  for (const { label, task, takesPrompt, prompts: wanted } of providers) {
    if (takesPrompt === 'none') add(label, task);
    const own = prompts.filter((prompt) => wanted === undefined || wanted.includes(prompt.label));
    for (const prompt of takesPrompt === 'none' ? [] : own) {
      const name = own.length === 1 ? label : `${label} ${prompt.label}`;
      if (takesPrompt === 'prompt') add(name, { ...task, prompt: prompt.prompt });
      else if (typeof prompt.prompt !== 'string' || prompt.prompt.startsWith('file:')) {
        log.left(
          file.at(['providers']),
          `task ${name}`,
          'a prompt in a file or of several messages cannot be put into a body',
        );
      } else add(name, { ...task, body: putPrompt(task.body, prompt.prompt) });
    }
  }
  return Object.fromEntries(tasks);
}

function putPrompt(body: unknown, prompt: string): unknown {
  if (typeof body === 'string') return body.replaceAll(/\{\{\s*prompt\s*\}\}/g, () => prompt);
  if (Array.isArray(body)) return body.map((item) => putPrompt(item, prompt));
  if (!isRecord(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, putPrompt(value, prompt)]));
}

/** One scorer for each kind of assertion and metric that any case has. */
function scorersOf(cases: readonly ImportedCase[]): Words[] {
  const kinds = new Map<string, Words>();
  for (const { type, metric } of cases.flatMap(({ metadata }) => metadata.assert ?? [])) {
    const key = JSON.stringify([type, metric]);
    if (!kinds.has(key)) kinds.set(key, { type, ...(metric === undefined ? {} : { metric }), perCase: true });
  }
  return [...kinds.values()];
}

/** Of the file, or of its folder where the file has its usual name. */
function nameOf(path: string, { description }: Words): string {
  const own = basename(path).replace(/\.(ya?ml|json)$/i, '');
  if (own !== 'promptfooconfig') return taskName(own);
  const folder = basename(dirname(path));
  return taskName(/\w/.test(folder) ? folder : String(description ?? 'suite'));
}
