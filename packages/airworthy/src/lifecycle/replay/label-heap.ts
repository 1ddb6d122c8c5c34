/** A label on its way: nobody knows it before its time. */
export interface PendingLabel {
  /** Milliseconds since the epoch. */
  knownAt: number;
  prediction: string;
  value: string | number | boolean;
}

/** Labels on their way, the one that is known soonest first; those of one moment in the order they were added. */
export interface LabelHeap {
  readonly size: number;
  add(label: PendingLabel): void;
  /** Takes out what is known at that time, in order. */
  takeKnown(now: number): PendingLabel[];
}

interface Entry extends PendingLabel {
  order: number;
}

/** A binary heap: adding and taking cost the logarithm of what is on its way. */
export function createLabelHeap(): LabelHeap {
  const entries: Entry[] = [];
  let added = 0;

  function rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(entries[at], entries[parent])) return;
      swap(entries, at, parent);
      at = parent;
    }
  }

  function sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let first = at;
      if (left < entries.length && isBefore(entries[left], entries[first])) first = left;
      if (right < entries.length && isBefore(entries[right], entries[first])) first = right;
      if (first === at) return;
      swap(entries, at, first);
      at = first;
    }
  }

  return {
    get size() {
      return entries.length;
    },
    add(label) {
      entries.push({ ...label, order: added++ });
      rise(entries.length - 1);
    },
    takeKnown(now) {
      const known: PendingLabel[] = [];
      while (entries.length > 0 && entries[0].knownAt <= now) {
        const { order: _, ...label } = entries[0];
        known.push(label);
        const last = entries.pop();
        if (last !== undefined && entries.length > 0) {
          entries[0] = last;
          sink();
        }
      }
      return known;
    },
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.knownAt < b.knownAt || (a.knownAt === b.knownAt && a.order < b.order);
}

function swap(entries: Entry[], a: number, b: number): void {
  const kept = entries[a];
  entries[a] = entries[b];
  entries[b] = kept;
}
