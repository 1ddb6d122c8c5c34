/** A label as far as it can hold: which one it is, and since when it is known. */
interface Known {
  id: string;
  known_at: number;
}

/** The label that holds: the one known last; of those known at the same moment the one with the greatest id. */
export function knownLast<Label extends Known>(a: Label, b: Label): Label {
  return a.known_at > b.known_at || (a.known_at === b.known_at && a.id > b.id) ? a : b;
}
