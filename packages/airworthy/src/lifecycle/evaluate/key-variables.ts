import type { Suite } from '../../evaluation/index.ts';

const NAME = 'keyVariable';

/** The environment variables that tasks, judges and perturbations of suites take keys from. */
export function keyVariablesOf(suites: readonly Suite[]): string[] {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === NAME && typeof member === 'string') found.add(member);
      else look(member);
    }
  };
  for (const { tasks, scorers, perturb } of suites) look([tasks, scorers, perturb]);
  return [...found];
}
