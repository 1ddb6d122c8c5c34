import { canonicalJson } from '../../kernel/canonical-json.ts';
import { moment, plural } from '../../kernel/figures.ts';
import type { Alert, AlertDetails, AlertKind } from '../schema.ts';
import { type ObservedWindow, type Series, TIER_OF } from './observation.ts';
import type { SignalState } from './signal-state.ts';

/** By how much an incident must have grown to be told again. */
const WORSE = 2;
/** Most signals that are written out. */
const NAMED_SIGNALS = 50;

/** Why somebody is told. */
export type Telling = 'opened' | 'reopened' | 'worsened' | 'resolved';

export interface IncidentInput {
  series: Series;
  kind: AlertKind;
  /** Signals of the kind that are active. */
  active: readonly SignalState[];
  /** The kind's alert that is open or acknowledged. */
  current: Alert | null;
  /** The kind's alert that was resolved last. */
  former: Alert | null;
  /** The id of a new alert. */
  id: string;
  now: number;
  coolDown: number;
  /** Why nobody is told now: the reason of a maintenance. */
  muted: string | null;
  /** Whether the version serves; of one that does not, nothing new is said. */
  serves: boolean;
}

export interface IncidentChange {
  alert: Alert;
  /** Null where only the record changes. */
  telling: Telling | null;
}

/**
 * What becomes of a kind's alert. All signals of a kind are one incident: columns that move together are one alert with
 * all its columns. Undefined where nothing changes.
 */
export function decideIncident(input: IncidentInput): IncidentChange | undefined {
  const { active, current } = input;
  if (active.length === 0)
    return current === null ? undefined : resolveIncident(current, input.now, 'two clean windows in a row');
  if (current !== null) return continueIncident(current, input);
  return input.serves ? beginIncident(input) : undefined;
}

/** Ends an alert, whatever its signals say; told to those who were told of it. */
export function resolveIncident(current: Alert, now: number, resolution: string): IncidentChange {
  const { toldSeverity } = current.evidence.details;
  const details = { ...current.evidence.details, resolution };
  return {
    alert: { ...current, state: 'resolved', resolvedAt: now, evidence: { ...current.evidence, details } },
    telling: toldSeverity === null ? null : 'resolved',
  };
}

function continueIncident(current: Alert, input: IncidentInput): IncidentChange | undefined {
  const { toldSeverity } = current.evidence.details;
  const described = describeIncident(input, current.evidence.details);
  const { severity } = described.evidence.details;
  const worse = toldSeverity !== null && severity >= WORSE * toldSeverity;
  const telling = input.muted !== null ? null : toldSeverity === null ? 'opened' : worse ? 'worsened' : null;
  const same = canonicalJson(described.evidence) === canonicalJson(current.evidence);
  if (telling === null && same) return undefined;
  const state = telling === 'worsened' ? 'open' : current.state;
  return tell({ ...current, ...described, state, lastSeenAt: input.now }, telling);
}

/**
 * Within the cool-down of a resolved alert about the same subjects nothing opens, unless it is twice as bad: then it is
 * that alert again.
 */
function beginIncident(input: IncidentInput): IncidentChange | undefined {
  const { series, kind, former, now, coolDown, muted } = input;
  const fresh = describeIncident(input, null);
  // An alert that a clock which was ahead has resolved must not cool down for as long as that was.
  const since = Math.abs(now - (former?.resolvedAt ?? 0));
  const cooling = former !== null && since < coolDown && coversAll(former, fresh.evidence.details);
  if (cooling) {
    const { severity, firstSeen } = former.evidence.details;
    if (fresh.evidence.details.severity < WORSE * severity) return undefined;
    const described = describeIncident(input, { ...fresh.evidence.details, firstSeen });
    const alert: Alert = { ...former, ...described, state: 'open', lastSeenAt: now, resolvedAt: null };
    return tell(alert, muted === null ? 'reopened' : null);
  }
  const alert: Alert = {
    id: input.id,
    ...series,
    tier: TIER_OF[kind],
    kind,
    state: 'open',
    ...fresh,
    openedAt: now,
    lastSeenAt: now,
    resolvedAt: null,
  };
  return tell(alert, muted === null ? 'opened' : null);
}

function tell(alert: Alert, telling: Telling | null): IncidentChange {
  if (telling === null) return { alert, telling };
  const { details } = alert.evidence;
  const told = { ...details, toldSeverity: details.severity };
  return { alert: { ...alert, evidence: { ...alert.evidence, details: told } }, telling };
}

function coversAll(former: Alert, { subjects }: AlertDetails): boolean {
  const before = new Set(former.evidence.details.subjects);
  return subjects.every((subject) => before.has(subject));
}

function describeIncident(
  { kind, active, muted }: IncidentInput,
  before: AlertDetails | null,
): Pick<Alert, 'title' | 'evidence'> {
  const signals = active.toSorted((a, b) => b.severity - a.severity || (a.subject < b.subject ? -1 : 1));
  const [worst] = signals;
  const subjects = [...new Set(signals.map(({ subject }) => subject))].filter((subject) => subject !== '');
  const firstSeen = Math.min(
    before?.firstSeen ?? Number.POSITIVE_INFINITY,
    ...signals.map(({ windows }) => windows[0]?.start ?? Number.POSITIVE_INFINITY),
  );
  const others = subjects.length - 1;
  const beside = others > 0 ? `, and ${plural(others, 'other')} with it` : '';
  return {
    title: `${worst.says}${beside}; since ${moment(firstSeen)}`,
    evidence: {
      columns: OF_COLUMNS.has(kind) ? subjects : [],
      effect: worst.effect,
      threshold: worst.threshold,
      n: worst.n,
      windows: worst.windows,
      details: {
        signals: signals.slice(0, NAMED_SIGNALS).map(nameSignal),
        subjects,
        firstSeen,
        severity: worst.severity,
        toldSeverity: before?.toldSeverity ?? null,
        muted,
        resolution: null,
      },
    },
  };
}

function nameSignal({ subject, width, effect, threshold, n, says }: SignalState) {
  return { subject, width, effect, threshold, n, says };
}

const OF_COLUMNS: ReadonlySet<AlertKind> = new Set(['broken-column', 'input-drift', 'new-categories']);

/** Whether a maintenance hides a window: it covers some of it, or the present. */
export function isMuted(
  maintenance: { startsAt: number; endsAt: number },
  window: Pick<ObservedWindow, 'start' | 'end'>,
  now: number,
): boolean {
  const covers = (from: number, to: number) => maintenance.startsAt < to && maintenance.endsAt > from;
  return covers(window.start, window.end) || covers(now, now + 1);
}
