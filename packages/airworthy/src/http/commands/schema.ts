import { z } from 'zod';

/** The name of a variable of the person's environment that a command needs: what an import signs in with, the key of a model. */
const VariableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, 'a variable is letters, digits and "_"');

/** A command line of another process on this machine, and what it must know of the place it was given in. */
export const CommandRequest = z.strictObject({
  /** Under which it can be stopped. */
  id: z.string().regex(/^[0-9a-f]{32}$/, 'an id is 32 lower-case hex characters'),
  argv: z.array(z.string()).min(1).max(1_000),
  /** What relative paths are relative to. */
  cwd: z.string().min(1),
  dataFolder: z.string().min(1),
  /** Digest of the config as that process reads it. */
  config: z.string(),
  /** Digest of the database's URL; null for the one in the data folder. */
  database: z.string().nullable(),
  environment: z.record(VariableName, z.string()).default({}),
  interactive: z.boolean(),
  colour: z.boolean(),
});
export type CommandRequest = z.infer<typeof CommandRequest>;

/** A piece of work that is shown as a bar or a line: begun, under way, ended. */
export type ProgressEvent =
  | { task: number; start: string; total?: number; unit?: string }
  | { task: number; done: number; note?: string }
  | { task: number; end: true };

/** One line of the answer; `exit` is the last. */
export type CommandEvent = { out: string } | { err: string } | { progress: ProgressEvent } | { exit: number };

/** Runs the command lines of other processes, which must not write to the data folder that this one has. */
export interface CommandRunner {
  /** What they show to be let in: the secret in the folder's lock file. */
  token: string;
  /** Tells what the command writes as it writes it; resolves with its exit code, whatever happens to it. */
  run(request: CommandRequest, tell: (event: CommandEvent) => void, signal: AbortSignal): Promise<number>;
}
