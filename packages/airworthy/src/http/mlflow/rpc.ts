import { z } from 'zod';
import { isRecord } from '../../kernel/is-record.ts';
import type { DoorDependencies } from '../door.ts';
import { MlflowError } from './mlflow-error.ts';
import { pickFields, type WireName, wireNames } from './wire.ts';

/** One address of MLflow's API: what it takes, and the verb it calls. */
export interface MlflowRpc {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  version: '2.0' | '3.0';
  /** After `/api/2.0/mlflow/`, with `:name` for parameters, which are fields of the request. */
  path: string;
  /** Where it is too, after the prefix: MLflow has an address that lacks a slash. */
  alsoAt?: string;
  /** The fields of body or query, checked. Throws MlflowError. */
  read(fields: Record<string, unknown>, from: 'query' | 'body'): unknown;
  /** The answer in MLflow's names; unset fields, nulls and empty lists are left out of it on the wire. */
  run(dependencies: DoorDependencies, input: unknown): Promise<object>;
}

export interface DescribedRpc<Request extends z.ZodObject>
  extends Pick<MlflowRpc, 'method' | 'version' | 'path' | 'alsoAt'> {
  /** Of pieces of `wire.ts`, by MLflow's snake_case names; unknown fields are ignored. */
  request: Request;
  run(dependencies: DoorDependencies, input: z.output<Request>): Promise<object>;
}

/**
 * An address whose `run` gets what its `request` lets through.
 *
 * @example
 * rpc({ method: 'GET', version: '2.0', path: 'experiments/get', request: z.object({ experiment_id: id }),
 *   run: async ({ context }, { experiment_id }) => ({ experiment: await … }) });
 */
export function rpc<Request extends z.ZodObject>({
  request,
  run,
  ...address
}: DescribedRpc<Request>): MlflowRpc {
  const names = wireNames(request);
  return {
    ...address,
    read(fields, from) {
      const picked = pickFields(fields, names);
      if (from === 'query') settleRepeats(picked, names);
      const parsed = request.safeParse(picked);
      if (parsed.success) return parsed.data;
      throw refuseParameter(parsed.error.issues[0], picked);
    },
    run: run as MlflowRpc['run'],
  };
}

/** One whose fields are read by hand, because it is asked so often that a schema would be felt. */
export function handReadRpc<Input>(described: {
  version: MlflowRpc['version'];
  path: string;
  read(fields: Record<string, unknown>): Input;
  run(dependencies: DoorDependencies, input: Input): Promise<object>;
}): MlflowRpc {
  return { ...described, method: 'POST', run: described.run as MlflowRpc['run'] };
}

/** One that is asked by GET and by POST. */
export function rpcByGetAndPost<Request extends z.ZodObject>(
  described: Omit<DescribedRpc<Request>, 'method'>,
): readonly MlflowRpc[] {
  return [rpc({ ...described, method: 'GET' }), rpc({ ...described, method: 'POST' })];
}

/** In a query a key may stand several times: that is a list where the field is one, and else the first counts. */
function settleRepeats(fields: Record<string, unknown>, names: readonly WireName[]): void {
  for (const { snake, isList } of names) {
    const value = fields[snake];
    if (isList && value !== undefined && !Array.isArray(value)) fields[snake] = [value];
    if (!isList && Array.isArray(value)) fields[snake] = value[0];
  }
}

/** How MLflow says that a field is missing or cannot be. */
export function refuseParameter(
  { path, message }: Pick<z.core.$ZodIssue, 'path' | 'message'>,
  fields: unknown,
): MlflowError {
  const value = path.reduce<unknown>(
    (inside, key) => (isRecord(inside) || Array.isArray(inside) ? Reflect.get(inside, key) : undefined),
    fields,
  );
  const name = z.core.toDotPath(path);
  return value === undefined || value === ''
    ? missingParameter(name)
    : invalidParameter(name, value, message);
}

export function missingParameter(name: string): MlflowError {
  return new MlflowError('INVALID_PARAMETER_VALUE', `Missing value for required parameter '${name}'. ${SEE}`);
}

export function invalidParameter(name: string, value: unknown, message: string): MlflowError {
  return new MlflowError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${shorten(JSON.stringify(value))} for parameter '${name}' supplied: ${message}. ${SEE}`,
  );
}

const SEE = 'See the API docs for more information about request parameters.';
const SHOWN = 200;

function shorten(value: string | undefined): string {
  const shown = value ?? 'undefined';
  return shown.length > SHOWN ? `${shown.slice(0, SHOWN)}…` : shown;
}
