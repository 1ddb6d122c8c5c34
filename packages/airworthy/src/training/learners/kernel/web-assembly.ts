// What the learners use of WebAssembly: TypeScript declares it only together with the browser's document.

export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** Compiled code; may be posted to other threads. */
export type CompiledModule = object;

interface WebAssemblyInterface {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Module: new (binary: Uint8Array) => CompiledModule;
  Instance: new (module: CompiledModule, imports: { env: { memory: SharedMemory } }) => { exports: unknown };
}

export const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyInterface })
  .WebAssembly;
