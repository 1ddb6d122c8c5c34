import type { CheckedSuite, TaskDefinition } from './schema.ts';

/** A suite that was read and checked. */
export interface Suite extends Omit<CheckedSuite, 'task' | 'tasks'> {
  /** Absolute path of the file it is from. */
  file: string;
  /** What its relative paths are relative to. */
  folder: string;
  /** At least one. */
  tasks: Readonly<Record<string, TaskDefinition>>;
  /** Of the bytes of its file: what functions in it do is known by nothing else. */
  fileDigest: string;
}
