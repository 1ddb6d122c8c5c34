import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import { bareAddress } from '../model-calls/call-key.ts';
import { addressOf } from '../model-calls/request-target.ts';
import { asOutput } from './as-output.ts';
import { scopeOf } from './model-task.ts';
import type { EndpointTaskInput } from './schema.ts';
import type { Task } from './task.ts';
import { compileValue } from './template.ts';

/** A server that takes JSON: the input, or a body made from it, is posted; the answer, or a part of it, is the output. */
export function endpointTask(input: EndpointTaskInput, { name }: { name: string }): Task {
  const { endpoint, body, output, keyVariable, headers } = input;
  addressOf(endpoint, '');
  const bodyOf = body === undefined ? undefined : compileValue(body, 'body');
  const content = { endpoint: bareAddress(endpoint), body, output };
  return {
    name,
    digest: contentKey({ kind: 'endpoint', ...content }),
    spec: { kind: 'endpoint', ...content },
    async run(each, { models }) {
      const response = await models.call({
        endpoint,
        path: '',
        model: '',
        body: bodyOf === undefined ? each.input : bodyOf(scopeOf(each)),
        // What answers behind an address may change at any time.
        reuse: 'recorded',
        ...(keyVariable === undefined ? {} : { keyVariable }),
        ...(headers === undefined ? {} : { headers }),
      });
      const answer =
        output === undefined ? asOutput(response.body) : { value: partOf(response.body, output, endpoint) };
      return { ...answer, usage: answer.usage ?? response.usage, latencyMs: response.durationMs };
    },
  };
}

function partOf(body: unknown, path: string, endpoint: string): unknown {
  let value = body;
  for (const name of path.replaceAll(/\[(\d+)\]/g, '.$1').split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      throw new AirworthyError('MODEL_ANSWER_INVALID', {
        message: `${bareAddress(endpoint)}: the answer has no ${path}: ${JSON.stringify(body).slice(0, 200)}`,
      });
    }
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
