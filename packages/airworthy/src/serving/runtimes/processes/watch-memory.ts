import { residentBytes } from './resident-bytes.ts';

const LOOK_MS = 200;

/** Ends a process, and tells so, that holds more memory than it may, whether anybody asks it something or not. Returns how to stop. */
export function watchMemory(
  { pid, kill }: { pid: number | undefined; kill(): void },
  memoryMb: number,
  outgrown: () => void,
): () => void {
  const check = setInterval(async () => {
    const held = await residentBytes(pid);
    if (held === null || held <= memoryMb * 1_048_576) return;
    outgrown();
    kill();
  }, LOOK_MS);
  check.unref();
  return () => clearInterval(check);
}
