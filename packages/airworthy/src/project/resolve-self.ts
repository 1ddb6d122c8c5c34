import { registerHooks } from 'node:module';

let registered = false;

/** What users write that runs on its own; a query follows where it is imported anew after a change. */
const WRITTEN_BY_USERS = /(\/airworthy\.config|\.eval)\.(ts|mts|js|mjs)(\?|$)/;

/**
 * Makes `import … from 'airworthy'` in a config or a suite mean this very installation, whatever is or is not installed
 * beside it, so that file and command never come from two versions; and reads these files as modules where the project's
 * package.json does not say so.
 */
export function resolveSelf(): void {
  if (registered) return;
  registered = true;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const library = new URL(`../index.${extension}`, import.meta.url).href;
  const evaluation = new URL(`../evaluation/index.${extension}`, import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'airworthy') return { url: library, shortCircuit: true };
      if (specifier === 'airworthy/evaluation') return { url: evaluation, shortCircuit: true };
      const resolved = next(specifier, context);
      const ending = WRITTEN_BY_USERS.exec(resolved.url)?.[2];
      if (ending === undefined) return resolved;
      return { ...resolved, format: ending.endsWith('ts') ? 'module-typescript' : 'module' };
    },
  });
}
