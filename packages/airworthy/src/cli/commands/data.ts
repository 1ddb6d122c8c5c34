import type { DatasetDiff, DatasetVersion, Finding } from '../../data/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { count, figure, moment, plural } from '../../kernel/figures.ts';
import type { CommandGroup, CommandSpec } from '../command.ts';
import { describeVersion } from '../describe-version.ts';
import { formatTable } from '../format-table.ts';
import { short } from '../format-values.ts';

const VERSION = 'VERSION is a number, a digest or the start of one; without it, the newest.';

const add: CommandSpec = {
  usage: 'add [dir]',
  summary: "read the project's source into a new version, or recognise one that is there",
  about: 'The same rows in another column order or file format are the same version.',
  examples: [
    ['airworthy data add', 'reads, profiles and checks what airworthy.config.ts names as data.source'],
  ],
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp(call.args[0]);
    const { addDataset } = await import('../../data/index.ts');
    const { requireData } = await import('../../project/require-data.ts');
    const { project } = app;
    const { version, reused } = await addDataset(app.context, {
      name: project.dataset,
      config: requireData(project),
      folder: project.folder,
    });
    call.print({ ...summaryOf(version), reused, findings: version.findings }, () =>
      [
        `${version.dataset} version ${version.number}, ${plural(version.rows, 'row')}, ${short(version.digest)}${reused ? ' (unchanged)' : ''}`,
        ...version.findings.map(findingLine),
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

const list: CommandSpec = {
  usage: 'list',
  summary: 'datasets and their versions, newest first',
  examples: [['airworthy data list', 'one line a version']],
  async run(call) {
    await using app = await call.openApp();
    const { listDatasets, listVersions } = await import('../../data/index.ts');
    const datasets = await listDatasets(app.context);
    const lists = datasets.map(({ name }) => listVersions(app.context, name));
    const versions = (await Promise.all(lists)).flat();
    call.print({ versions }, () =>
      versions.length === 0
        ? 'no data yet; `airworthy data add` reads it'
        : formatTable(
            [
              { heading: 'dataset' },
              { heading: 'version', align: 'right' },
              { heading: 'rows', align: 'right' },
              { heading: 'digest' },
              { heading: 'added' },
            ],
            versions.map((version) => [
              version.dataset,
              String(version.number),
              count(version.rows),
              short(version.digest),
              moment(version.createdAt),
            ]),
          ),
    );
    return EXIT.ok;
  },
};

const show: CommandSpec = {
  usage: 'show [version]',
  summary: 'schema, source and profile of a version',
  about: VERSION,
  examples: [
    ['airworthy data show', 'the newest version'],
    ['airworthy data show 2 --json', 'version 2, with quantiles and histograms'],
  ],
  async run(call) {
    await using app = await call.openApp();
    const { getVersion } = await import('../../data/index.ts');
    const version = await getVersion(app.context, referenceOf(app.project.dataset, call.args[0]));
    call.print(version, () => describeVersion(version));
    return EXIT.ok;
  },
};

const check: CommandSpec = {
  usage: 'check [version]',
  summary: 'what the quality rules find',
  about:
    'VERSION is a number, a digest or the start of one; without it the source is read as it is now. Exit code 2 where a rule of severity "error" is broken.',
  examples: [
    ['airworthy data check', 'the findings in the data as it is now, with rows as examples'],
    ['airworthy data check 1', 'what the rules of today find in version 1'],
  ],
  // What it reads it keeps: the version and its split.
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp();
    const { addDataset, checkQuality, describeSplit, getVersion, splitDataset } = await import(
      '../../data/index.ts'
    );
    const { requireData } = await import('../../project/require-data.ts');
    const { context, project } = app;
    const config = requireData(project);
    const [reference] = call.args;
    const version =
      reference === undefined
        ? (await addDataset(context, { name: project.dataset, config, folder: project.folder })).version
        : await getVersion(context, referenceOf(project.dataset, reference));
    const split = await splitDataset(context, version, config.split);
    const findings = await checkQuality(context, version, config.quality, split);
    const broken = findings.filter((finding) => finding.severity === 'error').length;
    const { spec, roles, groups } = split;
    call.print({ ...summaryOf(version), split: { spec, roles, groups }, ok: broken === 0, findings }, () =>
      [
        `${version.dataset} version ${version.number}, split ${describeSplit(split)} (${count(roles.train)} to train on, ${count(roles.test)} held back): ${findings.length === 0 ? 'nothing found' : plural(findings.length, 'finding')}`,
        ...findings.map(findingLine),
      ].join('\n'),
    );
    return broken === 0 ? EXIT.ok : EXIT.badInput;
  },
};

const diff: CommandSpec = {
  usage: 'diff <a> <b>',
  summary: 'what changed from one version to another: rows, schema, distributions',
  about: VERSION,
  options: [
    {
      flags: '--key <columns>',
      about: 'columns that identify a row, with commas: tells changed rows from new ones',
    },
  ],
  examples: [
    ['airworthy data diff 1 2', 'from version 1 to version 2'],
    [
      'airworthy data diff 1 2 --key order,line',
      'rows with the same order and line are one row that changed',
    ],
  ],
  async run(call) {
    await using app = await call.openApp();
    const { diffVersions, getVersion } = await import('../../data/index.ts');
    const [from, to] = await Promise.all(
      call.args.map((reference) => getVersion(app.context, referenceOf(app.project.dataset, reference))),
    );
    const key = (call.options.key as string | undefined)?.split(',');
    const difference = await diffVersions(app.context, from, to, key === undefined ? {} : { key });
    call.print(difference, () => describeDiff(difference));
    return EXIT.ok;
  },
};

export const data: CommandGroup = {
  usage: 'data',
  summary: 'datasets and their versions',
  commands: [add, list, show, check, diff],
};

function summaryOf({ dataset, number, digest, rows, createdAt }: DatasetVersion) {
  return { dataset, number, digest, rows, createdAt };
}

/** What the data stage takes as a reference: a plain number means a version of the project's own dataset. */
function referenceOf(dataset: string, text: string | undefined): string {
  if (text === undefined) return dataset;
  return /^\d{1,9}$/.test(text) ? `${dataset}@${text}` : text;
}

function findingLine(finding: Finding): string {
  return `  ${finding.severity.padEnd(7)}  ${finding.rule}: ${finding.message}`;
}

function describeDiff(diff: DatasetDiff): string {
  const { rows } = diff;
  const shifts = diff.distributions.map((shift) => [
    shift.column,
    figure(shift.psi),
    figure(shift.p),
    `${count(shift.missingFrom)} → ${count(shift.missingTo)}`,
  ]);
  return [
    `rows: ${count(rows.added)} added, ${count(rows.removed)} removed, ${count(rows.changed)} changed, ${count(rows.unchanged)} unchanged`,
    ...(diff.columnsAdded.length > 0 ? [`columns added: ${diff.columnsAdded.join(', ')}`] : []),
    ...(diff.columnsRemoved.length > 0 ? [`columns removed: ${diff.columnsRemoved.join(', ')}`] : []),
    ...diff.columnsChanged.map(
      (change) => `column ${change.name}: ${JSON.stringify(change.from)} → ${JSON.stringify(change.to)}`,
    ),
    '',
    formatTable(
      [
        { heading: 'column' },
        { heading: 'PSI', align: 'right' },
        { heading: 'p', align: 'right' },
        { heading: 'missing' },
      ],
      shifts,
    ),
  ].join('\n');
}
