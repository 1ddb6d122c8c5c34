/** What an endpoint was seen to do. Adapters read it; `probeEndpoint` makes it. */
export interface Capabilities {
  baseUrl: string;
  model: string;
  probedAt: string;
  can: Record<Ability, boolean>;
  /** Each request, with what came of it in words. */
  requests: readonly ProbedRequest[];
}

export type Ability =
  | 'models'
  | 'chat'
  | 'tools'
  | 'requiredTools'
  | 'jsonSchema'
  | 'streaming'
  | 'streamingUsage'
  | 'streamingToolCalls'
  | 'transcription'
  | 'verboseTranscription'
  | 'refusesWrongSound'
  | 'speech';

export interface ProbedRequest {
  ability: Ability;
  able: boolean;
  /** What was seen, or why not. */
  seen: string;
  ms: number;
}
