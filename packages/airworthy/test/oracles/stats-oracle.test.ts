import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { checkStatsOracle, type StatsOracle } from './check-stats-oracle.ts';
import { checkVerdictOracle, type VerdictOracle } from './check-verdict-oracle.ts';

const fixture = (name: string): string => join(import.meta.dirname, '../fixtures', name);

describe('src/stats agrees with the recorded answers of scipy and scikit-learn', () => {
  checkStatsOracle(JSON.parse(readFileSync(fixture('stats-oracle.json'), 'utf8')) as StatsOracle);
});

describe('what verdicts rest on agrees with the recorded answers of scipy, statsmodels and krippendorff', () => {
  checkVerdictOracle(JSON.parse(readFileSync(fixture('verdict-oracle.json'), 'utf8')) as VerdictOracle);
});
