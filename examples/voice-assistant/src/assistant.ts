import { resolve } from 'node:path';
import { createClient } from '@airworthy/client';
import {
  type AssistantConfig,
  type Environment,
  householdFolder,
  readAssistantConfig,
} from './assistant/assistant-config.ts';
import { choosePlanner } from './assistant/choose-planner.ts';
import { chooseEars, chooseSpeaker } from './assistant/choose-speech.ts';
import { chooseWakeWord, type WakeWordChoice } from './assistant/choose-wake-word.ts';
import { type ForgettingFollower, followForgetting } from './assistant/follow-forgetting.ts';
import type { Probe } from './assistant/probe.ts';
import type { Household } from './household/household.ts';
import { openHousehold } from './household/open-household.ts';
import { versionOf } from './planners/version-of.ts';
import { openSources } from './skills/open-sources.ts';
import { SKILLS } from './skills/registry.ts';
import { openTracing, type Tracing } from './tracing/open-tracing.ts';
import type { FeedbackParts } from './turn/give-feedback.ts';
import { openHouse } from './turn/open-house.ts';
import { openSession, type Session, type SessionOptions } from './turn/open-session.ts';
import type { TurnParts } from './turn/turn.ts';
import { validateCalls } from './turn/validate-calls.ts';

export interface AssistantOptions {
  /** Where `assistant.json` and the household's folder are; the current one where absent. */
  folder?: string;
  env?: Environment;
  /** In place of assistant.json and the environment. */
  config?: AssistantConfig;
  /** Typed sentences only: nothing that hears or speaks is started. */
  textOnly?: boolean;
  /** Told of what goes wrong beside the turns. */
  onTrouble?(message: string): void;
}

/** Who speaks, and to what. */
export type Conversation = Pick<SessionOptions, 'device' | 'openSound' | 'onTrouble'> & {
  /** Pseudonym or name; whoever usually speaks where absent. */
  profile?: string;
};

/** A household's assistant, made of what is configured and installed. */
export interface Assistant {
  readonly config: AssistantConfig;
  readonly household: Household;
  readonly parts: TurnParts;
  readonly wakeWord: WakeWordChoice | null;
  /** What it is made of, and what is missing. */
  readonly probes: readonly Probe[];
  readonly tracing: Tracing;
  /** Throws where there is no such speaker. */
  openSession(conversation: Conversation): Session;
  /** Tells of what is said without being asked for: timers that are over. Returns what ends it. */
  onNotice(listener: (text: string) => void): () => void;
  close(): Promise<void>;
}

/**
 * Opens the assistant of a folder.
 *
 * @example
 * await using assistant = await openAssistant({ config: { planner: 'templates' }, textOnly: true });
 * const { reply } = await assistant.openSession({ device: 'script' }).say('set a timer for ten minutes');
 */
export async function openAssistant(options: AssistantOptions = {}): Promise<Assistant & AsyncDisposable> {
  const { folder = '.', env = process.env, textOnly = false, onTrouble } = options;
  const config = resolvePaths(options.config ?? readAssistantConfig(folder, env), folder);
  // What is open when a later part cannot be is closed again: a process that hears would keep this one alive.
  await using opened = new AsyncDisposableStack();
  const household = openHousehold(householdFolder(config));
  opened.defer(() => household.close());
  household.sweep();
  const { planner, probe: plannerProbe } = await choosePlanner(config, env);
  opened.defer(() => planner.close());
  // An endpoint logs what it is asked: who has not agreed to that is understood in this house.
  const discreet = config.planner === 'endpoint' ? (await choosePlanner({}, env)).planner : undefined;
  const heard = textOnly ? null : await chooseEars(config, env);
  opened.defer(() => heard?.ears?.transcriber.close());
  const spoken = textOnly ? null : await chooseSpeaker(config, env);
  const woken = heard?.ears ? await chooseWakeWord(heard.probe) : null;
  const tracing = openTracing({
    serverUrl: config.server?.url ?? null,
    token: env.AIRWORTHY_TOKEN,
    ...(onTrouble ? { onTrouble } : {}),
  });
  const sources = openSources(config.sources);
  const timeZone = config.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const parts: TurnParts = {
    planner,
    ears: heard?.ears ?? null,
    speaker: spoken?.speaker ?? null,
    validate: validateCalls,
    house: openHouse({ household, sources, timeZone }),
    tracer: tracing.tracer,
    versions: {
      skills: versionOf(SKILLS),
      ...(heard?.ears ? { hearing: heard.ears.transcriber.name } : {}),
      ...(spoken?.speaker ? { speaking: spoken.speaker.name } : {}),
    },
  };
  const feedback = feedbackParts(config, env, tracing);
  const forgetting = followForgetting({
    url: config.server?.url ?? null,
    token: env.AIRWORTHY_TOKEN,
    ...{ tracing, onTrouble },
  });
  const notices = watchTimers(household);
  const probes = [plannerProbe, heard?.probe, spoken?.probe, woken?.probe, serverProbe(config)];

  async function close(): Promise<void> {
    notices.close();
    await forgetting.finished();
    await Promise.allSettled([
      planner.close(),
      discreet?.close(),
      parts.ears?.transcriber.close(),
      parts.speaker?.close(),
    ]);
    // What could not be sent was told of when it was tried.
    await tracing.close().catch(() => {});
    household.close();
  }

  opened.move();
  return {
    ...{ config, household, parts, tracing, close },
    wakeWord: woken?.wakeWord ?? null,
    probes: probes.filter((probe) => probe !== undefined),
    openSession: (conversation) =>
      openSession(parts, feedback, {
        ...sessionOptions(household, forgetting, conversation),
        ...(discreet ? { discreetPlanner: discreet } : {}),
      }),
    onNotice: notices.listen,
    [Symbol.asyncDispose]: close,
  };
}

function sessionOptions(
  household: Household,
  forgetting: ForgettingFollower,
  { profile, ...conversation }: Conversation,
): SessionOptions {
  const speaker = profile === undefined ? household.profiles.usual() : household.profiles.find(profile);
  if (speaker === null) throw new NoSpeakerError(profile ?? '', namesOf(household));
  const { id } = speaker;
  return {
    ...conversation,
    profile: id,
    consents: () => ({
      keepsTranscript: household.consents.allows(id, 'keep-transcript'),
      trains: household.consents.allows(id, 'train'),
    }),
    onResult(result) {
      const { traceId, text } = result;
      if (!forgetting.follow(id, result)) household.transcripts.keep({ profile: id, traceId, text });
    },
  };
}

/** Somebody is named who is not of the house. */
export class NoSpeakerError extends Error {
  constructor(profile: string, those: readonly string[]) {
    super(`there is no speaker "${profile}"; those of the house: ${those.join(', ') || 'none yet'}`);
    this.name = 'NoSpeakerError';
  }
}

function namesOf(household: Household): string[] {
  return household.profiles.list().map(({ id, name }) => (name === null ? id : `${name} (${id})`));
}

/** One watch, however many listen. */
function watchTimers(household: Household) {
  const listeners = new Set<(text: string) => void>();
  let stop: (() => void) | null = null;
  return {
    listen(listener: (text: string) => void): () => void {
      listeners.add(listener);
      stop ??= household.timers.watch(({ name }) => {
        const text = name === null ? 'your timer is over' : `your ${name} timer is over`;
        for (const tell of listeners) tell(text);
      });
      return () => void listeners.delete(listener);
    },
    close: () => stop?.(),
  };
}

function feedbackParts(
  { planner, server }: AssistantConfig,
  env: Environment,
  tracing: Tracing,
): FeedbackParts {
  const { tracer, ring } = tracing;
  if (planner !== 'endpoint' || server === undefined) return { tracer, ring, endpoint: null };
  const client = createClient({ baseUrl: server.url, token: env.AIRWORTHY_TOKEN });
  return { tracer, ring, endpoint: { client, name: server.endpoint ?? 'assistant' } };
}

function serverProbe({ server }: AssistantConfig): Probe {
  if (server !== undefined)
    return { part: 'server', chosen: server.url, meaning: 'Traces and feedback are kept there.' };
  return {
    part: 'server',
    chosen: null,
    meaning: 'Traces of the last turns are in memory only.',
    remedy: 'airworthy up, and AIRWORTHY_URL=http://127.0.0.1:4400',
  };
}

/** Paths of a configuration are seen from its folder. */
function resolvePaths(config: AssistantConfig, folder: string): AssistantConfig {
  const resolved = { ...config, household: resolve(folder, householdFolder(config)) };
  if (config.model !== undefined) resolved.model = resolve(folder, config.model);
  if (config.adapter !== undefined) resolved.adapter = resolve(folder, config.adapter);
  return resolved;
}
