import { z } from 'zod';
import type { Operation } from './operation.ts';

const ErrorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('Stable: match on it. docs/errors.md lists all.'),
    message: z.string(),
    remedy: z.string().describe('What to do next.'),
    at: z.string().optional().describe('Where in the input.'),
    facts: z.record(z.string(), z.unknown()).optional(),
    docs: z.string(),
  }),
});

/** The OpenAPI 3.1 description of `/api/v1`, from the schemas the server itself checks with. */
export function describeApi(operations: readonly Operation[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const path = `/api/v1${operation.path.replaceAll(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation) };
  }
  return { openapi: '3.1.0', info: { title: 'Airworthy', version }, paths };
}

function describeOperation(operation: Operation): Record<string, unknown> {
  const { id, summary, params, query, body, answer } = operation;
  const parameters = [...describeParameters(params, 'path'), ...describeParameters(query, 'query')];
  const content = (schema: Record<string, unknown>) => ({ 'application/json': { schema } });
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body ? { requestBody: { required: true, content: content(jsonSchema(body, 'input')) } } : {}),
    responses: {
      200: { description: 'Done.', content: content(jsonSchema(answer, 'output')) },
      default: { description: 'Refused or failed.', content: content(jsonSchema(ErrorAnswer, 'output')) },
    },
  };
}

function describeParameters(schema: z.ZodObject | undefined, where: 'path' | 'query') {
  const described = schema && jsonSchema(schema, 'input');
  const { properties = {}, required = [] } = (described ?? {}) as {
    properties?: Record<string, Record<string, unknown>>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: where,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
