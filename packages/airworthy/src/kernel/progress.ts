/** A piece of work someone waits for. Total is in the unit's own count; absent when not known beforehand. */
export interface ProgressTask {
  advance(done: number, note?: string): void;
  end(note?: string): void;
}

/** How long work reports itself; the command line draws bars, the server and tests stay silent. */
export interface Progress {
  start(label: string, total?: number, unit?: string): ProgressTask;
}

export const silentProgress: Progress = { start: () => ({ advance() {}, end() {} }) };
