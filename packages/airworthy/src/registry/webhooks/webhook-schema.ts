import { z } from 'zod';
import { StoredText } from '../../kernel/stored-text.ts';

/** What can be told, by the thing and what became of it: MLflow's events. */
export const WEBHOOK_EVENTS = [
  'registered_model.created',
  'model_version.created',
  'model_version_tag.set',
  'model_version_tag.deleted',
  'model_version_alias.created',
  'model_version_alias.deleted',
  'prompt.created',
  'prompt_version.created',
  'prompt_tag.set',
  'prompt_tag.deleted',
  'prompt_version_tag.set',
  'prompt_version_tag.deleted',
  'prompt_alias.created',
  'prompt_alias.deleted',
] as const;
export const WebhookEvent = z.enum(WEBHOOK_EVENTS);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

export const WebhookStatus = z.enum(['ACTIVE', 'DISABLED']);
export type WebhookStatus = z.infer<typeof WebhookStatus>;

const NAME = /^[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?$/i;

export const WebhookInput = z.strictObject({
  name: z
    .string()
    .regex(
      NAME,
      'must start and end with a letter or digit, be at most 63 long, and contain only letters, digits, dots (.), underscores (_) and hyphens (-)',
    ),
  description: StoredText.max(1_000).default(''),
  url: z.string().max(500),
  events: z.array(WebhookEvent).min(1),
  /** What its messages are signed with; never shown again. */
  secret: StoredText.max(1_000).nullable().default(null),
  status: WebhookStatus.default('ACTIVE'),
});
export type WebhookInput = z.input<typeof WebhookInput>;

export interface Webhook {
  id: string;
  name: string;
  description: string;
  url: string;
  events: WebhookEvent[];
  status: WebhookStatus;
  createdAt: number;
  updatedAt: number;
}

/** The `registry.webhooks` key of a project. */
export const WebhooksConfig = z.strictObject({
  allowHosts: z
    .array(z.string().min(1).max(253))
    .default([])
    .describe(
      'Hosts that webhooks may reach although they are on a private network, or by http: names as they stand in the address, such as "hooks.internal".',
    ),
});
export type WebhooksConfig = z.infer<typeof WebhooksConfig>;
