// Compiles the learners' WebAssembly kernel (packages/airworthy/assembly/learners) into a TypeScript module.
// `node scripts/build-kernel.mjs` writes it; with --check it only says, by its exit code, whether it is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const product = join(import.meta.dirname, '../packages/airworthy');
const target = join(product, 'src/training/learners/kernel/compiled-kernel.ts');

const OPTIONS = [
  'index.ts',
  '--outFile=kernel.wasm',
  '--optimizeLevel=3',
  '--shrinkLevel=0',
  '--noAssert',
  '--runtime=stub',
  '--enable=simd,threads',
  '--importMemory',
  '--sharedMemory',
  '--maximumMemory=65536',
];

async function compile() {
  let binary;
  const { error, stderr } = await asc.main([...OPTIONS, `--baseDir=${join(product, 'assembly/learners')}`], {
    writeFile(name, contents) {
      if (name === 'kernel.wasm') binary = contents;
    },
  });
  if (error || !binary) throw new Error(`the kernel does not compile: ${stderr.toString() || error}`);
  return `// Made by scripts/build-kernel.mjs from packages/airworthy/assembly/learners; do not edit.
export const COMPILED_KERNEL =
  '${Buffer.from(binary).toString('base64')}';
`;
}

const compiled = await compile();
if (process.argv.includes('--check')) {
  const upToDate = readFileSync(target, 'utf8') === compiled;
  console.log(
    upToDate ? 'the kernel is up to date' : 'the kernel is stale: run node scripts/build-kernel.mjs',
  );
  process.exit(upToDate ? 0 : 1);
}
writeFileSync(target, compiled);
console.log(`wrote ${target}`);
