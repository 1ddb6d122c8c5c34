import type { StreamedRow } from '../../data/index.ts';
import type { VirtualClock } from '../../kernel/clock.ts';
import type { Task } from '../../models/table.ts';
import type { Prediction } from '../../models/to-prediction.ts';
import type { Project } from '../../project/load-project.ts';
import type { Endpoints } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import type { DecisionMeans } from './decide.ts';
import type { LabelHeap } from './label-heap.ts';
import type { ReplayRequest } from './requests.ts';
import type { ReplayPlan, ReplayProgress } from './schema.ts';

export interface ReplayMeans extends DecisionMeans {
  /** Of a rehearsal folder; its clock is the virtual one. */
  context: Context;
  project: Project;
  clock: VirtualClock;
  endpoints: Endpoints;
  /** Does what is due in monitoring at the virtual time. */
  watch(): Promise<unknown>;
  /** The same without minding that nothing comes in any more. */
  closeWindows(): Promise<unknown>;
}

export interface ReplayOptions {
  /** Virtual milliseconds a millisecond; as fast as it goes where absent. */
  speed?: number | undefined;
  /** Told when everything that is asked for has been found, before the first request. */
  onBegin?: () => void;
  /** Told of each prediction that this process was given. */
  onPrediction?: (row: StreamedRow, prediction: Prediction, version: number) => void;
}

/** A replay under way: what is asked for, and how far it is. */
export interface Course {
  means: ReplayMeans;
  plan: ReplayPlan;
  /** Names the replay in the journal. */
  key: string;
  task: Task;
  toRequest: (row: StreamedRow) => ReplayRequest;
  progress: ReplayProgress;
  /** Labels on their way. */
  pending: LabelHeap;
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
