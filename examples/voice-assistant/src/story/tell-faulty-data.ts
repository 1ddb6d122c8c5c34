import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT, runAirworthy } from '../journey/run-airworthy.ts';
import type { Chapter, Told } from './chapter.ts';

const FAULTY = join(PROJECT, 'data/faulty');

/** What published data of voice commands has had; each must be named before anything is trained. */
const FAULTS = [
  'majority-baseline',
  'duplicates',
  'conflicting-labels',
  'split-overlap',
  'missing-class',
] as const;

/** As the commands end: a gate said no; the data is bad. */
const [GATE_FAILED, BAD_DATA] = [1, 2];

interface Finding {
  rule: string;
  severity: string;
  message: string;
}

/** Ships a data set with the faults that such data has had, and shows what stopped it. */
export const tellFaultyData: Chapter = async ({ onProgress, signal }) => {
  onProgress('faulty data: shipping it');
  const dataFolder = mkdtempSync(join(tmpdir(), 'airworthy-faulty-'));
  const ask = (args: readonly string[], code: number) =>
    runAirworthy([...args, '--project', FAULTY, '--json'], { dataFolder, signal, accepts: [code] });
  try {
    await ask(['ship'], GATE_FAILED);
    const { rows, findings } = JSON.parse(await ask(['data', 'check'], BAD_DATA)) as {
      rows: number;
      findings: Finding[];
    };
    const { runs } = JSON.parse(await ask(['runs', 'list'], 0)) as { runs: unknown[] };
    return toldOf(rows, findings, runs.length);
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
};

function toldOf(rows: number, findings: readonly Finding[], runs: number): Told {
  const named = new Set(findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule));
  const missing = FAULTS.filter((fault) => !named.has(fault));
  return {
    title: 'Faulty data is stopped',
    blocks: [
      {
        kind: 'text',
        text: `${rows} rows of our own sentences, with the faults that data of voice commands has had (data/faulty). \`airworthy ship\` refuses them.`,
      },
      {
        kind: 'table',
        head: ['rule', 'what it found'],
        rows: findings.map(({ rule, message }) => [rule, message]),
      },
    ],
    claims: [
      {
        claim: 'each planted fault is named by the data gate',
        holds: missing.length === 0,
        because:
          missing.length === 0 ? `${FAULTS.length} kinds of fault` : `not named: ${missing.join(', ')}`,
      },
      {
        claim: 'nothing was trained on such data',
        holds: runs === 0,
        because: `${runs} training runs on record`,
      },
    ],
  };
}
