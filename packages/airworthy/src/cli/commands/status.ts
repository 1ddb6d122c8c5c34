import { EXIT } from '../../kernel/error-catalogue.ts';
import { moment } from '../../kernel/figures.ts';
import { readStatus, type ServedModel } from '../../lifecycle/read-status.ts';
import type { Call, CommandSpec } from '../command.ts';
import { formatFacts } from '../format-table.ts';
import { short } from '../format-values.ts';

export const status: CommandSpec = {
  usage: 'status [dir]',
  summary: 'what serves, since when, on what evidence',
  about: 'Read from the record; no server needs to run.',
  examples: [
    ['airworthy status', 'every endpoint of this project'],
    ['airworthy status --json', 'the same for a script'],
  ],
  run: showStatus,
};

async function showStatus(call: Call): Promise<number> {
  await using app = await call.openApp(call.args[0]);
  const served = await readStatus(app.context);
  const { project, context } = app;
  call.print({ project: project.name, dataFolder: context.store.folder, endpoints: served }, () =>
    [
      `${project.name}  (data in ${context.store.folder})`,
      ...(served.length === 0 ? ['', 'Nothing is deployed yet: `airworthy ship`.'] : served.map(describe)),
    ].join('\n'),
  );
  return EXIT.ok;
}

function describe(endpoint: ServedModel): string {
  const { evidence, deployment, containsErased } = endpoint;
  const facts: (readonly [string, string])[] = [
    ['serves', `${deployment.model} version ${deployment.version} (bundle ${short(deployment.bundle)})`],
    ['since', `${moment(deployment.startedAt)}, by ${deployment.actor}: ${deployment.reason}`],
    ['run', evidence.run === null ? 'not on record' : evidence.run],
    ['trained on', evidence.datasets.map(short).join(', ') || 'not on record'],
    ...containsErased.map(
      ({ datasetVersion, at }) =>
        [
          'contains erased',
          `rows of ${short(datasetVersion)} were erased ${moment(at)}: train and promote anew`,
        ] as const,
    ),
    ...evidence.verdicts.map((sentence) => ['evidence', sentence] as const),
  ];
  const lines = formatFacts(facts).split('\n');
  return ['', endpoint.endpoint, ...lines.map((line) => `  ${line}`)].join('\n');
}
