import type { Assistant } from '../assistant.ts';
import type { AssistantDescription } from './server-message.ts';

/** What a page has to know to offer what works here, and to say what does not. */
export function describeAssistant({
  household,
  parts,
  wakeWord,
  probes,
  config,
}: Assistant): AssistantDescription {
  return {
    profiles: household.profiles.list().map(({ id, name }) => ({ id, name: name ?? id })),
    hears: parts.ears !== null,
    speaks: parts.speaker !== null,
    wakePhrase: wakeWord?.phrase ?? null,
    missing: probes
      .filter(({ chosen, part }) => chosen === null && part !== 'server')
      .map(({ meaning }) => meaning),
    traces: config.server === undefined ? null : `${config.server.url.replace(/\/$/, '')}/tracking/traces`,
  };
}
