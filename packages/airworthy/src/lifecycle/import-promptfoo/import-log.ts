/** What became of one thing that a config says. */
export interface ImportEntry {
  /** `carried`: means the same here; `changed`: is here, and not quite the same; `left`: is not here. */
  status: 'carried' | 'changed' | 'left';
  /** `promptfooconfig.yaml:12`. */
  at: string;
  what: string;
  /** What is different, or why it is not here. */
  why?: string;
  /** How often the same was found there. */
  times: number;
}

/** Keeps account of everything that was read, in the order in which it was. */
export interface ImportLog {
  carried(at: string, what: string): void;
  changed(at: string, what: string, why: string): void;
  left(at: string, what: string, why: string): void;
  readonly entries: readonly ImportEntry[];
}

export function createImportLog(): ImportLog {
  const entries = new Map<string, ImportEntry>();
  const add = (status: ImportEntry['status'], at: string, what: string, why?: string) => {
    const key = JSON.stringify([status, at, what, why]);
    const known = entries.get(key);
    if (known) known.times++;
    else entries.set(key, { status, at, what, ...(why === undefined ? {} : { why }), times: 1 });
  };
  return {
    carried: (at, what) => add('carried', at, what),
    changed: (at, what, why) => add('changed', at, what, why),
    left: (at, what, why) => add('left', at, what, why),
    get entries() {
      return [...entries.values()];
    },
  };
}
