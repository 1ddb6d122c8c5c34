import type { App, AppOptions } from './app.ts';
import type { ShipOptions, ShipResult } from './lifecycle/ship.ts';

export type { App, AppOptions } from './app.ts';
export type { EvaluationCase, SuiteReport } from './evaluation/index.ts';
export { defineEval } from './evaluation/schema.ts';
export type { ErrorCode } from './kernel/error-catalogue.ts';
export { AirworthyError } from './kernel/errors.ts';
export type { Progress, ProgressTask } from './kernel/progress.ts';
export type { Erasure, ErasureReport, ForgetInput } from './lifecycle/forgetting/schema.ts';
export type { ReplayPlanInput, ReplayReport } from './lifecycle/replay/schema.ts';
export type { ShipOptions, ShipResult } from './lifecycle/ship.ts';
export type { StageReport } from './lifecycle/stage-report.ts';
export { defineProject } from './project/define-project.ts';
export type { Project } from './project/load-project.ts';
export type { ProjectInput } from './project/schema.ts';
export { type CommandOptions, command } from './training/schema.ts';

/**
 * Opens a project and its data folder. Loaded when called, because every config imports this file.
 *
 * @example
 * await using app = await openApp({ folder: 'my-project' });
 * await app.ship();
 */
export async function openApp(options: AppOptions): Promise<App> {
  return (await import('./app.ts')).openApp(options);
}

/**
 * Ships a project: data → training → evaluation → registry → serving, whatever is not done yet.
 *
 * @example
 * const { outcome, promoted } = await ship({ folder: 'my-project', until: 'registry' });
 */
export async function ship(options: AppOptions & ShipOptions): Promise<ShipResult> {
  await using app = await openApp(options);
  // Awaited here: the app closes when this function returns.
  return await app.ship(options);
}
