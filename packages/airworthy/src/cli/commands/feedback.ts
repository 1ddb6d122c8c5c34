import type { App } from '../../app.ts';
import type {
  Curated,
  Feedback,
  FeedbackKind,
  ReviewDecision,
  ReviewItem,
  Triage,
} from '../../feedback/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count, moment, plural } from '../../kernel/figures.ts';
import type { Call, CommandGroup, CommandOption, CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';
import { wholeNumber } from '../whole-number.ts';

const ENDPOINT: CommandOption = {
  flags: '--endpoint <name>',
  about: "the endpoint (default: the project's own)",
};
const LIMIT: CommandOption = {
  flags: '--limit <count>',
  about: 'show at most so many',
  parse: wholeNumber(1, 10_000),
  default: 20,
};

const list: CommandSpec = {
  usage: 'list',
  summary: 'what people said of predictions, newest first, and how many labels there are',
  options: [
    ENDPOINT,
    LIMIT,
    { flags: '--kind <kind>', about: 'only these', choices: ['thumb', 'comment', 'correction'] },
  ],
  examples: [
    ['airworthy feedback list', 'the last twenty'],
    ['airworthy feedback list --kind comment --limit 100 --json', 'comments, for a script'],
  ],
  async run(call) {
    await using app = await call.openApp();
    const { countLabels, listFeedback } = await import('../../feedback/index.ts');
    const endpoint = endpointOf(call, app);
    const labels = await countLabels(app.context, endpoint);
    const { kind, limit } = call.options as { kind?: FeedbackKind; limit: number };
    const feedback = await listFeedback(app.context, { endpoint, kind, limit });
    call.print({ endpoint, labels, feedback }, () =>
      [
        `labels of ${endpoint}: ${count(labels.matched)} matched, ${count(labels.waiting)} waiting, ${count(labels.expired)} expired`,
        feedback.length === 0
          ? 'no feedback yet; POST /api/v1/endpoints/{endpoint}/feedback takes it'
          : feedbackTable(feedback),
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

const curate: CommandSpec = {
  usage: 'curate',
  summary: 'turn labelled predictions into a dataset version',
  about:
    'Adds what was labelled since the last time; corrected labels replace their rows. The version’s lineage names each prediction and label, and the share of them that was chosen (feedback.curation.sample).',
  options: [ENDPOINT],
  examples: [['airworthy feedback curate', 'a new version of the dataset ENDPOINT-feedback']],
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp();
    const { curateServed } = await import('../../lifecycle/curate-served.ts');
    const curated = await curateServed(app.context, app.project, endpointOf(call, app));
    call.print(summaryOf(curated), () => describeCurated(curated));
    return EXIT.ok;
  },
};

const review: CommandSpec = {
  usage: 'review',
  summary: 'predictions that a person should look at, oldest first',
  options: [
    ENDPOINT,
    LIMIT,
    { flags: '--state <state>', about: 'which', choices: ['open', 'done', 'dropped'], default: 'open' },
  ],
  examples: [['airworthy feedback review', 'what is open, with the reason']],
  async run(call) {
    await using app = await call.openApp();
    const { listReviewItems } = await import('../../feedback/index.ts');
    const { state, limit } = call.options as { state: ReviewItem['state']; limit: number };
    const items = await listReviewItems(app.context, { endpoint: endpointOf(call, app), state, limit });
    call.print({ items }, () => (items.length === 0 ? `nothing is ${state}` : reviewTable(items)));
    return EXIT.ok;
  },
};

const resolve: CommandSpec = {
  usage: 'resolve <item>',
  summary: 'decide about a prediction that waits for review',
  about:
    'Give the true value, which becomes its label and settles what other sources say; or drop it from the data.',
  options: [
    ENDPOINT,
    { flags: '--value <value>', about: 'what is true: a class, or a number' },
    { flags: '--drop', about: 'leave the prediction out of the data' },
  ],
  examples: [
    ['airworthy feedback resolve 4bf92f3577b34da6a3ce929d0e0e4736 --value true', 'it was true'],
    ['airworthy feedback resolve 4bf92f3577b34da6a3ce929d0e0e4736 --drop', 'no one can tell'],
  ],
  writes: 'through server',
  async run(call) {
    const { value, drop } = call.options as { value?: string; drop?: boolean };
    if ((value === undefined) === (drop !== true)) {
      throw new AirworthyError('BAD_ARGUMENT', { message: 'give either --value or --drop' });
    }
    await using app = await call.openApp();
    const { labelRules, resolveReviewItem } = await import('../../feedback/index.ts');
    const settings = await labelRules(app.context, endpointOf(call, app), app.project.config);
    const numeric = settings.task.kind === 'regression' && Number.isFinite(Number(value));
    const decision: ReviewDecision =
      value === undefined ? { state: 'dropped' } : { state: 'done', value: numeric ? Number(value) : value };
    const item = await resolveReviewItem(app.context, settings, { id: call.args[0] ?? '', decision });
    call.print(item, () => `${item.id} is ${item.state}`);
    return EXIT.ok;
  },
};

const triage: CommandSpec = {
  usage: 'triage',
  summary: 'group what people complained of, and hand it to reviewers',
  about:
    'Predictions with a thumb down or a correction, grouped by what reads alike, and rules about records by which complaints are more frequent. With --queue they become a review queue; `airworthy review export` makes a dataset version of what people settle on.',
  options: [
    ENDPOINT,
    { flags: '--days <n>', about: 'of so many days', parse: wholeNumber(1, 3_650), default: 7 },
    { flags: '--queue <name>', about: 'make a review queue of them' },
  ],
  examples: [
    ['airworthy feedback triage', 'groups of what went wrong, the largest first'],
    ['airworthy feedback triage --queue monday', 'and a review queue of all of it'],
  ],
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp();
    const { queueFailures, triageFeedback } = await import('../../feedback/index.ts');
    const { days, queue: name } = call.options as { days: number; queue?: string };
    const since = app.context.clock.now() - days * 86_400_000;
    const found = await triageFeedback(app.context, { endpoint: endpointOf(call, app), since });
    const made = name === undefined ? undefined : await queueFailures(app.context, { ...found, name });
    call.print({ ...found, queue: made?.queue.name ?? null }, () => describeTriage(found, made?.items, name));
    return EXIT.ok;
  },
};

export const feedback: CommandGroup = {
  usage: 'feedback',
  summary: 'what people say of predictions, and what is made of it',
  commands: [list, triage, curate, review, resolve],
};

function endpointOf(call: Call, app: App): string {
  return (call.options.endpoint as string | undefined) ?? app.project.endpoint;
}

function feedbackTable(feedback: readonly Feedback[]): string {
  return formatTable(
    [
      { heading: 'at' },
      { heading: 'kind' },
      { heading: 'value' },
      { heading: 'source' },
      { heading: 'prediction' },
    ],
    feedback.map(({ at, kind, value, source, prediction }) => [
      moment(at),
      kind,
      (typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ').slice(0, 60),
      source,
      prediction,
    ]),
  );
}

function describeTriage({ predictions, failures, analysis }: Triage, items?: number, queue?: string): string {
  const { clusters, slices } = analysis;
  return [
    `${plural(failures.length, 'prediction')} of ${count(predictions)} complained of`,
    ...clusters.map(
      ({ terms, cases, exemplars }) => `  ${count(cases)}: ${terms.join(', ')} (${exemplars[0]})`,
    ),
    ...slices.map(({ rule }) => `  more often where ${rule}`),
    ...(queue === undefined ? [] : [`review queue ${queue}: ${plural(items ?? 0, 'item')}`]),
  ].join('\n');
}

function reviewTable(items: readonly ReviewItem[]): string {
  return formatTable(
    [{ heading: 'item' }, { heading: 'since' }, { heading: 'reason' }],
    items.map(({ id, createdAt, reason }) => [id, moment(createdAt), reason]),
  );
}

function summaryOf({ version, rows, removed, leftOut, time }: Curated) {
  const made = version && {
    dataset: version.dataset,
    number: version.number,
    digest: version.digest,
    rows: version.rows,
    findings: version.findings,
  };
  return { version: made, rows, removed, leftOut, time };
}

const REASONS: Record<keyof Curated['leftOut'], string> = {
  notSampled: 'not chosen by the sample',
  conflicting: 'their sources disagree',
  inReview: 'in review, or dropped there',
  expired: 'no longer in the prediction log',
  unreadable: 'of another form than the model takes now',
};

function describeCurated({ version, rows, removed, leftOut }: Curated): string {
  const changes = [
    `${plural(rows, 'row')} added`,
    ...(removed > 0 ? [`${count(removed)} replaced or removed`] : []),
  ];
  const missing = (Object.keys(REASONS) as (keyof Curated['leftOut'])[])
    .filter((reason) => leftOut[reason] > 0)
    .map((reason) => `  ${plural(leftOut[reason], 'prediction')} left out: ${REASONS[reason]}`);
  const state =
    version === null
      ? 'no labelled prediction yet; `airworthy label` tells what turned out to be true'
      : `${version.dataset} version ${version.number}, ${plural(version.rows, 'row')}: ${changes.join(', ')}`;
  return [state, ...missing].join('\n');
}
