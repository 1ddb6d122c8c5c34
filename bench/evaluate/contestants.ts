import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is run: the same questions to the same model, right where the answer equals the word asked for. */
export interface Load {
  endpoint: string;
  cases: number;
  concurrency: number;
  /** Answers of an earlier run are taken from the tool's own cache. */
  cached: boolean;
}

/** A tool, and how it runs a load in a folder of its own. */
export interface Contestant {
  name: string;
  prepare(folder: string, load: Load): void;
  command(folder: string, load: Load): { argv: string[]; env: Record<string, string> };
}

const CLI = join(import.meta.dirname, '../../packages/airworthy/bin/airworthy.mjs');

function emptied(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export const airworthy: Contestant = {
  name: 'Airworthy',
  prepare(folder, { endpoint, cases, concurrency }) {
    const lines = Array.from({ length: cases }, (_, number) =>
      JSON.stringify({ id: `c${number}`, input: { word: `w${number}` }, expected: `w${number}` }),
    );
    writeFileSync(join(emptied(folder), 'cases.jsonl'), `${lines.join('\n')}\n`);
    const suite = [
      'name: words',
      'dataset: cases.jsonl',
      `task: { model: stub, endpoint: '${endpoint}', prompt: 'echo {{word}}' }`,
      'scorers: [exact]',
      `concurrency: ${concurrency}`,
    ];
    writeFileSync(join(folder, 'words.eval.yaml'), `${suite.join('\n')}\n`);
  },
  command: (_, { cached }) => ({
    argv: [process.execPath, CLI, 'evaluate', '--cache', cached ? 'auto' : 'off'],
    env: {},
  }),
};

export function promptfoo(home: string): Contestant {
  return {
    name: 'promptfoo',
    prepare(folder, { endpoint, cases }) {
      const tests = Array.from({ length: cases }, (_, number) => ({
        vars: { word: `w${number}` },
        assert: [{ type: 'equals', value: `w${number}` }],
      }));
      const provider = { id: 'openai:chat:stub', config: { apiBaseUrl: endpoint, apiKey: 'none' } };
      const config = { prompts: ['echo {{word}}'], providers: [provider], tests };
      writeFileSync(join(emptied(folder), 'promptfooconfig.json'), JSON.stringify(config));
    },
    command: (folder, { concurrency, cached }) => ({
      argv: [
        ...[process.execPath, join(home, 'node_modules/promptfoo/dist/src/entrypoint.js'), 'eval'],
        ...[
          '-c',
          'promptfooconfig.json',
          '--max-concurrency',
          String(concurrency),
          '--no-progress-bar',
          '--no-table',
        ],
        ...(cached ? [] : ['--no-cache']),
      ],
      env: {
        PROMPTFOO_CONFIG_DIR: join(folder, 'state'),
        PROMPTFOO_DISABLE_TELEMETRY: '1',
        PROMPTFOO_DISABLE_UPDATE: '1',
        PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
      },
    }),
  };
}

export function evalite(home: string): Contestant {
  return {
    name: 'evalite',
    prepare(folder, { endpoint, cases, concurrency }) {
      const suite = `
import { evalite } from 'evalite';
evalite('words', {
  data: async () => Array.from({ length: ${cases} }, (_, number) => ({ input: 'w' + number, expected: 'w' + number })),
  task: async (word) => {
    const response = await fetch('${endpoint}/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'stub', messages: [{ role: 'user', content: 'echo ' + word }] }) });
    return (await response.json()).choices[0].message.content;
  },
  scorers: [{ name: 'exact', scorer: ({ output, expected }) => (output === expected ? 1 : 0) }],
});
`;
      // Beside its own node_modules: it resolves vitest from the folder it runs in.
      writeFileSync(join(emptied(join(home, 'evals')), 'words.eval.ts'), suite);
      // Kept in memory: its database is a native module that must be compiled, and would only cost it time.
      const config = `
import { defineConfig } from 'evalite/config';
import { createInMemoryStorage } from 'evalite/in-memory-storage';
export default defineConfig({ storage: () => createInMemoryStorage(), maxConcurrency: ${concurrency}, testTimeout: 60000 });
`;
      writeFileSync(join(home, 'evalite.config.ts'), config);
      emptied(folder);
    },
    command: () => ({
      argv: [process.execPath, join(home, 'node_modules/evalite/dist/bin.js'), 'run', 'evals/words.eval.ts'],
      env: {},
    }),
  };
}
