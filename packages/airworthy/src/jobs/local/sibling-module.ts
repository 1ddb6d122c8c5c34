/**
 * The address of a module beside the calling one, with the extension the caller itself has: `.ts` when run
 * from source, `.js` when built. Import specifiers are rewritten by the compiler, addresses are not.
 *
 * @example
 * runInWorker({ module: siblingModule(import.meta.url, 'worker'), run: 'fit', input });
 */
export function siblingModule(caller: string, name: string): URL {
  return new URL(`./${name}${caller.endsWith('.ts') ? '.ts' : '.js'}`, caller);
}
