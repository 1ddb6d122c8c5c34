import { z } from 'zod';
import { StoredText } from '../../kernel/stored-text.ts';

/** What MLflow's clients are used to. */
const KEY_LENGTH = 250;
const TAG_LENGTH = 100_000;
const TEXT_LENGTH = 100_000;

/** The name of any registered model: clients may name theirs otherwise than projects do. */
export const RegisteredName = z
  .string()
  .min(1)
  .max(250)
  .refine(
    (name) => name.isWellFormed() && !/[/\\:\p{Cc}]/u.test(name) && name !== '.' && name !== '..',
    'a name has no slash, colon or control character',
  );

/** The name of any alias. `latest` and `v3` would be taken for something else in an address. */
export const RegisteredAlias = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[\w-]+$/, 'an alias consists of letters, digits, _ and -')
  .refine((alias) => alias.toLowerCase() !== 'latest', "'latest' alias name (case insensitive) is reserved.")
  .refine((alias) => !/^v\d+$/i.test(alias), 'version aliases (v1, v9 …) are reserved');

export const TagKey = z
  .string()
  .min(1)
  .max(KEY_LENGTH)
  .refine((key) => !/\p{Cc}/u.test(key) && key.isWellFormed(), 'a key has no control characters');
export const TagValue = StoredText.max(TAG_LENGTH);
export const RegistryTags = z.record(TagKey, TagValue);
export const Description = StoredText.max(TEXT_LENGTH);

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

/** A model as a client described it. */
export interface ModelRecord {
  name: string;
  description: string;
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
  aliases: Record<string, number>;
  /** The highest version of each stage. */
  latest: VersionRecord[];
}

/** A version as a client described it; `bundle` where it is packed. */
export interface VersionRecord {
  model: string;
  number: number;
  bundle: string | null;
  run: string | null;
  loggedModel: string | null;
  /** Where it came from, as the client said; empty for one that was packed here. */
  source: string;
  runLink: string;
  description: string;
  stage: Stage;
  actor: string;
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
  aliases: string[];
}
