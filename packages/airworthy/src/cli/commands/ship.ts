import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import type { ShipResult } from '../../lifecycle/ship.ts';
import { SHIP_STAGES, type ShipStage, type StageReport } from '../../lifecycle/stage-report.ts';
import { announce } from '../announce-server.ts';
import type { Call, CommandSpec } from '../command.ts';
import { duration } from '../format-values.ts';
import { requireFreePort, serveApp } from '../serve-app.ts';
import { paint, type Terminal } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

export const ship: CommandSpec = {
  usage: 'ship [dir]',
  summary: 'data, training, evaluation, registry, serving: whatever is not done yet',
  about:
    'Each step is kept in a journal under the content of its inputs: what is done is not done again, and a ship that was stopped or killed goes on where it was.',
  options: [
    { flags: '--until <stage>', about: 'stop after this stage', choices: SHIP_STAGES },
    { flags: '--serve', about: 'then start the server and keep it running, where none runs yet' },
    { flags: '--port <n>', about: 'with --serve: the port', parse: wholeNumber(0, 65_535) },
  ],
  examples: [
    ['airworthy ship', 'ships the project in this folder'],
    ['airworthy ship examples/flight-delays --serve', 'ships it, then serves it on 127.0.0.1:4400'],
    ['airworthy ship --until evaluation --json', 'trains and judges a candidate, registers nothing'],
  ],
  exits: [
    [EXIT.gateFailed, 'a gate failed: the candidate is not better than what it was compared with'],
    [EXIT.undecided, 'a gate is undecided: the held-back rows are too few to tell'],
    [130, 'stopped by Ctrl-C; the same command goes on from there'],
  ],
  writes: 'through server',
  run: shipProject,
};

async function shipProject(call: Call): Promise<number> {
  const { terminal, options } = call;
  const started = performance.now();
  await using app = await call.openApp(call.args[0]);
  const serve = options.serve === true;
  const port = options.port as number | undefined;
  const { host, port: configured } = app.project.config.serving;
  // Better now than after minutes of training.
  if (serve && app.servedAt === undefined) await requireFreePort(host, port ?? configured);
  const result = await app.ship({
    ...(options.until === undefined ? {} : { until: options.until as ShipStage }),
    ...(call.json ? {} : { onStage: (report) => terminal.out(stageLine(report, terminal)) }),
  });
  if (serve && serves(result)) return await serveShipped(call, app, result, port);
  call.print(result, () => summary(result, performance.now() - started));
  return exitCode(result);
}

/** Serves, and says so; a candidate that was not promoted is no reason to stop serving the champion. */
async function serveShipped(
  call: Call,
  app: App,
  result: ShipResult,
  port: number | undefined,
): Promise<number> {
  if (app.servedAt !== undefined) {
    await announce(call, app, { address: app.servedAt }, { ...result });
    return EXIT.ok;
  }
  const server = await serveApp(app, call, port);
  await announce(call, app, server, { ...result });
  await server.stopped;
  return EXIT.ok;
}

function serves(result: ShipResult): boolean {
  const serving = result.stages.find((report) => report.stage === 'serving');
  return serving !== undefined && serving.facts.version !== null;
}

function stageLine(report: StageReport, terminal: Terminal): string {
  const name = paint(terminal, 'bold', report.stage.padEnd(10));
  return `${name}  ${report.sentence}${report.unchanged ? paint(terminal, 'dim', ' (unchanged)') : ''}`;
}

function summary(result: ShipResult, took: number): string {
  if (result.unchanged) return `\nNothing to do: all inputs are as they were (${duration(took)}).`;
  const last = result.stages.at(-1)?.stage;
  return `\nDone${last === 'serving' ? '' : ` up to ${last}`} in ${duration(took)}.`;
}

function exitCode(result: ShipResult): number {
  if (result.outcome === 'fail') return EXIT.gateFailed;
  return result.outcome === 'undecided' ? EXIT.undecided : EXIT.ok;
}
