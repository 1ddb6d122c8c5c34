import cliProgress from 'cli-progress';
import { count } from '../kernel/figures.ts';
import type { Progress, ProgressTask } from '../kernel/progress.ts';
import type { Terminal } from './terminal.ts';

/** Work shorter than this shows nothing. */
const QUIET = 1000;
/** Without a terminal, a line this often. */
const LINE_EVERY = 5000;

/** Bars where someone watches, a plain line now and then where the output goes to a file. */
export function terminalProgress(terminal: Terminal): Progress {
  return terminal.interactive ? progressBars() : progressLines(terminal);
}

/** Where the end is not known a bar would say nothing. */
const WITHOUT_TOTAL = { format: '  {label} {state}' };
const SHOW_CURSOR = '\u001b[?25h\u001b[?7h';

function progressBars(): Progress {
  const bars = new cliProgress.MultiBar({
    format: '  {label} {bar} {state}',
    barsize: 28,
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
    // Ctrl-C is the command's own business.
    gracefulExit: false,
  });
  let drawn = 0;
  // Work that is broken off may not have ended its bar.
  process.once('exit', () => void (drawn > 0 && process.stderr.write(SHOW_CURSOR)));
  return {
    start(label, total, unit = '') {
      const startedAt = performance.now();
      let bar: cliProgress.SingleBar | undefined;
      return {
        advance(done, note) {
          if (performance.now() - startedAt < QUIET) return;
          if (!bar) {
            bar = bars.create(total ?? 1, 0, { label, state: '' }, total === undefined ? WITHOUT_TOTAL : {});
            drawn += 1;
          }
          const state = stateText(done, total, unit, note);
          bar.update(total === undefined ? 0 : Math.min(done, total), { state });
        },
        end() {
          if (!bar) return;
          bars.remove(bar);
          bar = undefined;
          drawn -= 1;
          if (drawn === 0) bars.stop();
        },
      };
    },
  };
}

function progressLines(terminal: Terminal): Progress {
  return {
    start(label, total, unit = ''): ProgressTask {
      let lastLine = performance.now();
      return {
        advance(done, note) {
          if (performance.now() - lastLine < LINE_EVERY) return;
          lastLine = performance.now();
          terminal.err(`  ${label}: ${stateText(done, total, unit, note)}`);
        },
        end() {},
      };
    },
  };
}

function stateText(done: number, total: number | undefined, unit: string, note = ''): string {
  const amount = total === undefined ? count(done) : `${count(done)}/${count(total)}`;
  return [amount, unit, note].filter((part) => part !== '').join(' ');
}
