import { z } from 'zod';
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  testWebhook,
  updateWebhook,
  WEBHOOK_EVENTS,
  type Webhook,
  type WebhookEvent,
} from '../../registry/index.ts';
import type { DoorDependencies } from '../door.ts';
import { maxResults } from './limits.ts';
import { readOffset, writeOffset } from './page-token.ts';
import { invalidParameter, type MlflowRpc, rpc } from './rpc.ts';
import { enumOf, id, list, message, requiredText, text } from './wire.ts';

const Entity = enumOf({
  ENTITY_UNSPECIFIED: 0,
  REGISTERED_MODEL: 1,
  MODEL_VERSION: 2,
  MODEL_VERSION_TAG: 3,
  MODEL_VERSION_ALIAS: 4,
  PROMPT: 5,
  PROMPT_VERSION: 6,
  PROMPT_TAG: 7,
  PROMPT_VERSION_TAG: 8,
  PROMPT_ALIAS: 9,
});
const Action = enumOf({ ACTION_UNSPECIFIED: 0, CREATED: 1, UPDATED: 2, DELETED: 3, SET: 4 });
const Event = message({ entity: Entity, action: Action });
const Status = enumOf({ ACTIVE: 1, DISABLED: 2 });

const create = rpc({
  method: 'POST',
  version: '2.0',
  path: 'webhooks',
  request: z.object({
    name: requiredText,
    description: text.default(''),
    url: requiredText,
    events: list(Event),
    secret: text.default(''),
    status: Status.default('ACTIVE'),
  }),
  async run({ context, project }, { events, secret, ...sent }) {
    const webhook = await createWebhook(context, configOf({ project }), {
      ...sent,
      events: events.map(toEvent),
      secret: secret || null,
    });
    return { webhook: webhookMessage(webhook) };
  },
});

const listAll = rpc({
  method: 'GET',
  version: '2.0',
  path: 'webhooks',
  request: z.object({ max_results: maxResults(1_000, 100), page_token: text.optional() }),
  async run({ context }, { max_results, page_token }) {
    const offset = readOffset(page_token);
    const { webhooks, next } = await listWebhooks(context, { limit: max_results, offset });
    return { webhooks: webhooks.map(webhookMessage), next_page_token: writeOffset(next) };
  },
});

const get = rpc({
  method: 'GET',
  version: '2.0',
  path: 'webhooks/:webhook_id',
  request: z.object({ webhook_id: id }),
  run: async ({ context }, { webhook_id }) => ({
    webhook: webhookMessage(await getWebhook(context, webhook_id)),
  }),
});

const update = rpc({
  method: 'PATCH',
  version: '2.0',
  path: 'webhooks/:webhook_id',
  request: z.object({
    webhook_id: id,
    name: text.optional(),
    description: text.optional(),
    url: text.optional(),
    events: list(Event),
    secret: text.optional(),
    status: Status.optional(),
  }),
  async run({ context, project }, { webhook_id, events, status, ...texts }) {
    // An empty text is an unset one.
    const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value));
    const webhook = await updateWebhook(context, configOf({ project }), webhook_id, {
      ...given,
      ...(events.length === 0 ? {} : { events: events.map(toEvent) }),
      ...(status === undefined ? {} : { status }),
    });
    return { webhook: webhookMessage(webhook) };
  },
});

const remove = rpc({
  method: 'DELETE',
  version: '2.0',
  path: 'webhooks/:webhook_id',
  request: z.object({ webhook_id: id }),
  async run({ context }, { webhook_id }) {
    await deleteWebhook(context, webhook_id);
    return {};
  },
});

const tryOut = rpc({
  method: 'POST',
  version: '2.0',
  path: 'webhooks/:webhook_id/test',
  request: z.object({ webhook_id: id, event: Event.optional() }),
  async run({ context, project }, { webhook_id, event }) {
    const result = await testWebhook(context, configOf({ project }), webhook_id, event && toEvent(event));
    return {
      result: {
        success: result.success,
        response_status: result.status,
        response_body: result.answer,
        error_message: result.problem,
      },
    };
  },
});

function configOf({ project }: Pick<DoorDependencies, 'project'>) {
  return project.config.registry.webhooks;
}

function toEvent({ entity, action }: z.output<typeof Event>): WebhookEvent {
  const name = `${entity}.${action}`.toLowerCase();
  const event = WEBHOOK_EVENTS.find((known) => known === name);
  if (event) return event;
  throw invalidParameter('events', { entity, action }, 'there is no such event');
}

function webhookMessage({ id: webhook_id, events, createdAt, updatedAt, ...webhook }: Webhook): object {
  return {
    webhook_id,
    ...webhook,
    description: webhook.description || undefined,
    events: events.map((event) => {
      const [entity, action] = event.toUpperCase().split('.');
      return { entity, action };
    }),
    creation_timestamp: createdAt,
    last_updated_timestamp: updatedAt,
  };
}

/** Webhooks: who is told of changes in the registry. */
export const WEBHOOK_RPCS: readonly MlflowRpc[] = [create, listAll, get, update, remove, tryOut];
