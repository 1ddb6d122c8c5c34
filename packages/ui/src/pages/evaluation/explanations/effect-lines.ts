import type { AleResult, IceResult, PdpResult } from '../../../api/explanation-answers.ts';

export type EffectResult = PdpResult | IceResult | AleResult;
export type EffectField = EffectResult['fields'][number];

export interface EffectLines {
  field: string;
  scale: EffectField['scale'];
  grid: EffectField['grid'];
  /** The mean, or the accumulated effect. */
  middle: readonly number[];
  /** Around it the middle 80 % of the rows. */
  band: { low: readonly number[]; high: readonly number[] } | null;
  /** One a row, thin behind. */
  each: readonly { key: string; values: readonly number[] }[];
  /** Zero means no effect. */
  isCentred: boolean;
  /** Rows between each point and the one before, where they are known. */
  counts: readonly number[] | null;
}

/** More would be a block of ink. */
const MOST_CURVES = 40;

/** What is drawn of one field, whichever of the three it is. */
export function linesOf(result: EffectResult): EffectLines[] {
  if (result.kind === 'pdp') {
    return result.fields.map(({ field, scale, grid, average, low, high }) => ({
      ...{ field, scale, grid, middle: average, band: { low, high }, each: [] },
      ...{ isCentred: false, counts: null },
    }));
  }
  if (result.kind === 'ice') {
    return result.fields.map(({ field, scale, grid, average, curves }) => ({
      ...{ field, scale, grid, middle: average, band: null, isCentred: true, counts: null },
      each: curves
        .slice(0, MOST_CURVES)
        .map(({ row, values }, index) => ({ key: `${row ?? 'record'} ${index}`, values })),
    }));
  }
  return result.fields.map(({ field, scale, grid, effect, counts }) => ({
    ...{ field, scale, grid, middle: effect, band: null, each: [], isCentred: true, counts },
  }));
}
