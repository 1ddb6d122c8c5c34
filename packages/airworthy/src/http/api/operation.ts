import type { z } from 'zod';
import type { DoorDependencies } from '../door.ts';

/** One address of `/api/v1`: what it takes and gives, and the verb it calls. The OpenAPI page is made from these. */
export interface Operation {
  method: 'GET' | 'POST';
  /** With `:name` for parameters. */
  path: string;
  id: string;
  summary: string;
  params?: z.ZodObject;
  /** Of texts; a parameter given twice is a list. */
  query?: z.ZodObject;
  body?: z.ZodType;
  answer: z.ZodType;
  run(dependencies: DoorDependencies, input: OperationInput): Promise<unknown>;
}

/** What was sent, checked by the operation's own schemas. */
interface OperationInput {
  params: unknown;
  query: unknown;
  body: unknown;
}

interface Described<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Omit<Operation, 'params' | 'query' | 'body' | 'answer' | 'run'> {
  params?: Params;
  query?: Query;
  body?: Body;
  answer: Answer;
  run(
    dependencies: DoorDependencies,
    input: { params: z.output<Params>; query: z.output<Query>; body: z.output<Body> },
  ): Promise<z.output<Answer>>;
}

/**
 * An operation whose `run` is held to its schemas: it gets what they let through, and gives what they promise.
 *
 * @example
 * operation({ method: 'GET', path: '/runs/:run', id: 'getRun', summary: 'A run.', params, answer: RunAnswer,
 *   run: ({ context }, { params }) => getRun(context, params.run) });
 */
export function operation<
  Answer extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
>(described: Described<Params, Query, Body, Answer>): Operation {
  return described as unknown as Operation;
}
