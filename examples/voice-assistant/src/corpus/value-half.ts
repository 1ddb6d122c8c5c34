import { hashOf } from './seeded-random.ts';

export type ValueHalf = 'train' | 'test';

const TRAIN_SHARE = 0.6;

/**
 * Whether sentences for training may hold a value. It is decided by the words alone, whatever the slot and whoever wrote them:
 * a value of the test half is in no training sentence at all.
 */
export function halfOf(value: string): ValueHalf {
  return hashOf(`value/${value}`) / 2 ** 32 < TRAIN_SHARE ? 'train' : 'test';
}
