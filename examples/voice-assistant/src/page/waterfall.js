import { byId, element } from './element.js';

/** The person is still speaking while these run; nobody waits for them. */
const BESIDE = new Set(['audio.capture', 'wake', 'vad.endpoint']);

/** Draws a turn's stages as they run: when each did, how long the person waited for it, and what it may take. */
export function drawWaterfall(turn) {
  const table = byId('stages');
  byId('answer').textContent = sayAnswer(turn);
  table.hidden = turn.stages.size === 0;
  const stages = [...turn.stages.values()].sort((one, other) => one.startedMs - other.startedMs);
  const now = turn.elapsedMs();
  const whole = Math.max(1, now, ...stages.map(({ startedMs, ms }) => startedMs + ms));
  table.tBodies[0].replaceChildren(...stages.map((stage) => drawStage(stage, whole, now)));
}

function drawStage({ stage, startedMs, ms, waitedMs, ended, budgetMs, failure }, whole, now) {
  const took = ended ? ms : now - startedMs;
  // What nobody waited for is drawn beside: the person was speaking, or listening.
  const waited = BESIDE.has(stage) ? 0 : ended ? waitedMs : took;
  const over = ended && waited > budgetMs;
  const figure = failure ?? (ended ? `${formatMs(waited)}${over ? ' over' : ''}` : 'running');
  const lane = element('div', { className: 'lane', title: formatMs(took) });
  lane.append(drawBar('bar beside', startedMs / whole, took / whole));
  if (waited > 0) lane.append(drawBar('bar', startedMs / whole, waited / whole));
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, stage),
    element('td', {}, lane),
    element(
      'td',
      { className: over || failure ? 'figure over' : 'figure' },
      BESIDE.has(stage) && !failure ? '–' : figure,
    ),
    element('td', { className: 'figure' }, BESIDE.has(stage) ? '–' : formatMs(budgetMs)),
  );
}

function drawBar(className, start, length) {
  const bar = element('div', { className });
  bar.style.left = `${start * 100}%`;
  bar.style.width = `${length * 100}%`;
  return bar;
}

function sayAnswer({ result }) {
  if (result === null) return 'The turn is under way.';
  const { text, responseMs, endpointMs, spoken, failure } = result;
  const about = text === '' ? 'Nothing understood: ' : `“${text}”: `;
  const what = spoken === null ? 'replied' : 'began to speak';
  const silence =
    endpointMs === null ? '' : `, and ${formatMs(endpointMs)} of silence before that to know you had ended`;
  const cut = spoken?.interrupted
    ? ` Cut short after ${formatMs(spoken.playedMs)} of ${formatMs(spoken.audioMs)}.`
    : '';
  const failed = failure === null ? '' : ` ${failure.stage}: ${failure.message}.`;
  return `${about}${what} after ${formatMs(responseMs)}${silence}.${cut}${failed}`;
}

export function formatMs(ms) {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
