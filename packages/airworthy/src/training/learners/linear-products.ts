import type { Design, IndicatorColumn, NumberColumn } from './linear-design.ts';

/**
 * Margins and derivatives of a block of rows: where a linear learner spends its time. Columns are taken four at a
 * time and outputs two at a time, so that what is loaded once is used up to eight times.
 *
 * Vectors of weights and sums hold the intercept first, one vector an output.
 */
export function writeMargins(
  design: Design,
  weights: readonly Float64Array[],
  start: number,
  margins: readonly Float64Array[],
): void {
  margins.forEach((block, k) => {
    block.fill(weights[k][0]);
  });
  for (const four of byFour(design.numbers)) {
    for (let k = 0; k < margins.length; k += 2) {
      const own = weightsOf(four, weights[k]);
      if (k + 1 === margins.length) addToMargins(four, own, start, margins[k]);
      else addToTwoMargins(four, own, weightsOf(four, weights[k + 1]), start, margins[k], margins[k + 1]);
    }
  }
  for (const column of design.indicators) {
    margins.forEach((block, k) => {
      addIndicators(column, weights[k], start, block);
    });
  }
}

/** Adds the sums of derivative times column to `sums`. */
export function addDerivatives(
  design: Design,
  derivatives: readonly Float64Array[],
  start: number,
  sums: readonly Float64Array[],
): void {
  derivatives.forEach((block, k) => {
    let total = 0;
    for (let i = 0; i < block.length; i++) total += block[i];
    sums[k][0] += total;
  });
  for (const four of byFour(design.numbers)) {
    for (let k = 0; k < derivatives.length; k += 2) {
      if (k + 1 === derivatives.length) addSums(four, derivatives[k], start, sums[k]);
      else addTwoSums(four, derivatives[k], derivatives[k + 1], start, sums[k], sums[k + 1]);
    }
  }
  for (const column of design.indicators) {
    derivatives.forEach((block, k) => {
      addIndicatorSums(column, block, start, sums[k]);
    });
  }
}

/** Four columns, the last repeated where there are fewer. */
interface Four {
  columns: readonly [NumberColumn, NumberColumn, NumberColumn, NumberColumn];
  /** How many of them count. */
  real: number;
}

type FourNumbers = readonly [number, number, number, number];

function byFour(columns: readonly NumberColumn[]): Four[] {
  const last = columns[columns.length - 1];
  return Array.from({ length: Math.ceil(columns.length / 4) }, (_, index) => {
    const [a, b = last, c = last, d = last] = columns.slice(index * 4, index * 4 + 4);
    return { columns: [a, b, c, d], real: Math.min(4, columns.length - index * 4) };
  });
}

/** A repeated column weighs nothing. */
function weightsOf({ columns: [a, b, c, d], real }: Four, weights: Float64Array): FourNumbers {
  const weight = (column: NumberColumn, place: number) => (place < real ? weights[column.at + 1] : 0);
  return [weight(a, 0), weight(b, 1), weight(c, 2), weight(d, 3)];
}

function addToMargins(four: Four, weights: FourNumbers, start: number, margins: Float64Array): void {
  const [{ values: a }, { values: b }, { values: c }, { values: d }] = four.columns;
  const [wa, wb, wc, wd] = weights;
  for (let i = 0, row = start; i < margins.length; i++, row++) {
    margins[i] += wa * a[row] + wb * b[row] + (wc * c[row] + wd * d[row]);
  }
}

function addToTwoMargins(
  four: Four,
  weights: FourNumbers,
  others: FourNumbers,
  start: number,
  margins: Float64Array,
  otherMargins: Float64Array,
): void {
  const [{ values: a }, { values: b }, { values: c }, { values: d }] = four.columns;
  const [wa, wb, wc, wd] = weights;
  const [oa, ob, oc, od] = others;
  for (let i = 0, row = start; i < margins.length; i++, row++) {
    const xa = a[row];
    const xb = b[row];
    const xc = c[row];
    const xd = d[row];
    margins[i] += wa * xa + wb * xb + (wc * xc + wd * xd);
    otherMargins[i] += oa * xa + ob * xb + (oc * xc + od * xd);
  }
}

function addSums(four: Four, derivatives: Float64Array, start: number, sums: Float64Array): void {
  const [{ values: a }, { values: b }, { values: c }, { values: d }] = four.columns;
  let [sa, sb, sc, sd] = [0, 0, 0, 0];
  for (let i = 0, row = start; i < derivatives.length; i++, row++) {
    const derivative = derivatives[i];
    sa += derivative * a[row];
    sb += derivative * b[row];
    sc += derivative * c[row];
    sd += derivative * d[row];
  }
  addTo(sums, four, [sa, sb, sc, sd]);
}

function addTwoSums(
  four: Four,
  derivatives: Float64Array,
  others: Float64Array,
  start: number,
  sums: Float64Array,
  otherSums: Float64Array,
): void {
  const [{ values: a }, { values: b }, { values: c }, { values: d }] = four.columns;
  let [sa, sb, sc, sd, oa, ob, oc, od] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0, row = start; i < derivatives.length; i++, row++) {
    const derivative = derivatives[i];
    const other = others[i];
    const xa = a[row];
    const xb = b[row];
    const xc = c[row];
    const xd = d[row];
    sa += derivative * xa;
    sb += derivative * xb;
    sc += derivative * xc;
    sd += derivative * xd;
    oa += other * xa;
    ob += other * xb;
    oc += other * xc;
    od += other * xd;
  }
  addTo(sums, four, [sa, sb, sc, sd]);
  addTo(otherSums, four, [oa, ob, oc, od]);
}

function addTo(sums: Float64Array, { columns, real }: Four, values: FourNumbers): void {
  for (let place = 0; place < real; place++) sums[columns[place].at + 1] += values[place];
}

/** The extra place of the table is that of rows without a category. */
function addIndicators(
  column: IndicatorColumn,
  weights: Float64Array,
  start: number,
  margins: Float64Array,
): void {
  const { at, categories, codes } = column;
  const table = new Float64Array(categories + 1);
  table.set(weights.subarray(at + 1, at + 1 + categories));
  for (let i = 0, row = start; i < margins.length; i++, row++) margins[i] += table[codes[row]];
}

function addIndicatorSums(
  column: IndicatorColumn,
  derivatives: Float64Array,
  start: number,
  sums: Float64Array,
): void {
  const { at, categories, codes } = column;
  const table = new Float64Array(categories + 1);
  for (let i = 0, row = start; i < derivatives.length; i++, row++) table[codes[row]] += derivatives[i];
  for (let code = 0; code < categories; code++) sums[at + 1 + code] += table[code];
}
