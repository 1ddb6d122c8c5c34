/** What a chapter shows, for a terminal, a Markdown file and a page alike. */
export type Block =
  | { kind: 'text'; text: string }
  /** As a terminal shows it, column by column. */
  | { kind: 'lines'; lines: readonly string[] }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }
  /** SVG that follows the page's theme; `text` says the same to those who do not see it. */
  | { kind: 'picture'; svg: string; text: string };

/** Something that the story promises to show. */
export interface Claim {
  claim: string;
  holds: boolean;
  because: string;
}

export interface Told {
  title: string;
  blocks: readonly Block[];
  claims: readonly Claim[];
  /** Why it could not be told here, with what to do; never silently left out. */
  skipped?: string;
}

export interface StorySetting {
  /** Records of runs, evaluations and traces; `airworthy up --data` shows them. */
  dataFolder: string;
  /** A Python with PyTorch: models are made anew. */
  python?: string | undefined;
  onProgress(line: string): void;
  signal?: AbortSignal | undefined;
}

/** A chapter tells what it found by running it. */
export type Chapter = (setting: StorySetting) => Promise<Told>;

export function skippedChapter(title: string, reason: string): Told {
  return { title, blocks: [], claims: [], skipped: reason };
}
