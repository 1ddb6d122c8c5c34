import type { GatewayUsage, UsageItem } from '../../../api/serving-answers.ts';
import type { UsageKey } from '../../../app/serving-routes.ts';
import { costText, count, plural, share } from '../../../format/figures.ts';

export const KEY_WORDS: Record<UsageKey, string> = {
  model: 'Model',
  route: 'Route',
  user: 'User',
  provider: 'Provider',
};

const PSEUDONYM = /^(subject-[0-9a-f]{8})[0-9a-f]{24}$/;

/** What a call did not say has the empty key; of a person’s pseudonym the beginning tells enough. */
export function keyWords(key: string): string {
  return key === '' ? 'not said' : key.replace(PSEUDONYM, '$1');
}

interface UsageTotals {
  calls: number;
  failures: number;
  cached: number;
  inputTokens: number;
  outputTokens: number;
  cost: number;
}

/** Of the whole project. */
export function totalsOf(items: readonly UsageItem[]): UsageTotals {
  const sum = (figure: (item: UsageItem) => number) => items.reduce((total, item) => total + figure(item), 0);
  return {
    calls: sum(({ calls }) => calls),
    failures: sum(({ failures }) => failures),
    cached: sum(({ cached }) => cached),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    cost: sum(({ cost }) => cost),
  };
}

/** What was asked for, and what it cost. */
export function usageInWords({ items }: GatewayUsage, period: string): string {
  const { calls, failures, cached, cost } = totalsOf(items);
  if (calls === 0) return `Nobody asked a language model in the last ${period}.`;
  const failed = failures === 0 ? 'none failed' : `${share(failures / calls)} failed (${count(failures)})`;
  const repeated = cached === 0 ? '' : `, ${count(cached)} answered from the cache`;
  return `${plural(calls, 'call')} cost ${costText(cost)} in the last ${period}: ${failed}${repeated}.`;
}
