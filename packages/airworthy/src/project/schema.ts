import { z } from 'zod';
import { DataConfig } from '../data/index.ts';
import { EvaluationConfig } from '../evaluation/index.ts';
import { RegistryConfig } from '../registry/index.ts';
import { ServingConfig } from '../serving/index.ts';
import { TrainingConfig } from '../training/index.ts';

/** A project's config: its name, and one section a stage under the stage's own name. */
export const ProjectConfig = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a name in lower case with dashes, such as flight-delays'),
  data: DataConfig,
  training: TrainingConfig.prefault({}),
  evaluation: EvaluationConfig.prefault({}),
  registry: RegistryConfig.prefault({}),
  serving: ServingConfig.prefault({}),
});

/** As written in airworthy.config.ts. */
export type ProjectInput = z.input<typeof ProjectConfig>;
/** With every default filled in. */
export type ProjectConfig = z.output<typeof ProjectConfig>;
