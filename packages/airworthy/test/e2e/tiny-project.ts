import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/stats/random.ts';

export interface TinyProject extends Disposable {
  folder: string;
  dataFolder: string;
  /** Writes the config anew, with other settings. */
  configure(settings: TinySettings): void;
}

export interface TinySettings {
  rows?: number;
  seed?: number;
  /** SQL-free noise on the label: 0.5 makes it unlearnable. */
  noise?: number;
  gate?: string;
  trials?: number;
}

/** A project that ships in seconds: a label that follows from two numbers and a category, in a CSV file. */
export function createTinyProject(settings: TinySettings = {}): TinyProject {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-tiny-'));
  mkdirSync(join(folder, 'data'));
  const configure = (changed: TinySettings) => {
    const all = {
      rows: 400,
      seed: 1,
      noise: 0.05,
      trials: 3,
      gate: "{ metric: 'roc-auc', rule: 'better-than' }",
      ...changed,
    };
    writeFileSync(join(folder, 'data', 'parcels.csv'), parcels(all.rows, all.noise));
    writeFileSync(join(folder, 'airworthy.config.ts'), configText(all));
  };
  configure(settings);
  return {
    folder,
    dataFolder: join(folder, '.airworthy'),
    configure,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Will a parcel be late? Heavy ones that go far, and all that go by boat. */
function parcels(rows: number, noise: number): string {
  const random = createRandom('parcels');
  const lines = Array.from({ length: rows }, () => {
    const weight = Math.round(random.next() * 300) / 10;
    const distance = Math.round(random.next() * 1000);
    const carrier = ['road', 'rail', 'boat'][random.integer(3)];
    const late = weight * distance > 9000 || carrier === 'boat';
    const label = random.next() < noise ? !late : late;
    return `${weight},${distance},${carrier},${label}`;
  });
  return ['weight,distance,carrier,late', ...lines, ''].join('\n');
}

/** The beginning of the project's config: everything up to training. */
export const PARCELS = `  name: 'parcels',
  data: {
    source: 'data/parcels.csv',
    columns: { weight: { kind: 'number', unit: 'kg', minimum: 0 } },
    target: { name: 'late' },
    split: { by: 'random', test: 0.3, seed: 1 },
  },`;

function configText({ seed, gate, trials }: Required<TinySettings>): string {
  return `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['linear', 'boosting'], budget: { trials: ${trials}, seconds: 600 }, seed: ${seed} },
  evaluation: { gates: [${gate}] },
});
`;
}
