import { z } from 'zod';

const KebabName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be kebab-case, such as "flight-delays"');

export const ModelName = KebabName;
export const AliasName = KebabName;
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 digest: 64 hex characters');
const Reason = z.string().trim().min(1, 'a reason is required').max(2_000);
const Lines = z.union([z.string(), z.array(z.string())]);

export const CardConfig = z.strictObject({
  name: z.string().optional().describe('Name on the card; the project’s name where absent.'),
  overview: z.string().optional().describe('What the model does, in a paragraph.'),
  owners: z
    .array(
      z.strictObject({
        name: z.string().describe('A person or a team.'),
        contact: z.string().optional().describe('Where they are reached.'),
      }),
    )
    .optional()
    .describe('Who answers for the model.'),
  license: z.string().optional().describe('SPDX identifier, such as Apache-2.0.'),
  references: z.array(z.string()).optional().describe('Where more is written.'),
  users: Lines.optional().describe('Who uses the predictions.'),
  intendedUse: Lines.optional().describe('What the predictions are for.'),
  limitations: Lines.optional().describe('Where the model is known to be weak.'),
  tradeoffs: Lines.optional().describe('What was given up for what.'),
  ethicalConsiderations: z
    .array(
      z.strictObject({
        risk: z.string().describe('What could go wrong, for whom.'),
        mitigation: z.string().optional().describe('What is done about it.'),
      }),
    )
    .optional()
    .describe('Risks to people, and what is done about each.'),
});
export type CardConfig = z.infer<typeof CardConfig>;

/** The `registry` key of a project. */
export const RegistryConfig = z.strictObject({
  model: ModelName.optional().describe('Name of the registered model; the project’s name where absent.'),
  alias: AliasName.default('champion').describe('Alias that a version gets when its gates pass.'),
  card: CardConfig.prefault({}).describe(
    'The model card: what only people can say. What is left out is marked as not filled in.',
  ),
});
export type RegistryConfig = z.infer<typeof RegistryConfig>;

/** The bundle's list of contents. Its canonical bytes name the bundle: digest = sha256(manifest.json). */
export const Manifest = z.strictObject({
  format: z.literal('airworthy-bundle/1'),
  name: z.string(),
  files: z.array(z.strictObject({ path: z.string(), sha256: Digest, size: z.int().min(0) })),
});
export type Manifest = z.infer<typeof Manifest>;

/** A packed model: a folder named by its digest. */
export interface Bundle {
  digest: string;
  folder: string;
  manifest: Manifest;
}

export const RegisterVersion = z.strictObject({ model: ModelName, bundle: Digest });
export type RegisterVersion = z.input<typeof RegisterVersion>;

export const SetAlias = z.strictObject({
  model: ModelName,
  alias: AliasName,
  /** 0 removes the alias. */
  version: z.int().min(0),
  reason: Reason,
});
export type SetAlias = z.input<typeof SetAlias>;

export const Rollback = z.strictObject({ model: ModelName, alias: AliasName, reason: Reason });
export type Rollback = z.input<typeof Rollback>;

export interface ModelVersion {
  model: string;
  /** 1, 2, 3 … within the model. */
  number: number;
  bundle: string;
  actor: string;
  createdAt: number;
}

/** One move of an alias. `version` 0: the alias was removed. */
export interface AliasMove {
  model: string;
  alias: string;
  sequence: number;
  version: number;
  actor: string;
  reason: string;
  at: number;
}

export interface ModelSummary {
  name: string;
  createdAt: number;
  versions: number;
  aliases: Record<string, number>;
}

export interface ModelDetails extends Omit<ModelSummary, 'versions'> {
  /** Newest first. */
  versions: (ModelVersion & { run: string; aliases: string[]; verdicts: VersionVerdict[] })[];
  /** Newest first. */
  history: AliasMove[];
}

/** What a gate said about the run a version came from. */
export interface VersionVerdict {
  id: string;
  outcome: 'pass' | 'fail' | 'undecided';
  sentence: string;
}

/** A check that could not be made is `skipped` and says why; it is neither passed nor failed. */
export interface Check {
  name: string;
  outcome: 'ok' | 'skipped' | 'failed';
  detail: string;
}

export interface Verification {
  digest: string;
  /** No check failed. */
  ok: boolean;
  checks: Check[];
}
