import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReplayPlanInput } from '../../src/lifecycle/replay/schema.ts';
import { createRandom } from '../../src/stats/random.ts';
import type { TinyProject } from './tiny-project.ts';

const DAY_MS = 86_400_000;
/** Enough an hour to judge it. */
const A_DAY = 960;

/** The first moment of the traffic, how many days it lasts, and how many parcels are sent in all. */
export const BEGIN = Date.UTC(2026, 2, 2);
export const DAYS = 4;
export const ROWS = A_DAY * DAYS;

/** A replay of the traffic; a parcel is known to be late or not when it arrives. */
export const TRAFFIC_PLAN: ReplayPlanInput = {
  ...{ dataset: 'traffic.csv', endpoint: 'parcels', time: 'sent' },
  labelDelay: 'distance / 5 + 30',
};

/** Parcels as the tiny project has them, with the time they were sent at: `traffic.csv` in its folder. */
export function writeTraffic({ folder }: TinyProject, rows = ROWS): void {
  const random = createRandom('traffic');
  const lines = ['sent,weight,distance,carrier,late'];
  for (let row = 0; row < rows; row++) {
    const sent = new Date(BEGIN + Math.floor((row / A_DAY) * DAY_MS)).toISOString();
    const [weight, distance] = [Math.round(random.next() * 300) / 10, Math.round(random.next() * 1000)];
    const carrier = ['road', 'rail', 'boat'][random.integer(3)];
    const late = weight * distance > 9000 || carrier === 'boat';
    lines.push(`${sent},${weight},${distance},${carrier},${random.next() < 0.05 ? !late : late}`);
  }
  writeFileSync(join(folder, 'traffic.csv'), `${lines.join('\n')}\n`);
}
