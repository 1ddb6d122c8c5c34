import { isRecord } from '../../../kernel/is-record.ts';

/** A call that a case expects: of each argument the values that are accepted; '' among them: it may be left out. */
export interface ExpectedCall {
  name: string;
  accepted: Readonly<Record<string, readonly unknown[]>>;
  /** The values are meant as they are: a list in them is a list, not several values of which one is accepted. */
  literal?: boolean;
}

/**
 * Reads what a case expects: `[{ name, arguments: { city: 'Rome' } }]`, `[{ name, accepted: { city: ['Rome', 'Roma'] } }]`, or
 * `[{ play: { artist: ['Queen', ''] } }]`, the form of function-calling suites. Undefined where it is none of these.
 */
export function readExpectedCalls(expected: unknown): ExpectedCall[] | undefined {
  const list = Array.isArray(expected) ? expected : isRecord(expected) ? [expected] : undefined;
  const calls = list?.map(readExpectedCall);
  return calls?.every((call) => call !== undefined) ? calls : undefined;
}

function readExpectedCall(given: unknown): ExpectedCall | undefined {
  if (!isRecord(given)) return undefined;
  if (typeof given.name === 'string') {
    const { name, accepted, arguments: values = {} } = given;
    if (isRecord(accepted)) return listsOnly(name, accepted);
    if (!isRecord(values)) return undefined;
    return {
      name,
      accepted: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, [value]])),
      literal: true,
    };
  }
  const entries = Object.entries(given);
  const [name, accepted] = entries[0] ?? [];
  return entries.length === 1 && isRecord(accepted) ? listsOnly(String(name), accepted) : undefined;
}

function listsOnly(name: string, accepted: Record<string, unknown>): ExpectedCall | undefined {
  const lists = Object.entries(accepted).filter((entry): entry is [string, unknown[]] =>
    Array.isArray(entry[1]),
  );
  return lists.length === Object.keys(accepted).length
    ? { name, accepted: Object.fromEntries(lists) }
    : undefined;
}
