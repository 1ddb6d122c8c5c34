import { sha256 } from '../kernel/ids.ts';
import { knownLast } from './known-last.ts';
import { type PastLabel, targetOf } from './label-history.ts';
import type { ReadLabel } from './read-label.ts';

/** A label to be kept, before it is known what it belongs to. */
export type NewLabel = Omit<PastLabel, 'state'>;

/**
 * The labels of a request that are not on record yet. One that says when it became known is known already where the
 * same was said before. One that does not is known already where it only repeats what its source said last; else it is
 * known now, and after everything said of its target so far.
 */
export function planLabels(
  endpoint: string,
  labels: readonly ReadLabel[],
  past: readonly PastLabel[],
  now: number,
): NewLabel[] {
  const targets = new Map<string, TargetHistory>();
  const historyOf = (target: string): TargetHistory => {
    const known = targets.get(target) ?? createHistory();
    targets.set(target, known);
    return known;
  };
  for (const label of past) historyOf(targetOf(label)).add(label);
  const planned: NewLabel[] = [];
  for (const label of labels) {
    const history = historyOf(label.prediction ?? label.key ?? '');
    const value_json = JSON.stringify(label.value);
    if (label.knownAt === null && history.lastOf(label.source) === value_json) continue;
    const known_at = label.knownAt ?? Math.max(now, history.latest() + 1);
    const row = { prediction: label.prediction, business_key: label.key, value_json, known_at };
    const planning = {
      ...row,
      source: label.source,
      id: labelId(endpoint, { ...row, source: label.source }),
    };
    if (history.has(planning.id)) continue;
    history.add(planning);
    planned.push(planning);
  }
  return planned;
}

/**
 * Named by its content. It begins with the time, so that labels that become known together lie together on disk, and of
 * two known at the same moment the rest of the digest decides.
 */
function labelId(endpoint: string, label: Omit<NewLabel, 'id'>): string {
  const { prediction, business_key, value_json, source, known_at } = label;
  const content = [endpoint, prediction, business_key, value_json, source, known_at];
  return firstLabelIdAt(known_at) + sha256(JSON.stringify(content)).slice(0, 20);
}

/** How ids of labels begin that are known from a moment on, in ms since the epoch; times before 1970 count as 1970. */
export function firstLabelIdAt(time: number): string {
  return Math.max(0, Math.floor(time)).toString(16).padStart(12, '0').slice(-12);
}

type Said = Pick<PastLabel, 'id' | 'value_json' | 'source' | 'known_at'>;

interface TargetHistory {
  add(label: Said): void;
  has(id: string): boolean;
  /** The value a source gave last. */
  lastOf(source: string): string | undefined;
  /** When anything was last known. */
  latest(): number;
}

function createHistory(): TargetHistory {
  const said: Said[] = [];
  return {
    add: (label) => void said.push(label),
    has: (id) => said.some((label) => label.id === id),
    lastOf(source) {
      const own = said.filter((label) => label.source === source);
      return own.length === 0 ? undefined : own.reduce(knownLast).value_json;
    },
    latest: () => said.reduce((latest, label) => Math.max(latest, label.known_at), Number.NEGATIVE_INFINITY),
  };
}
