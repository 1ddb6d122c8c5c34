import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { count, figure, moment } from '../../kernel/figures.ts';
import { parseTimestamp } from '../../models/timestamps.ts';
import type { Alert } from '../../monitoring/index.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { formatFacts, formatTable } from '../format-table.ts';
import { wholeNumber } from '../whole-number.ts';

const ENDPOINT = { flags: '--endpoint <name>', about: 'only of this endpoint' } as const;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const list: CommandSpec = {
  usage: 'list',
  summary: 'alerts, newest first',
  options: [
    { flags: '--state <state>', about: 'only these', choices: ['open', 'acknowledged', 'resolved'] },
    { flags: '--tier <tier>', about: 'only these', choices: ['page', 'ticket', 'digest'] },
    ENDPOINT,
    { flags: '--limit <n>', about: 'how many', parse: wholeNumber(1, 1000), default: 20 },
    { flags: '--after <cursor>', about: 'the page after this one, as the page before printed it' },
  ],
  examples: [
    ['airworthy alerts list', 'the newest 20 alerts'],
    ['airworthy alerts list --state open --tier page', 'what must be looked at now'],
  ],
  run: listThem,
};

const show: CommandSpec = {
  usage: 'show <alert>',
  summary: 'one alert: what was measured, against what, in which windows',
  examples: [['airworthy alerts show 0123456789abcdef0123456789abcdef', 'its evidence']],
  async run(call) {
    await using app = await call.openApp();
    const { getAlert } = await import('../../monitoring/index.ts');
    const alert = await getAlert(app.context, call.args[0] as string);
    call.print(alert, () => describeAlert(alert));
    return EXIT.ok;
  },
};

const acknowledge: CommandSpec = {
  usage: 'acknowledge <alert>',
  summary: 'say that you look after it, or that things are to stay as they are now',
  about:
    'An acknowledged alert is told again only where it becomes twice as bad. With --accept-reference, what its columns (or the score) showed becomes what they are compared with from here on, and the alert is resolved.',
  options: [
    { flags: '--accept-reference', about: 'make what it showed the new reference' },
    { flags: '--reason <text>', about: 'why, for the record' },
  ],
  examples: [
    ['airworthy alerts acknowledge 0123… --reason "the feed is being mended"', 'nobody else needs to look'],
    [
      'airworthy alerts acknowledge 0123… --accept-reference --reason "new terminal"',
      'no drift from here on',
    ],
  ],
  writes: 'through server',
  run: acknowledgeIt,
};

const mute: CommandSpec = {
  usage: 'mute',
  summary: 'a maintenance: nobody is told, alerts are recorded all the same',
  options: [
    { flags: '--for <duration>', about: 'how long: 30m, 2h, 3d (default: 1h)', parse: parseDuration },
    { flags: '--from <time>', about: 'from when on (default: now)', parse: parseTime },
    { flags: '--endpoint <name>', about: 'which endpoint (default: the endpoint of the project)' },
    { flags: '--reason <text>', about: 'why, for the record' },
  ],
  examples: [
    ['airworthy alerts mute --for 2h --reason "new feed"', 'for two hours from now'],
    ['airworthy alerts mute --from 2001-03-01T22:00Z --for 3h --reason "move to another hall"', 'later'],
  ],
  writes: 'through server',
  run: muteEndpoint,
};

export const alerts: CommandGroup = {
  usage: 'alerts',
  summary: 'what monitoring found, and who looks after it',
  commands: [list, show, acknowledge, mute],
};

async function listThem(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { listAlerts } = await import('../../monitoring/index.ts');
  const { json: _json, verbose: _verbose, data: _data, project: _project, ...query } = call.options;
  const page = await listAlerts(app.context, query);
  call.print(page, () =>
    page.alerts.length === 0
      ? 'no alerts'
      : [
          formatTable(
            [
              { heading: 'alert' },
              { heading: 'tier' },
              { heading: 'state' },
              { heading: 'of' },
              { heading: 'what' },
            ],
            page.alerts.map((alert) => [
              alert.id,
              alert.tier,
              alert.state,
              `${alert.endpoint} v${alert.version}`,
              alert.title,
            ]),
          ),
          ...(page.next ? ['', `more: airworthy alerts list --after ${page.next}`] : []),
        ].join('\n'),
  );
  return EXIT.ok;
}

async function acknowledgeIt(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { acknowledgeAlert } = await import('../../monitoring/index.ts');
  const { acceptReference, reason } = call.options as { acceptReference?: boolean; reason?: string };
  const alert = await acknowledgeAlert(app.context, {
    id: call.args[0] as string,
    action: acceptReference ? 'accept-reference' : 'seen',
    reason: reason ?? 'acknowledged by hand',
  });
  call.print(alert, () => `${alert.state}: ${alert.title}`);
  return EXIT.ok;
}

async function muteEndpoint(call: Call): Promise<number> {
  await using app = await call.openApp();
  const { addMaintenance } = await import('../../monitoring/index.ts');
  const options = call.options as { for?: number; from?: number; reason?: string; endpoint?: string };
  const { for: length = UNITS.h, from, reason, endpoint } = options;
  const startsAt = from ?? app.context.clock.now();
  const maintenance = await addMaintenance(app.context, {
    endpoint: endpoint ?? app.project.endpoint,
    startsAt,
    endsAt: startsAt + length,
    reason: reason ?? 'muted by hand',
  });
  call.print(
    maintenance,
    () =>
      `${maintenance.endpoint} is muted from ${moment(maintenance.startsAt)} to ${moment(maintenance.endsAt)}`,
  );
  return EXIT.ok;
}

function describeAlert(alert: Alert): string {
  const { evidence } = alert;
  const { signals, muted, resolution } = evidence.details;
  const facts: (readonly [string, string])[] = [
    ['alert', alert.id],
    ['tier', `${alert.tier} (${alert.kind}), ${alert.state}`],
    ['of', `${alert.endpoint}, ${alert.model} version ${alert.version}, arm ${alert.arm}`],
    ['opened', moment(alert.openedAt)],
    ['last seen', moment(alert.lastSeenAt)],
    ...(alert.resolvedAt === null
      ? []
      : [['resolved', `${moment(alert.resolvedAt)}: ${resolution}`] as const]),
    ...(muted === null ? [] : [['muted', muted] as const]),
    ['measured', `${figure(evidence.effect)} against ${figure(evidence.threshold)}, n ${count(evidence.n)}`],
    ...evidence.windows.map(
      ({ width, start, end }) => ['window', `${width}, ${moment(start)} to ${moment(end)}`] as const,
    ),
  ];
  return [alert.title, '', formatFacts(facts), '', ...signals.map(({ says }) => `  ${says}`)].join('\n');
}

function parseDuration(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([mhd])$/.exec(text) ?? [];
  const length = Number(number) * UNITS[unit];
  if (length > 0) return length;
  throw new InvalidArgumentError('It must be a duration such as 30m, 2h or 3d.');
}

function parseTime(text: string): number {
  const time = parseTimestamp(text);
  if (Number.isFinite(time)) return time;
  throw new InvalidArgumentError('It must be a time such as 2001-02-10 or 2001-02-10T06:00Z.');
}
