/** The tables of erasing persons; part of `Schema`. */

export interface ErasureTables {
  revision_floor: RevisionFloorTable;
  erasure: ErasureTable;
  erasure_item: ErasureItemTable;
  erasure_count: ErasureCountTable;
  erased_training: ErasedTrainingTable;
}

/** Outcomes of an endpoint were deleted that had revisions up to this one: the next one is above. */
export interface RevisionFloorTable {
  project: string;
  endpoint: string;
  revision: number;
}

export interface ErasureTable {
  project: string;
  id: string;
  /** Pseudonym, while it is under way; gone afterwards. */
  subject: string | null;
  /** Of this erasure and the pseudonym: who knows both, and has the key, can tell whose erasure it was. */
  commitment: string;
  actor: string;
  reason: string;
  state: 'collecting' | 'erasing' | 'compacting' | 'done';
  started_at: number;
  ended_at: number | null;
  /** The signed receipt, a DSSE envelope in JSON. */
  receipt: string | null;
}

/** What an erasure has to do with, while it is under way. */
export interface ErasureItemTable {
  project: string;
  erasure: string;
  /** `trace` and `prediction`; `version` (digest), `blob` (digest) … */
  kind: string;
  id: string;
}

/** How much was erased so far, counted in the write that erases it. */
export interface ErasureCountTable {
  project: string;
  erasure: string;
  kind: string;
  count: number;
}

/** A bundle whose run read rows that were erased since. */
export interface ErasedTrainingTable {
  project: string;
  bundle: string;
  erasure: string;
  dataset_version: string;
  at: number;
}
