/** Reads the fields of an address's search: what is not as it should be is left out. */

export const oneOf = <Word extends string>(words: readonly Word[], value: unknown): Word | undefined =>
  words.find((word) => word === value);

/** The router reads `?session=12` as a number. */
export const text = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const present = <Search extends object>(
  search: {
    [Key in keyof Search]: Search[Key] | undefined;
  },
): Search => Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as Search;

/** A place in a list, from 0. */
export const place = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
