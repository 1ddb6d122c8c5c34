import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count, moment, plural } from '../../kernel/figures.ts';
import type { ExplainedCase } from '../../lifecycle/evaluate/explain-case.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';

const explain: CommandSpec = {
  usage: 'explain <case>',
  summary: 'would the calls of a case be answered from the record, and if not, what changed',
  about: 'Tasks and scorers run up to their first call that nothing answers; no call is made.',
  options: [{ flags: '--suite <name>', about: 'the suite of the case (default: every suite that has it)' }],
  examples: [
    [
      'airworthy cache explain capital-of-france --suite geography',
      'says which part of the request is another one',
    ],
  ],
  tracks: true,
  run: explainCalls,
};

const list: CommandSpec = {
  usage: 'list',
  summary: 'how many answers are cached, by endpoint and model',
  examples: [['airworthy cache list', 'with the time of the newest']],
  tracks: true,
  run: listCalls,
};

const clear: CommandSpec = {
  usage: 'clear',
  summary: 'forget cached answers; recordings beside suites stay',
  options: [{ flags: '--model <name>', about: 'only of this model' }],
  examples: [['airworthy cache clear --model gpt-5-mini', 'the next evaluation asks it anew']],
  tracks: true,
  writes: 'through server',
  run: clearCalls,
};

export const cache: CommandGroup = {
  usage: 'cache',
  summary: 'answers of models that are kept',
  commands: [explain, list, clear],
};

async function explainCalls(call: Call): Promise<number> {
  await using app = await call.readApp();
  const { loadSuites } = await import('../../lifecycle/evaluate/load-suites.ts');
  const { explainCase } = await import('../../lifecycle/evaluate/explain-case.ts');
  const id = String(call.args[0]);
  const asked = call.options.suite as string | undefined;
  const { context, project } = app;
  const suites = await loadSuites({
    folder: project.folder,
    dataFolder: context.store.folder,
    names: asked === undefined ? [] : [asked],
  });
  const explained: ExplainedCase[] = [];
  let missing: unknown;
  for (const suite of suites) {
    try {
      explained.push(...(await explainCase(context, project, suite, { id, env: call.terminal.env })));
    } catch (error) {
      // Another suite may have it.
      if (!AirworthyError.is(error) || error.code !== 'CASE_NOT_FOUND') throw error;
      missing = error;
    }
  }
  if (explained.length === 0) throw missing;
  call.print(explained, () => explained.map(describeCase).join('\n\n'));
  return EXIT.ok;
}

function describeCase({ suite, case: id, task, calls, stopped }: ExplainedCase): string {
  const title = `${suite}, case ${id}, task ${task}: ${calls.length === 0 ? 'no calls' : plural(calls.length, 'call')}`;
  const last = stopped === null ? [] : [`  stopped there: ${stopped}`];
  return [title, ...calls.flatMap(describeCall), ...last].join('\n');
}

function describeCall({
  key,
  model,
  endpoint,
  answeredFrom,
  nearest,
}: ExplainedCase['calls'][number]): string[] {
  const head = `  ${key.slice(0, 12)}  ${model || endpoint}`;
  if (answeredFrom !== null) return [`${head}: answered from the ${answeredFrom}`];
  if (nearest === null) return [`${head}: not on record, and nothing like it is`];
  const changes = nearest.changed.map(
    ({ part, kept, now }) => `    ${part}: ${kept ?? '(absent)'} on record, ${now ?? '(absent)'} now`,
  );
  return [
    `${head}: not on record; call ${nearest.key.slice(0, 12)} in the ${nearest.in} differs in`,
    ...changes,
  ];
}

const COLUMNS = [
  { heading: 'model' },
  { heading: 'endpoint' },
  { heading: 'calls', align: 'right' },
  { heading: 'newest' },
] as const;

async function listCalls(call: Call): Promise<number> {
  await using app = await call.readApp();
  const { countCachedCalls } = await import('../../evaluation/index.ts');
  const counts = await countCachedCalls(app.context);
  const rows = counts.map(({ model, endpoint, calls, newest }) => [
    model,
    endpoint,
    count(calls),
    moment(newest),
  ]);
  call.print(counts, () => (rows.length === 0 ? 'no answers are cached' : formatTable(COLUMNS, rows)));
  return EXIT.ok;
}

async function clearCalls(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { clearCachedCalls } = await import('../../evaluation/index.ts');
  const forgotten = await clearCachedCalls(app.context, call.options.model as string | undefined);
  call.print({ forgotten }, () => `forgot ${plural(forgotten, 'answer')}`);
  return EXIT.ok;
}
