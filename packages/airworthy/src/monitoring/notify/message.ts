import { z } from 'zod';
import { moment } from '../../kernel/figures.ts';
import { Alert } from '../schema.ts';

/** What a channel is told: the alert as it was then, and why. Stored as JSON in `notification`. */
export const Message = z.strictObject({
  type: z.enum(['alert.opened', 'alert.reopened', 'alert.worsened', 'alert.resolved']),
  /** Milliseconds since the epoch. */
  at: z.number(),
  project: z.string(),
  alert: Alert,
});
export type Message = z.infer<typeof Message>;

const HEADS: Record<Message['type'], string> = {
  'alert.opened': '',
  'alert.reopened': 'again: ',
  'alert.worsened': 'worse: ',
  'alert.resolved': 'resolved: ',
};

/** One line: `PAGE flight-delays v3: distance is missing in 100 % of the rows …`. */
export function headline({ type, alert }: Message): string {
  const { tier, endpoint, version, title } = alert;
  return `${tier.toUpperCase()} ${endpoint} v${version}: ${HEADS[type]}${title}`;
}

/** The line, and below it what a person needs next. */
export function describeMessage(message: Message): string {
  const { alert, project } = message;
  const { resolution } = alert.evidence.details;
  return [
    headline(message),
    ...(message.type === 'alert.resolved' && resolution ? [`resolved because: ${resolution}`] : []),
    `project ${project}, model ${alert.model} version ${alert.version}, arm ${alert.arm}, ${moment(message.at)}`,
    `airworthy alerts show ${alert.id}`,
  ].join('\n');
}
