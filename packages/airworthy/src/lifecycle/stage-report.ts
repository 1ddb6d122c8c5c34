/** The stages a ship goes through, in order. */
export const SHIP_STAGES = ['data', 'training', 'evaluation', 'registry', 'serving'] as const;
export type ShipStage = (typeof SHIP_STAGES)[number];

/** What came of one stage. */
export interface StageReport {
  stage: ShipStage;
  /** True where nothing had to be done. */
  unchanged: boolean;
  /** The fact that matters, as a sentence for a person. */
  sentence: string;
  /** The same and more, for a program. */
  facts: Record<string, unknown>;
}

export type Outcome = 'pass' | 'fail' | 'undecided';
