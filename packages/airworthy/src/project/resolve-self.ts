import { registerHooks } from 'node:module';

let registered = false;

/**
 * Makes `import … from 'airworthy'` in a config mean this very installation, whatever is or is not installed
 * beside the config, so that config and command never come from two versions; and reads airworthy.config.ts as a
 * module where the project's package.json does not say so.
 */
export function resolveSelf(): void {
  if (registered) return;
  registered = true;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const library = new URL(`../index.${extension}`, import.meta.url).href;
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'airworthy') return { url: library, shortCircuit: true };
      const resolved = next(specifier, context);
      return /\/airworthy\.config\.ts(\?|$)/.test(resolved.url)
        ? { ...resolved, format: 'module-typescript' }
        : resolved;
    },
  });
}
