/** What one part of the assistant is made with, and what that means. */
export interface Probe {
  part: 'planner' | 'hearing' | 'speaking' | 'wake word' | 'server' | 'decoder';
  /** What was chosen; null where there is nothing. */
  chosen: string | null;
  /** What it means for the person. */
  meaning: string;
  /** What to do to have it, where it is missing. */
  remedy?: string;
}
