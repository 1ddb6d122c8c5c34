import type { App } from '../../packages/airworthy/src/app.ts';
import type { ReplayReport } from '../../packages/airworthy/src/lifecycle/replay/schema.ts';
import { DAY_MS, ENDPOINT, LANDED } from './project.ts';

type Alert = ReplayReport['alerts'][number];

/** A fault, and what must be told of it. */
interface Rehearsal {
  name: string;
  /** Without its period. */
  fault: string;
  /** Days the fault lasts; to the end where absent. */
  days?: number;
  tier: Alert['tier'];
  kinds: readonly Alert['kind'][];
}

/** A mile in kilometres. */
const KILOMETRES = 1.609344;

const REHEARSALS: readonly Rehearsal[] = [
  {
    name: 'distance in kilometres from one day on',
    fault: `unit-change:distance:${KILOMETRES}`,
    tier: 'page',
    kinds: ['broken-column'],
  },
  {
    name: 'one airport’s code changed',
    fault: 'category:origin:ORD:CHI',
    tier: 'digest',
    kinds: ['new-categories', 'input-drift'],
  },
  {
    name: 'a column gone missing',
    fault: 'missing:origin',
    tier: 'page',
    kinds: ['invalid-requests', 'broken-column', 'unavailable'],
  },
  { name: 'labels flipped for a week', fault: 'label-flip', days: 7, tier: 'page', kinds: ['performance'] },
];

export interface FaultResult {
  name: string;
  fault: string;
  tier: Alert['tier'];
  began: number;
  /** The first alert of that tier and kind since then; absent where none came in time. */
  alert?: Alert;
  /** Windows of a day from the fault to the alert, the alert's own among them. */
  windows?: number;
  /** Alerts of other kinds since then. */
  others: Alert[];
}

/** The fault begins after this many days, so that what is usual has been seen. */
const CALM_DAYS = 12;
const DAYS = 18;
const MOST_WINDOWS = 2;
/** Windows are closed within two hours of their end; a day's labels are all known a day later. */
const CLOSING_MS = 2 * 3_600_000;
const LABELS_MS = DAY_MS;

/** Each fault in a rehearsal of its own, on February's flights. */
export async function rehearseFaults(app: App, february: string): Promise<FaultResult[]> {
  const begin = Date.UTC(2001, 1, 1);
  const results: FaultResult[] = [];
  for (const rehearsal of REHEARSALS) {
    const from = begin + CALM_DAYS * DAY_MS;
    const to = rehearsal.days === undefined ? '' : `..${iso(from + rehearsal.days * DAY_MS)}`;
    const fault = `${rehearsal.fault}@${iso(from)}${to}`;
    const report = await app.replay({
      ...{ dataset: february, endpoint: ENDPOINT, time: 'date', labelDelay: LANDED },
      ...{ to: begin + DAYS * DAY_MS, inject: [fault] },
    });
    results.push(findAlert(rehearsal, fault, from, report));
  }
  return results;
}

function findAlert(
  { name, tier, kinds }: Rehearsal,
  fault: string,
  began: number,
  { alerts }: ReplayReport,
): FaultResult {
  const since = alerts.filter((alert) => alert.openedAt > began);
  const matured = kinds.includes('performance') ? LABELS_MS : 0;
  const deadline = began + MOST_WINDOWS * DAY_MS + CLOSING_MS + matured;
  const fits = (alert: Alert) => alert.tier === tier && kinds.includes(alert.kind);
  const alert = since.find((candidate) => fits(candidate) && candidate.openedAt <= deadline);
  return {
    ...{ name, fault, tier, began },
    ...(alert
      ? { alert, windows: Math.ceil((alert.openedAt - CLOSING_MS - matured - began) / DAY_MS) || 1 }
      : {}),
    others: since.filter((other) => other !== alert),
  };
}

const iso = (time: number): string => new Date(time).toISOString().slice(0, 10);
