import type { StageTiming, TurnResult } from './turn.ts';

const WIDTH = 40;

/** A turn's stages as bars in a terminal: when each ran, and how long the person waited for it. */
export function formatWaterfall({ stages, responseMs, endpointMs, traceId }: TurnResult): string[] {
  const wholeMs = Math.max(1, ...stages.map(({ startedMs, ms }) => startedMs + ms));
  const silence = endpointMs === null ? '' : ` after ${formatMs(endpointMs)} of silence`;
  return [
    `trace ${traceId}`,
    ...stages.map((stage) => formatStage(stage, wholeMs)),
    `${'response'.padEnd(14)} ${formatMs(responseMs)}${silence}`,
  ];
}

function formatStage({ stage, startedMs, ms, waitedMs, failure }: StageTiming, wholeMs: number): string {
  const start = Math.min(WIDTH - 1, Math.floor((startedMs / wholeMs) * WIDTH));
  const length = Math.max(1, Math.min(WIDTH - start, Math.round((ms / wholeMs) * WIDTH)));
  const bar = `${' '.repeat(start)}${'█'.repeat(length)}`.padEnd(WIDTH);
  const waited = Math.abs(waitedMs - ms) < 0.01 ? '' : `  waited ${formatMs(waitedMs)}`;
  return `${stage.padEnd(14)} ${bar} ${formatMs(ms).padStart(9)}${waited}${failure ? `  ${failure}` : ''}`;
}

function formatMs(ms: number): string {
  return ms < 10 ? `${ms.toFixed(2)} ms` : `${Math.round(ms)} ms`;
}
