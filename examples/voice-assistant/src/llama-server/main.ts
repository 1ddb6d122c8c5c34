import { join } from 'node:path';
import { Command } from 'commander';
import { serveGguf } from './serve-gguf.ts';

const MODELS = join(import.meta.dirname, '../../models');
const EXAMPLES = `
Examples:
  node --conditions=development src/llama-server/main.ts
  node --conditions=development src/llama-server/main.ts --port 4480 --adapter none
  curl -s http://127.0.0.1:4480/v1/models`;

interface Flags {
  model: string;
  adapter: string;
  port: string;
}

const program = new Command('llama-server')
  .description(
    'Serves the tiny decoder as OpenAI-compatible servers do: /v1/models and /v1/chat/completions.',
  )
  .option('--model <file>', 'GGUF file', join(MODELS, 'decoder-base.gguf'))
  .option('--adapter <file>', 'GGUF file of a low-rank adapter, or none', join(MODELS, 'decoder-lora.gguf'))
  .option('--port <port>', 'on 127.0.0.1', '4480')
  .addHelpText('after', EXAMPLES);

const { model, adapter, port } = program.parse().opts<Flags>();
try {
  const server = await serveGguf({
    modelPath: model,
    ...(adapter === 'none' ? {} : { adapterPath: adapter }),
    port: Number(port),
  });
  process.stdout.write(`${server.model} at ${server.url}; stop with Ctrl-C\n`);
  process.once('SIGINT', () => void server.close().then(() => process.exit(130)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof Error && error.name === 'UnavailableError' ? 4 : 2;
}
