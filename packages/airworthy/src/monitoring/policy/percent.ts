/** 0.0342 → '3.4 %', 1 → '100 %'. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2)).toLocaleString('en-US')} %`;
}
