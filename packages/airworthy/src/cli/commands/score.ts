import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count } from '../../kernel/figures.ts';
import type { ScoreReport } from '../../serving/index.ts';
import type { Call, CommandSpec } from '../command.ts';
import { formatFacts } from '../format-table.ts';
import { wholeNumber } from '../whole-number.ts';

export const score: CommandSpec = {
  usage: 'score [endpoint]',
  summary: 'score files of rows, and streams',
  about: `Scores with what ENDPOINT serves, by default the project's own. Reads Parquet, CSV, TSV or JSON lines (paths or globs), checks each row as a request is checked, and writes the answers beside the row's number. Rows that fail the check go to a side file with their reasons. Memory does not grow with the input; what was broken off goes on with the same command, and the same input gives the same bytes.

A column that is no field of the model is refused unless it is carried along (--keep), so that a misspelt one is not taken for a missing value.

With --follow records are answered as they come, one JSON object a line or message: from standard input (-), a file that grows, nats://HOST/STREAM or kafka://BROKER/TOPIC. They are requests like any other, answered by the server that has the data folder or, where none runs, here. A message that comes again gets the same prediction id.`,
  options: [
    { flags: '--in <path...>', about: 'what to score: files or globs of one format' },
    { flags: '--out <path>', about: 'where the answers go: .parquet, .csv or .jsonl' },
    { flags: '--keep <columns>', about: "columns to carry along, such as id,customer; '*' for all" },
    { flags: '--rejected <path>', about: 'where rejected rows go (default: OUT.rejected.jsonl)' },
    { flags: '--model <name>', about: 'score with this model (default: what the endpoint serves)' },
    { flags: '--version <n>', about: 'score with this version of it', parse: wholeNumber(1, 2 ** 31) },
    {
      flags: '--workers <n>',
      about: 'threads that score (default: one a processor)',
      parse: wholeNumber(1, 256),
    },
    { flags: '--follow', about: 'answer records as they come, until Ctrl-C' },
    { flags: '--url <address>', about: 'with --follow: ask this running server' },
    { flags: '--strict', about: 'exit code 1 where rows were rejected' },
  ],
  examples: [
    [
      "airworthy score flight-delays --in may.parquet --out scores.parquet --keep '*'",
      'every column, and its answer',
    ],
    ["airworthy score flight-delays --in 'day-*.csv' --out scores.csv --keep id", 'all days in one file'],
    [
      'airworthy score flight-delays --in may.jsonl --out scores.jsonl --version 3 --strict',
      'with another version; fails where a row does',
    ],
    ['airworthy score flight-delays --follow < flights.jsonl', 'records in, answers out'],
    [
      'airworthy score flight-delays --follow --in kafka://broker:9092/flights --out kafka://broker:9092/scores',
      'from topic to topic, no message lost',
    ],
  ],
  exits: [
    [1, '--strict, and rows were rejected'],
    [130, 'stopped by Ctrl-C; the same command goes on from there'],
  ],
  writes: 'through server',
  run: runScore,
};

async function runScore(call: Call): Promise<number> {
  const { options, args } = call;
  if (options.follow === true) return (await import('../follow-records.ts')).followRecords(call);
  const input = options.in as string[] | undefined;
  const output = options.out as string | undefined;
  if (input === undefined || output === undefined) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: 'score needs --in PATH and --out PATH',
      remedy: 'Say both: airworthy score --in may.csv --out scores.csv; or --follow, to answer a stream.',
    });
  }
  await using app = await call.openApp();
  const { findRelease, scoreFiles } = await import('../../serving/index.ts');
  const endpoint = args[0] ?? app.project.endpoint;
  const { model, version, workers, rejected, keep } = options;
  const release = await findRelease(app.context, {
    endpoint,
    model: model as string | undefined,
    version: version as number | undefined,
    alias: app.project.config.registry.alias,
  });
  const report = await scoreFiles(app.context, {
    ...{ endpoint, release, input, output, folder: call.terminal.cwd },
    keep: typeof keep === 'string' ? keep.split(',').map((name) => name.trim()) : [],
    rejected: rejected as string | undefined,
    workers: workers as number | undefined,
    text: app.project.config.data ?? { encoding: 'utf-8', missing: [''], columns: {} },
  });
  call.print(report, () => describe(report));
  return report.rejected > 0 && options.strict === true ? 1 : EXIT.ok;
}

function describe(report: ScoreReport): string {
  const { rows, scored, rejected, rejectedFile, absent, resumed, model, version } = report;
  const facts: [string, string][] = [
    ['scored', `${count(scored)} of ${count(rows)} rows, by ${model} version ${version}`],
    ['output', report.output],
  ];
  if (rejectedFile !== null) facts.push(['rejected', `${count(rejected)}: ${rejectedFile}`]);
  if (absent.length > 0) facts.push(['absent', `${absent.join(', ')}: no such column in the input`]);
  if (resumed > 0) facts.push(['resumed', `${count(resumed)} rows were scored before`]);
  facts.push(['run', report.run]);
  return formatFacts(facts);
}
