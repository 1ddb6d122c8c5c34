import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { App } from '../../app.ts';
import type { CaptureConfig, CaptureEnd } from '../../tracking/index.ts';
import type { Call } from '../command.ts';
import type { CommandEnvironment } from './command-environment.ts';
import type { Front, FrontListener } from './front.ts';
import type { JournalWriter } from './journal-writer.ts';
import type { LogRecorder } from './log-recorder.ts';
import type { PassedStream } from './pass-through.ts';
import type { GitFacts } from './read-git.ts';
import type { Masker } from './secrets.ts';

export interface RecordOptions {
  argv: readonly string[];
  /** The working folder. */
  folder: string;
  dataFolder: string;
  environment: Readonly<Record<string, string | undefined>>;
  name: string | undefined;
  experiment: string | undefined;
  tags: Record<string, string>;
  inputs: string[];
  outputs: string[];
  seed: number | undefined;
  threads: number | undefined;
  printedMetrics: boolean;
  hooks: boolean;
  /** Do calls to language models go through the gateway? */
  gateway: boolean;
  /** Where the command's standard output goes. */
  out: NodeJS.WriteStream;
  err: NodeJS.WriteStream;
}

export type Command = ChildProcessByStdio<null, Readable, Readable>;

/** A command that runs, and what stands around it before anything heavy is loaded. */
export interface StartedCommand {
  options: RecordOptions;
  run: string;
  child: Command;
  exit: Promise<CommandExit>;
  journal: JournalWriter;
  front: Front;
  masker: Masker;
  git: Promise<GitFacts | null>;
  /** Had git answered before the command began? */
  gitFirst: boolean;
  environment: CommandEnvironment;
  /** Milliseconds since the epoch, UTC. */
  startedAt: number;
  log: LogRecorder;
  stdout: PassedStream;
  stderr: PassedStream;
  /** Where it was recorded first: by name. */
  experiment: string;
  listenToFront(listener: FrontListener): void;
}

export interface CommandExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  endedAt: number;
  cpuMs: number | null;
}

export interface RecordingMeans {
  /** What the project says of captures. */
  config(): Promise<CaptureConfig>;
  openApp(): Promise<App>;
  /** For the server that this process starts where no other has the data folder. */
  serve: Pick<Call, 'terminal' | 'main'>;
}

export interface RecordingResult {
  run: string;
  exit: CommandExit;
  end: CaptureEnd;
  /** Why the capture still lies beside the store, for the next who opens the data folder; undefined where it is in it. */
  trouble: string | undefined;
}
