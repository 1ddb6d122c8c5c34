/** A fault to rehearse, in force for requests from a moment to another. Times in ms since the epoch. */
export type Fault = FaultKind & {
  from: number;
  /** The end is not in it; Infinity: for good. */
  to: number;
  /** As it was asked for. */
  text: string;
};

export type FaultKind =
  | { kind: 'unit-change'; column: string; factor: number }
  | { kind: 'missing'; column: string }
  | { kind: 'category'; column: string; old: string; new: string }
  /** In standard deviations of the column. */
  | { kind: 'shift'; column: string; deviations: number }
  | { kind: 'label-flip'; share: number }
  | { kind: 'latency'; milliseconds: number };

/** How each fault is written. */
export const FAULT_FORMS: Readonly<Record<FaultKind['kind'], string>> = {
  'unit-change': 'unit-change:COLUMN:FACTOR',
  missing: 'missing:COLUMN',
  category: 'category:COLUMN:OLD:NEW',
  shift: 'shift:COLUMN:SD',
  'label-flip': 'label-flip[:SHARE]',
  latency: 'latency:MS',
};
