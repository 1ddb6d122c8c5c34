import type { CommandGroup, CommandSpec } from './command.ts';

interface CommandEntry {
  summary: string;
  load(): Promise<CommandSpec | CommandGroup>;
}

/** Every command, in the order `--help` lists them; its file is loaded when it is called. */
export const COMMANDS: Record<string, CommandEntry> = {
  init: {
    summary: 'make a working project from a template',
    load: async () => (await import('./commands/init.ts')).init,
  },
  ship: {
    summary: 'data, training, evaluation, registry, serving: whatever is not done yet',
    load: async () => (await import('./commands/ship.ts')).ship,
  },
  up: {
    summary: 'start the server',
    load: async () => (await import('./commands/up.ts')).up,
  },
  status: {
    summary: 'what serves, since when, on what evidence',
    load: async () => (await import('./commands/status.ts')).status,
  },
  top: {
    summary: 'watch a running server: rates, latencies, batches, queues, arms, rollouts',
    load: async () => (await import('./commands/top.ts')).top,
  },
  data: {
    summary: 'datasets and their versions',
    load: async () => (await import('./commands/data.ts')).data,
  },
  evaluate: {
    summary: 'evaluate suites: every case, scored, measured, judged by gates',
    load: async () => (await import('./commands/evaluate.ts')).evaluate,
  },
  evaluations: {
    summary: 'evaluations of suites: list, show, cases, save',
    load: async () => (await import('./commands/evaluations.ts')).evaluations,
  },
  review: {
    summary: 'answers that people judge: queues, agreement, calibration of judges',
    load: async () => (await import('./commands/review.ts')).review,
  },
  gate: {
    summary: 'gates of suites: what they can decide, what they said',
    load: async () => (await import('./commands/gate.ts')).gate,
  },
  bless: {
    summary: 'make an evaluation the baseline that the next ones are compared with',
    load: async () => (await import('./commands/bless.ts')).bless,
  },
  'held-out': {
    summary: 'every look at held-out cases, and how far they lie from the dev cases',
    load: async () => (await import('./commands/held-out.ts')).heldOut,
  },
  run: {
    summary: 'run a command and record it, unchanged, as a run',
    load: async () => (await import('./commands/run.ts')).run,
  },
  runs: {
    summary: 'training runs: params, metrics, artifacts',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  reproduce: {
    summary: 'run a recorded run again, and see whether the same comes out',
    load: async () => (await import('./commands/reproduce.ts')).reproduce,
  },
  models: {
    summary: 'models, versions, aliases and their evidence',
    load: async () => (await import('./commands/models.ts')).models,
  },
  explain: {
    summary: 'why a model predicts what it does',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  rollout: {
    summary: 'how a new version comes to serve everybody, or does not',
    load: async () => (await import('./commands/rollout.ts')).rollout,
  },
  alerts: {
    summary: 'what monitoring found, and who looks after it',
    load: async () => (await import('./commands/alerts.ts')).alerts,
  },
  improve: {
    summary: 'retrain on what was served and labelled, and promote only on evidence',
    load: async () => (await import('./commands/improve.ts')).improve,
  },
  predict: {
    summary: 'score records, with or without a server',
    load: async () => (await import('./commands/predict.ts')).predict,
  },
  export: {
    summary: 'a release as what another system serves: docker, kserve, triton',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  score: {
    summary: 'score files of rows, and streams',
    load: async () => (await import('./commands/score.ts')).score,
  },
  replay: {
    summary: 'send a dataset as traffic, in virtual time, and see what the alerts would do',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  label: {
    summary: 'tell what turned out to be true of predictions',
    load: async () => (await import('./commands/label.ts')).label,
  },
  feedback: {
    summary: 'what people say of predictions, and what is made of it',
    load: async () => (await import('./commands/feedback.ts')).feedback,
  },
  forget: {
    summary: 'erase a person, with a signed receipt and a list of the models that learnt from them',
    load: async () => (await import('./commands/forget.ts')).forget,
  },
  cache: {
    summary: 'answers of models that are kept, and why one is not',
    load: async () => (await import('./commands/cache.ts')).cache,
  },
  import: {
    summary: 'what other tools have: MLflow, promptfoo',
    load: async () => (await import('./commands/import.ts')).importGroup,
  },
  doctor: {
    summary: 'what this machine has, what it is for, how to get the rest',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
};
