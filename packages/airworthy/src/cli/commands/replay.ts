import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count, moment, plural } from '../../kernel/figures.ts';
import { FAULT_FORMS } from '../../lifecycle/replay/fault.ts';
import type { ReplayPlanInput, ReplayReport } from '../../lifecycle/replay/schema.ts';
import { parseTimestamp } from '../../models/timestamps.ts';
import { requireRecordsInFolder } from '../../store/rehearsal-folder.ts';
import type { Call, CommandSpec } from '../command.ts';
import { formatFacts, formatTable } from '../format-table.ts';
import { duration } from '../format-values.ts';
import { paint, type Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

const DEFAULT_DAYS = 7;

export const replay: CommandSpec = {
  usage: 'replay <dataset>',
  summary: 'send a dataset as traffic, in virtual time, and see what the alerts would do',
  about: `The dataset (files, or NAME@VERSION) is read as the project reads its own, in the order of its time column: each row is a request, and its label is delivered when it would have been known. All of it in a copy of the project's records, which --data opens afterwards; nobody is alarmed. Filters of the project that read the time column do not hold. The same command again goes on where it was.

Faults to rehearse: ${Object.values(FAULT_FORMS).join(', ')}, each with @FROM or @FROM..TO.`,
  options: [
    { flags: '--endpoint <name>', about: 'where the requests go (default: the endpoint of the project)' },
    { flags: '--time <column>', about: 'the column that says when a request came' },
    {
      flags: '--label-delay <delay>',
      about: 'when a label is known after its request: 2h, 30m, or an SQL expression in minutes',
    },
    { flags: '--keep <sql>', about: 'only rows for which this is true' },
    { flags: '--from <time>', about: 'only rows from this moment on', parse: parseTime },
    { flags: '--to <time>', about: 'only rows before this moment', parse: parseTime },
    { flags: '--inject <fault...>', about: 'faults to rehearse' },
    {
      flags: '--improve [days]',
      about: `let the loop decide about the model each so many days (${DEFAULT_DAYS})`,
      parse: wholeNumber(1, 3_650),
    },
    {
      flags: '--speed <factor>',
      about: 'max, or how many times as fast as real time: 10000x',
      parse: parseSpeed,
    },
    { flags: '--seed <n>', about: 'another seed, another replay', parse: wholeNumber(0, 2 ** 31) },
    { flags: '--name <name>', about: 'of the rehearsal, in the folder replays of the data folder' },
  ],
  examples: [
    ['airworthy replay february.csv --time date --label-delay 2h', 'what February would have done'],
    [
      "airworthy replay february.csv --time date --label-delay 'delay + distance / 8 + 30' --improve",
      'labels when the flight has landed; the loop decides each week',
    ],
    [
      'airworthy replay february.csv --time date --label-delay 2h --inject unit-change:distance:1.609@2001-02-10',
      'would anyone notice kilometres in place of miles?',
    ],
  ],
  exits: [[130, 'stopped by Ctrl-C; the same command goes on from there']],
  run: replayDataset,
};

async function replayDataset(call: Call): Promise<number> {
  const started = performance.now();
  requireRecordsInFolder(call.terminal.env.AIRWORTHY_DATABASE || undefined);
  await using app = await call.openApp();
  const { options } = call;
  const report = await app.replay(planOf(call, app.project.endpoint), {
    ...(options.speed === undefined ? {} : { speed: options.speed as number | undefined }),
    ...(options.name === undefined ? {} : { name: options.name as string }),
  });
  call.print(report, () => describe(report, call.terminal, performance.now() - started));
  return EXIT.ok;
}

function planOf({ args, options }: Call, endpoint: string): ReplayPlanInput {
  const { keep, from, to, seed, inject, improve } = options;
  return {
    dataset: args[0] as string,
    endpoint: (options.endpoint as string | undefined) ?? endpoint,
    time: required(options.time, '--time COLUMN'),
    labelDelay: required(options.labelDelay, '--label-delay DELAY'),
    ...(keep === undefined ? {} : { keep: keep as string }),
    ...(from === undefined ? {} : { from: from as number }),
    ...(to === undefined ? {} : { to: to as number }),
    ...(seed === undefined ? {} : { seed: seed as number }),
    ...(inject === undefined ? {} : { inject: inject as string[] }),
    ...(improve === undefined
      ? {}
      : { decideEveryDays: improve === true ? DEFAULT_DAYS : (improve as number) }),
  };
}

function required(option: unknown, how: string): string {
  if (typeof option === 'string') return option;
  throw new AirworthyError('BAD_ARGUMENT', { message: `replay needs ${how}` });
}

function parseTime(text: string): number {
  const time = parseTimestamp(text);
  if (Number.isFinite(time)) return time;
  throw new InvalidArgumentError('It must be an ISO 8601 time, such as 2001-02-01 or 2001-02-01T06:00:00Z.');
}

/** Virtual milliseconds a millisecond; undefined: as fast as it goes. */
function parseSpeed(text: string): number | undefined {
  if (text === 'max') return undefined;
  const speed = Number(text.replace(/x$/, ''));
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new InvalidArgumentError('It must be max or a factor, such as 10000x.');
}

function describe(report: ReplayReport, terminal: Terminal, took: number): string {
  const { predictions, labels, unlabelled, windows, alerts, decisions } = report;
  const refused = Object.entries(report.refused).map(([code, records]) => `${count(records)} ${code}`);
  const facts: (readonly [string, string])[] = [
    ['virtual time', `${moment(report.from)} to ${moment(report.to)}, in ${duration(took)}`],
    ['predictions', `${count(predictions)}${refused.length > 0 ? `; refused: ${refused.join(', ')}` : ''}`],
    ['labels', `${count(labels)}${unlabelled > 0 ? `; ${plural(unlabelled, 'row')} never got one` : ''}`],
    ['windows', `${count(windows.closed)} closed, ${count(windows.matured)} matured`],
    ['alerts', alerts.length === 0 ? 'none' : byTier(alerts)],
    ['improvements', decisions.length === 0 ? 'not asked for' : byState(decisions)],
  ];
  return [
    formatFacts(facts),
    ...section(terminal, 'Alerts, by the week they began in', alerts.length === 0 ? [] : [weekTable(report)]),
    ...section(terminal, 'What they said', alerts.map(alertLine)),
    ...section(terminal, 'Decisions', decisions.map(decisionLine)),
    '',
    `Look at it: airworthy up --data ${report.rehearsal}`,
  ].join('\n');
}

function section(terminal: Terminal, title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', paint(terminal, 'bold', title), ...lines];
}

const TIERS = ['page', 'ticket', 'digest'] as const;

function byTier(alerts: ReplayReport['alerts']): string {
  return TIERS.map((tier) => plural(alerts.filter((alert) => alert.tier === tier).length, tier)).join(', ');
}

function byState(decisions: ReplayReport['decisions']): string {
  const counts = Map.groupBy(decisions, (decision) => decision.state);
  return [...counts].map(([state, made]) => `${made.length} ${state}`).join(', ');
}

function weekTable({ weeks }: ReplayReport): string {
  return formatTable(
    [{ heading: 'week of' }, ...TIERS.map((heading) => ({ heading, align: 'right' as const }))],
    weeks.map((week) => [day(week.start), ...TIERS.map((tier) => String(week[tier]))]),
  );
}

function alertLine({ openedAt, tier, title }: ReplayReport['alerts'][number]): string {
  return `${moment(openedAt).slice(0, 16)}  ${tier.padEnd(6)}  ${title}`;
}

function decisionLine({ at, state, reason }: ReplayReport['decisions'][number]): string {
  return `${day(at)}  ${state.padEnd(8)}  ${reason}`;
}

const day = (time: number): string => moment(time).slice(0, 10);
