import { setTimeout as pause } from 'node:timers/promises';
import type { App } from '../../app.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { moment } from '../../kernel/figures.ts';
import type { ImproveResult } from '../../lifecycle/improve/improve.ts';
import type { Improvement } from '../../lifecycle/improve/schema.ts';
import type { Call, CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';
import { paint } from '../terminal.ts';
import { wholeNumber } from '../whole-number.ts';

const ImprovementNumber = wholeNumber(1, 1_000_000_000);

export const improve: CommandSpec = {
  usage: 'improve [dir]',
  summary: 'retrain on what was served and labelled, and promote only on evidence',
  about:
    'Begins where a trigger of `feedback.improve` asks for it: curates matured rows, trains a challenger, judges it against the champion on the most recent rows that neither has seen, and promotes it or keeps the champion, with the reason on record. An improvement that was stopped or killed goes on where it was.',
  options: [
    { flags: '--watch', about: 'look again and again, until Ctrl-C' },
    {
      flags: '--every <seconds>',
      about: 'with --watch: seconds between two looks',
      parse: wholeNumber(1, 86_400),
      default: 60,
    },
    { flags: '--because <reason>', about: 'begin without asking the triggers, for this reason' },
    { flags: '--history', about: 'show the improvements so far and begin none' },
    {
      flags: '--approve <number>',
      about: 'promote a challenger that awaits approval',
      parse: ImprovementNumber,
    },
    { flags: '--reject <number>', about: 'keep the champion instead', parse: ImprovementNumber },
    { flags: '--reason <text>', about: 'with --approve or --reject: why' },
  ],
  examples: [
    ['airworthy improve', 'one look: improves where a trigger asks for it'],
    ['airworthy improve --watch', 'looks each minute'],
    ['airworthy improve --because "new airport"', 'improves now'],
    ['airworthy improve --history', 'what was tried, what came of it and why'],
    ['airworthy improve --approve 3 --reason "checked with operations"', 'promotes what waits for a person'],
  ],
  exits: [
    [EXIT.gateFailed, 'a gate failed: the champion stays'],
    [EXIT.undecided, 'a gate is undecided: the champion stays'],
    [130, 'stopped by Ctrl-C; the same command goes on from there'],
  ],
  writes: 'through server',
  run: runImprove,
};

async function runImprove(call: Call): Promise<number> {
  await using app = await call.openApp(call.args[0]);
  const { approve, reject } = call.options;
  if (call.options.history === true) return await showHistory(call, app);
  if (approve !== undefined) return await decide(call, app, 'approve', approve as number);
  if (reject !== undefined) return await decide(call, app, 'reject', reject as number);
  return call.options.watch === true ? await watch(call, app) : await improveOnce(call, app);
}

async function improveOnce(call: Call, app: App): Promise<number> {
  const because = call.options.because as string | undefined;
  const result = await app.improve({
    ...(because === undefined ? {} : { because }),
    ...(call.json ? {} : { onState: (improvement) => call.terminal.out(stateLine(improvement)) }),
  });
  call.print(result, () => resultText(call, result));
  return exitCode(result);
}

/** Until the signal; what fails is said and tried again at the next look. */
async function watch(call: Call, app: App): Promise<number> {
  const { terminal } = call;
  const everyMs = (call.options.every as number) * 1_000;
  let told = '';
  while (!terminal.signal.aborted) {
    const line = await app.improve().then(
      (result) => resultText(call, result),
      (error) => {
        if (AirworthyError.is(error)) return `${error.message}. ${error.remedy}`;
        throw error;
      },
    );
    // What has not changed since the last look is not said again.
    if (line !== told) terminal.out(`${moment(app.context.clock.now())}  ${line}`);
    told = line;
    await pause(everyMs, undefined, { signal: terminal.signal }).catch(() => {});
  }
  return EXIT.ok;
}

async function decide(call: Call, app: App, decision: 'approve' | 'reject', number: number): Promise<number> {
  const { decideImprovement } = await import('../../lifecycle/improve/decide-improvement.ts');
  const { findImprovement } = await import('../../lifecycle/improve/improvement-rows.ts');
  const reason = (call.options.reason as string | undefined) ?? '';
  if (reason.trim() === '') {
    throw new AirworthyError('BAD_ARGUMENT', { message: `--${decision} needs a --reason`, at: '--reason' });
  }
  const { id } = await findImprovement(app.context, app.project.endpoint, number);
  const improvement = await decideImprovement(app.context, app.project, { id, decision, reason });
  call.print(improvement, () => resultText(call, { improvement }));
  return EXIT.ok;
}

async function showHistory(call: Call, app: App): Promise<number> {
  const { listImprovements } = await import('../../lifecycle/improve/improvement-rows.ts');
  const improvements = await listImprovements(app.context, { endpoint: app.project.endpoint });
  call.print({ improvements }, () =>
    improvements.length === 0
      ? 'No improvement yet: `airworthy improve` makes one where a trigger asks for it.'
      : formatTable(
          [
            { heading: '#', align: 'right' },
            { heading: 'began' },
            { heading: 'because' },
            { heading: 'state' },
            { heading: 'reason' },
          ],
          improvements.map(({ number, startedAt, cause, state, reason }) => [
            String(number),
            moment(startedAt),
            cause.on,
            state,
            reason,
          ]),
        ),
  );
  return EXIT.ok;
}

function stateLine({ number, state, cause, facts }: Improvement): string {
  if (state === 'training') {
    const { trainRows, judgeRows, judgeFrom } = facts.data ?? { trainRows: 0, judgeRows: 0, judgeFrom: 0 };
    return `improvement ${number}: ${cause.sentence}; ${trainRows} rows to train on, ${judgeRows} since ${moment(judgeFrom)} to judge on`;
  }
  return `improvement ${number}: ${state}`;
}

function resultText({ terminal }: Call, result: ImproveResult): string {
  if ('wait' in result) return `Nothing to improve now: ${result.wait}.`;
  const { number, state, reason } = result.improvement;
  return `${paint(terminal, 'bold', `Improvement ${number} ${state}`)}: ${reason}`;
}

function exitCode(result: ImproveResult): number {
  if ('wait' in result || result.improvement.state !== 'kept') return EXIT.ok;
  const failed = result.improvement.facts.verdicts?.some(({ outcome }) => outcome === 'fail');
  return failed ? EXIT.gateFailed : EXIT.undecided;
}
