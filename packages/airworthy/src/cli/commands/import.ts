import { EXIT } from '../../kernel/error-catalogue.ts';
import { count } from '../../kernel/figures.ts';
import type { ImportReport } from '../../lifecycle/import-mlflow/import-report.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { promptfoo } from './import-promptfoo.ts';

const mlflow: CommandSpec = {
  usage: 'mlflow <from>',
  summary: 'experiments, runs, models, prompts and traces of an MLflow, with ids and times',
  about:
    'FROM is a database (mlflow.db), a folder (mlruns) or the address of a server. Broken off and called again, it goes on where it was. A server is signed in to with MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.',
  options: [
    {
      flags: '--artifacts <dir>',
      about: 'where MLflow’s server kept the artifacts of its clients (default: mlartifacts beside FROM)',
    },
  ],
  examples: [
    ['airworthy import mlflow mlflow.db', 'from the database of a server or of a program'],
    ['airworthy import mlflow mlruns', 'from a folder of files'],
    ['airworthy import mlflow http://127.0.0.1:5000', 'from a running server'],
  ],
  tracks: true,
  writes: 'through server',
  takesAlong: async () => ['MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_PASSWORD'],
  run: importFromMlflow,
};

export const importGroup: CommandGroup = {
  usage: 'import',
  summary: 'what other tools have: runs, models and prompts, suites',
  commands: [mlflow, promptfoo],
};

async function importFromMlflow(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { openMlflowSource } = await import('../../lifecycle/import-mlflow/open-source.ts');
  const { importMlflow } = await import('../../lifecycle/import-mlflow/import-mlflow.ts');
  const { env, cwd } = call.terminal;
  await using source = openMlflowSource(String(call.args[0]), {
    folder: cwd,
    artifacts: call.options.artifacts as string | undefined,
    login: {
      token: env.MLFLOW_TRACKING_TOKEN,
      username: env.MLFLOW_TRACKING_USERNAME,
      password: env.MLFLOW_TRACKING_PASSWORD,
    },
  });
  const report = await importMlflow(app.context, app.project, source);
  call.print(report, () => describe(report));
  return EXIT.ok;
}

function describe({ imported, present, leftOut, renumbered }: ImportReport): string {
  const lines = (title: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([kind, number]) => `${title.padEnd(10)} ${kind} ${count(number)}`);
  return [
    ...lines('imported', imported),
    ...lines('present', present),
    ...lines('left out', leftOut),
    ...renumbered.map(({ name, from, to }) => `number     "${name}" is ${to} here, ${from} there`),
  ].join('\n');
}
