/** What a row of a file or table gives, and where it stands. */
export interface SourceRow {
  raw: unknown;
  place: string;
}
