/**
 * At what the code of each journalled step is. Raise a step's number when the same inputs would now give another
 * result: after the upgrade a ship does that step anew, and those whose inputs it changes. The package's version will
 * not do, because most releases change no result, and each would train every project again.
 */
export const REVISIONS = { quality: 2, training: 1, evaluation: 2, registry: 2 } as const;
