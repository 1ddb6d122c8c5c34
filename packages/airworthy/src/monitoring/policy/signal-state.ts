import { z } from 'zod';
import { AlertKind, type MonitoringConfig, Width } from '../schema.ts';
import { type Observation, type ObservedWindow, TIER_OF } from './observation.ts';

/** Clean windows in a row after which what was raised is over. */
const CLEAN_WINDOWS = 2;
const TICKET_WINDOWS = 2;
/** Most windows of a run that are named. */
const NAMED_WINDOWS = 10;

/** What the policy remembers, between windows, of one thing that can be wrong. Stored as JSON in `signal`. */
export const SignalState = z.strictObject({
  kind: AlertKind,
  subject: z.string(),
  width: Width,
  /** Raised for as many windows in a row as its tier asks, and not clean for two since. */
  active: z.boolean(),
  /** Windows in a row, up to the last. */
  raised: z.int(),
  clean: z.int(),
  /** Start of the last window that was looked at. */
  last: z.number(),
  /** The raised windows of the present run, oldest first; the first stays. */
  windows: z.array(z.strictObject({ width: Width, start: z.number(), end: z.number() })),
  /** The last raised observation's. */
  effect: z.number(),
  threshold: z.number(),
  severity: z.number(),
  n: z.int(),
  says: z.string(),
});
export type SignalState = z.infer<typeof SignalState>;

/** Kind and subject, told apart by width: `input-drift/distance@day`. */
export function signalName({ kind, subject }: Pick<Observation, 'kind' | 'subject'>, width: Width): string {
  return `${kind}/${subject}@${width}`;
}

/** Windows in a row that must be raised before it counts. */
export function windowsNeeded(kind: AlertKind, { drift }: Pick<MonitoringConfig, 'drift'>): number {
  const tier = TIER_OF[kind];
  if (tier === 'page') return 1;
  return tier === 'ticket' ? TICKET_WINDOWS : drift.windows;
}

/**
 * The state after one more window. A window that is neither raised nor clean ends a run of either, but not what is
 * active; one that is older than the last looked at changes nothing, so that reports may come in any order.
 */
export function stepSignal(
  before: SignalState | undefined,
  observation: Observation,
  window: ObservedWindow,
  needed: number,
): SignalState {
  const state = before ?? quietSignal(observation, window.width);
  if (window.start <= state.last) return state;
  const { finding, effect, threshold, severity, n } = observation;
  const last = window.start;
  if (finding !== 'raised') {
    const clean = finding === 'clean' ? state.clean + 1 : 0;
    const active = state.active && clean < CLEAN_WINDOWS;
    return { ...state, last, raised: 0, clean, active, windows: active ? state.windows : [] };
  }
  const raised = state.raised + 1;
  return {
    ...state,
    ...{ last, raised, clean: 0, effect, threshold, severity, n, says: observation.says() },
    active: state.active || raised >= needed,
    windows: appendWindow(state.active || state.raised > 0 ? state.windows : [], window),
  };
}

function quietSignal({ kind, subject }: Observation, width: Width): SignalState {
  const quiet = { active: false, raised: 0, clean: 0, last: Number.NEGATIVE_INFINITY, windows: [] };
  return { kind, subject, width, ...quiet, effect: 0, threshold: 0, severity: 0, n: 0, says: '' };
}

function appendWindow(windows: readonly ObservedWindow[], window: ObservedWindow): ObservedWindow[] {
  const all = [...windows, { width: window.width, start: window.start, end: window.end }];
  return all.length <= NAMED_WINDOWS ? all : [all[0], ...all.slice(2)];
}
