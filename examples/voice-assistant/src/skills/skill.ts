/** What a person asked for, as a skill takes it: the one thing that planners give and everything after them checks. */
export interface Call {
  name: string;
  arguments: Record<string, unknown>;
}

/**
 * What may go wrong when a call is wrong: nothing is changed; what was changed can be changed back; what is gone is
 * gone, so that a person is asked first.
 */
export type Risk = 'read' | 'reversible' | 'irreversible';

/** A parameter: free words of the sentence (`string`), one of a few (`enum`), or a yes (`boolean`, of which only `true` is said). */
export type ParameterSchema =
  | { type: 'string'; description: string; minLength: number; maxLength: number }
  | { type: 'string'; description: string; enum: readonly string[] }
  | { type: 'boolean'; description: string; const: true };

export interface SkillDescription {
  name: string;
  /** For people and for language models alike. */
  description: string;
  risk: Risk;
  /** JSON Schema of its arguments; nothing beyond `properties` is taken. */
  parameters: {
    type: 'object';
    properties: Readonly<Record<string, ParameterSchema>>;
    required: readonly string[];
    additionalProperties: false;
  };
  /** Sentences that mean it, with what they should become; the docs and their test read them. */
  examples: readonly { say: string; arguments: Record<string, unknown> }[];
}
