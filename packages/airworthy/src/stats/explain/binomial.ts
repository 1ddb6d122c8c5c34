/** How many sets of `chosen` there are among `items`; exact while the count is below 2^53. */
export function binomial(items: number, chosen: number): number {
  let count = 1;
  for (let step = 1; step <= Math.min(chosen, items - chosen); step++)
    count = (count * (items - step + 1)) / step;
  return count;
}
