import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { ServerFigures } from '../../http/api/figures-operations.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { RolloutSummary } from '../../serving/index.ts';
import { type AskedServer, askServer, runningServer } from '../ask-server.ts';
import type { Call, CommandSpec } from '../command.ts';
import { describeFigures, fitLines, type TopView } from '../top/describe-figures.ts';
import { openCanvas, type Screen } from '../top/screen.ts';
import { wholeNumber } from '../whole-number.ts';

export const top: CommandSpec = {
  usage: 'top',
  summary: 'watch a running server: rates, latencies, batches, queues, arms, rollouts',
  about:
    'Draws anew every second until Ctrl-C. Where the output is no terminal, or with --once or --json, it is printed once. Asks the server that has the data folder, or the one at --url (with AIRWORTHY_TOKEN, if that is set).',
  options: [
    { flags: '--once', about: 'print the figures once and end' },
    { flags: '--url <address>', about: 'the server to ask, such as http://127.0.0.1:4400' },
    {
      flags: '--minutes <n>',
      about: 'over how long counts and latencies are taken, 1 to 60',
      parse: wholeNumber(1, 60),
      default: 1,
    },
    { flags: '--every <seconds>', about: 'how often it is drawn', parse: parseSeconds, default: 1 },
  ],
  examples: [
    ['airworthy top', 'until Ctrl-C'],
    ['airworthy top --once --json', 'the same once, for a script'],
    [
      'airworthy top --url https://models.example:4400 --minutes 15',
      'another server, over a quarter of an hour',
    ],
  ],
  run: watchServer,
};

async function watchServer(call: Call): Promise<number> {
  const server = await serverToAsk(call);
  const { screen, signal } = call.terminal;
  if (call.options.once === true || call.json || screen === undefined) {
    const view = await readView(call, server);
    call.print(view.figures, () => describeFigures(view).join('\n'));
    return EXIT.ok;
  }
  const every = (call.options.every as number) * 1_000;
  await drawUntil(signal, screen, every, () => readView(call, server));
  return EXIT.ok;
}

async function serverToAsk(call: Call): Promise<AskedServer> {
  const url = call.options.url as string | undefined;
  if (url !== undefined) return { url, token: call.terminal.env.AIRWORTHY_TOKEN };
  await using app = await call.openApp();
  const server = runningServer(app);
  if (server) return server;
  throw new AirworthyError('SERVER_UNREACHABLE', {
    message: 'no server has this project’s data folder',
    remedy: 'Start one with `airworthy up`, or name another with --url.',
  });
}

/** Draws what is read, again and again; a server that is away for a while is waited for. */
async function drawUntil(
  signal: AbortSignal,
  screen: Screen,
  every: number,
  read: () => Promise<TopView>,
): Promise<void> {
  const first = await read();
  const canvas = openCanvas(screen);
  let lines = describeFigures(first);
  const draw = () => canvas.draw(fitLines(lines, screen));
  const stopWatching = screen.onResize(draw);
  try {
    while (!signal.aborted) {
      draw();
      await pause(every, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      lines = await read().then(describeFigures, (error: unknown) => [
        `${error instanceof Error ? error.message : error}: asking again every ${every / 1_000} s`,
        '',
        ...describeFigures(first),
      ]);
    }
  } finally {
    stopWatching();
    canvas.close();
  }
}

async function readView(call: Call, server: AskedServer): Promise<TopView> {
  const figures = await askServer<ServerFigures>(
    call,
    server,
    `api/v1/figures?minutes=${call.options.minutes as number}`,
  );
  return { url: server.url, figures, rollouts: await readRollouts(call, server, figures) };
}

/** What the endpoints with more than one arm go through. */
async function readRollouts(
  call: Call,
  server: AskedServer,
  { endpoints }: ServerFigures,
): Promise<Map<string, string>> {
  const several = endpoints.filter(({ arms }) => new Set(arms.map(({ arm }) => arm)).size > 1);
  const told = await Promise.all(
    several.map(async ({ endpoint }) => {
      const path = `api/v1/endpoints/${endpoint}/rollouts?limit=1`;
      const { items } = await askServer<{ items: RolloutSummary[] }>(call, server, path);
      const going = items.filter(({ endedAt }) => endedAt === null);
      return going.map(({ number, sentence }): [string, string] => [
        endpoint,
        `rollout ${number}: ${sentence}`,
      ]);
    }),
  );
  return new Map(told.flat());
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 0.2 && seconds <= 3_600) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds from 0.2 to 3600.');
}
