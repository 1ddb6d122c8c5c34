import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { checkStatsOracle, type StatsOracle } from './check-stats-oracle.ts';

const fixture = join(import.meta.dirname, '../fixtures/stats-oracle.json');

describe('src/stats agrees with the recorded answers of scipy and scikit-learn', () => {
  checkStatsOracle(JSON.parse(readFileSync(fixture, 'utf8')) as StatsOracle);
});
