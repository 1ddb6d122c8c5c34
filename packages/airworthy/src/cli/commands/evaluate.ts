import { resolve } from 'node:path';
import type { App } from '../../app.ts';
import type { Suite, SuiteReport } from '../../evaluation/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import type { EvaluateOptions } from '../../lifecycle/evaluate/prepare-evaluation.ts';
import type { Call, CommandSpec } from '../command.ts';
import { describeEvaluation } from '../describe-evaluation.ts';
import { exitOf, worstExit } from '../evaluation-exit.ts';
import { wholeNumber } from '../whole-number.ts';

export const evaluate: CommandSpec = {
  usage: 'evaluate [names...]',
  summary: 'evaluate suites: every case, scored, measured, judged by gates',
  about:
    'Runs the suites of the project (*.eval.ts, *.eval.yaml), all of them where none is named. What was broken off goes on with the same command. Answers of models are kept: only what is new is asked.',
  options: [
    {
      flags: '--filter <text>',
      about: 'only cases for which it holds (lang=de, length>40), or with it in their id',
    },
    {
      flags: '--sample <n>',
      about: 'only so many cases, chosen by seed',
      parse: wholeNumber(1, 1_000_000_000),
    },
    { flags: '--trials <n>', about: 'how often each case is asked', parse: wholeNumber(1, 1_000) },
    { flags: '--concurrency <n>', about: 'cases at once', parse: wholeNumber(1, 10_000) },
    {
      flags: '--cache <mode>',
      about: 'answers of models: auto asks what is new; strict asks nothing',
      choices: ['off', 'auto', 'record', 'strict'],
    },
    { flags: '--role <role>', about: 'which cases', choices: ['dev', 'regression', 'held-out'] },
    { flags: '--budget-cost <amount>', about: 'stop when the models have cost so much', parse: positive },
    { flags: '--budget-seconds <n>', about: 'stop after so many seconds', parse: positive },
    { flags: '--retry-errors', about: 'ask again what ended in an error, and nothing else' },
    { flags: '--baseline <name>', about: 'compare with this baseline instead of the suite’s own' },
    {
      flags: '--output <file>',
      about: 'write the report: .json .jsonl .xml .md .html; may be given again',
      parse: collect,
    },
    { flags: '--github', about: 'print annotations for GitHub' },
    { flags: '--no-gates', about: 'measure without judging' },
    { flags: '--seed <n>', about: 'decides order and samples', parse: wholeNumber(0, 4_294_967_295) },
  ],
  examples: [
    ['airworthy evaluate', 'every suite of the project'],
    ['airworthy evaluate support --sample 50', 'a quick look at one suite'],
    ['airworthy evaluate --cache strict --output report.xml', 'in CI: no keys, no network'],
    ['airworthy evaluate support --retry-errors', 'asks again what failed for want of an answer'],
  ],
  exits: [
    [EXIT.gateFailed, 'a gate failed'],
    [EXIT.undecided, 'a gate is undecided'],
    [EXIT.budgetSpent, 'the budget is spent; the same command goes on'],
    [130, 'stopped by Ctrl-C; the same command goes on from there'],
  ],
  tracks: true,
  writes: 'through server',
  takesAlong,
  run: runEvaluate,
};

/** For an option that may be given again. */
function collect(given: string, before: string[] = []): string[] {
  return [...before, given];
}

function positive(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`"${text}" is no number above 0`);
}

/** The keys of models: those that the suites name, and the usual ones. */
async function takesAlong(call: Call, app: App): Promise<string[]> {
  const { keyVariablesOf } = await import('../../lifecycle/evaluate/key-variables.ts');
  return ['OPENAI_API_KEY', 'OPENAI_BASE_URL', ...keyVariablesOf(await suitesOf(call, app))];
}

async function suitesOf(call: Call, { project, context }: App): Promise<Suite[]> {
  const { loadSuites } = await import('../../lifecycle/evaluate/load-suites.ts');
  const names = call.args.flat().filter((name) => name !== undefined);
  return loadSuites({ folder: project.folder, dataFolder: context.store.folder, names });
}

async function runEvaluate(call: Call): Promise<number> {
  await requireOutputs(call);
  await using app = await call.openApp();
  const { evaluateSuite } = await import('../../lifecycle/evaluate/evaluate-suite.ts');
  const { context, project } = app;
  const suites = await suitesOf(call, app);
  const reports: SuiteReport[] = [];
  const exits: number[] = [];
  for (const suite of suites) {
    const report = await evaluateSuite(context, project, suite, optionsOf(call));
    reports.push(report);
    exits.push(exitOf(report, suite.limits.errorRate));
    if (!call.json) call.terminal.out(describeEvaluation(call.terminal, report));
  }
  await writeOutputs(call, app, reports);
  if (call.json) call.print(reports.length === 1 ? reports[0] : { evaluations: reports }, () => '');
  return worstExit(exits);
}

function optionsOf({ options, terminal }: Call): EvaluateOptions {
  const {
    filter,
    sample,
    trials,
    concurrency,
    cache,
    role,
    budgetCost,
    budgetSeconds,
    retryErrors,
    baseline,
    gates,
    seed,
  } = options as Omit<EvaluateOptions, 'env'>;
  return {
    ...{
      filter,
      sample,
      trials,
      concurrency,
      cache,
      role,
      budgetCost,
      budgetSeconds,
      retryErrors,
      baseline,
      gates,
      seed,
    },
    env: terminal.env,
  };
}

async function writeOutputs(call: Call, app: App, reports: readonly SuiteReport[]): Promise<void> {
  const { output = [], github } = call.options as { output?: string[]; github?: boolean };
  if (output.length === 0 && github !== true) return;
  const { githubAnnotations, readRows, writeOutput } = await import('../../evaluation/index.ts');
  const rows = () => readRows(app.context, reports);
  for (const path of output) await writeOutput({ path: resolve(call.terminal.cwd, path), reports, rows });
  if (github === true) for (const line of githubAnnotations(reports)) call.terminal.err(line);
}

/** A mistyped file ending is told before an hour of evaluation, not after it. */
async function requireOutputs({ options }: Call): Promise<void> {
  const { output = [] } = options as { output?: string[] };
  if (output.length === 0) return;
  const { requireOutputPath } = await import('../../evaluation/index.ts');
  for (const path of output) requireOutputPath(path);
}
