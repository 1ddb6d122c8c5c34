import { plural } from '../../kernel/figures.ts';
import { describeMessage, headline, type Message } from './message.ts';

/** One delivery: a page or ticket, or all digests of the morning together. */
export interface Letter {
  /** The same each time it is sent. */
  id: string;
  subject: string;
  text: string;
  /** Our own JSON: `type`, `timestamp` and `data`, as Standard Webhooks recommends. */
  body: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** Slack and readers take no more. */
const LINES = 50;

export function writeLetter(id: string, message: Message): Letter {
  const { type, at, project, alert } = message;
  return {
    id,
    subject: headline(message),
    text: describeMessage(message),
    body: { type, timestamp: new Date(at).toISOString(), data: { project, alert } },
  };
}

/** Digests as one letter: of each alert what was said last, a line a model version, the largest effect first. */
export function writeDigest(id: string, messages: readonly Message[]): Letter {
  const latest = [...new Map(messages.map((message) => [message.alert.id, message])).values()].sort(
    (a, b) => b.alert.evidence.effect - a.alert.evidence.effect || a.alert.version - b.alert.version,
  );
  const models = Map.groupBy(latest, ({ alert }) => `${alert.endpoint} v${alert.version} (${alert.model})`);
  const lines = [...models].map(
    ([model, ofModel]) =>
      `${model}: ${ofModel.map(({ alert, type }) => lineOf(alert.title, type)).join('; ')}`,
  );
  const more = lines.length > LINES ? [`and ${plural(lines.length - LINES, 'model version')} more`] : [];
  const { project } = latest[0];
  const subject = `DIGEST ${project}: ${plural(models.size, 'model version')} with drifted inputs`;
  const at = Math.max(...latest.map((message) => message.at));
  return {
    id,
    subject,
    text: [subject, ...lines.slice(0, LINES), ...more].join('\n'),
    body: {
      type: 'alerts.digest',
      timestamp: new Date(at).toISOString(),
      data: {
        project,
        lines: [...lines.slice(0, LINES), ...more],
        alerts: latest.slice(0, LINES).map(({ alert }) => alert),
      },
    },
  };
}

function lineOf(title: string, type: Message['type']): string {
  return type === 'alert.resolved' ? `resolved: ${title}` : title;
}
