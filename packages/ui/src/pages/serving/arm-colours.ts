/** What serves already; every other arm is to show that it is better. */
const CHAMPION = 'champion';

const CHALLENGERS = [
  '--series-challenger',
  '--series-estimated',
  '--series-second',
  '--series-third',
  '--run-7',
  '--run-8',
] as const;

/** Colours of the theme: an arm has the same in every picture of its endpoint. */
export function armColours(arms: readonly string[]): ReadonlyMap<string, string> {
  const challengers = [...new Set(arms)].filter((arm) => arm !== CHAMPION).sort();
  return new Map([
    [CHAMPION, '--series-current'],
    ...challengers.map((arm, index) => [arm, CHALLENGERS[index % CHALLENGERS.length]] as const),
  ]);
}

/** The champion first, then the others by name. */
export function inArmOrder<Arm>(arms: readonly Arm[], nameOf: (arm: Arm) => string): Arm[] {
  const place = (arm: Arm) => (nameOf(arm) === CHAMPION ? '' : nameOf(arm));
  return arms.toSorted((a, b) => place(a).localeCompare(place(b)));
}
