import type {
  AnnotationInput,
  Answers,
  QueueItem,
  ReviewQueue,
  ReviewQueueInput,
} from '../../evaluation/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { plural } from '../../kernel/figures.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Call, CommandGroup, CommandOption, CommandSpec } from '../command.ts';
import { describeAgreement, describeCalibration, describeHeld, describeQueue } from '../describe-review.ts';
import { formatTable } from '../format-table.ts';
import { readReviewQueue, readText } from '../read-review-queue.ts';
import { wholeNumber } from '../whole-number.ts';

/** Items read at a time. */
const PAGE = 1_000;

const REVIEWER: CommandOption = { flags: '--reviewer <name>', about: 'who answers' };
const ANSWER: CommandOption = {
  flags: '--answer <answers...>',
  about: 'an answer, as QUESTION=VALUE; stretches as JSON',
};
const REASON: CommandOption = { flags: '--reason <text>', about: 'why, for the record' };

const create: CommandSpec = {
  usage: 'create [queue]',
  summary: 'make a queue of answers for people to judge',
  about:
    'From an evaluation, its cases drawn with known probabilities, or from items in a file. The same again is the same queue.',
  options: [
    { flags: '--file <file>', about: 'the queue in YAML or JSON; options come before what it says' },
    { flags: '--evaluation <id>', about: 'the evaluation, by its id or as SUITE#NUMBER' },
    { flags: '--task <names...>', about: 'only answers of these tasks (default: all)' },
    { flags: '--slice <slice>', about: 'only cases of this slice, such as lang=de' },
    { flags: '--against <task>', about: 'pair with a task of another evaluation: SUITE#NUMBER:TASK' },
    { flags: '--sample <sample>', about: 'all, random:N, uncertainty:N:METRIC, disagreement:N[:METRICS]' },
    {
      flags: '--question <questions...>',
      about: 'NAME:choice:A,B, NAME:rating:1-5, NAME:pairwise, NAME:correction, NAME:span:A,B, NAME:text',
    },
    { flags: '--reviewers <n>', about: 'how many people answer each item', parse: wholeNumber(1, 20) },
    { flags: '--guideline <file>', about: 'how to judge, in Markdown' },
    {
      flags: '--seed <n>',
      about: 'decides the sample, the order and the sides',
      parse: wholeNumber(0, 4_294_967_295),
    },
  ],
  examples: [
    ['airworthy review create --file queue.yaml', 'a queue as the file has it'],
    [
      'airworthy review create polite --evaluation support#3 --sample random:200 --question polite:choice:yes,no --reviewers 2',
      'two people on each of 200 answers',
    ],
  ],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const input = await readReviewQueue(call);
    await using app = await call.openApp();
    const { createReviewQueue } = await import('../../evaluation/index.ts');
    const { queue, items, reused } = await createReviewQueue(app.context, input as ReviewQueueInput);
    call.print({ queue, items, reused }, () =>
      [
        `${queue.name}: ${plural(items, 'item')} for ${plural(queue.reviewers, 'reviewer')} each${reused ? ' (it was there already)' : ''}`,
        `next: airworthy review next ${queue.name} --reviewer NAME, or the page /review/${queue.name}`,
      ].join('\n'),
    );
    return EXIT.ok;
  },
};

const list: CommandSpec = {
  usage: 'list',
  summary: 'queues, by name',
  examples: [['airworthy review list', 'all queues of the project']],
  tracks: true,
  async run(call) {
    await using app = await call.openApp();
    const { listReviewQueues } = await import('../../evaluation/index.ts');
    const queues = await listReviewQueues(app.context, { limit: 10_000 });
    call.print({ queues }, () =>
      queues.length === 0 ? 'no queues yet; `airworthy review create` makes one' : queueTable(queues),
    );
    return EXIT.ok;
  },
};

const show: CommandSpec = {
  usage: 'show <queue>',
  summary: 'how far a queue is, and its questions',
  options: [
    {
      flags: '--items <state>',
      about: 'list the items that are so',
      choices: ['open', 'done', 'adjudicated'],
    },
  ],
  examples: [
    ['airworthy review show polite', 'progress, by reviewer too'],
    ['airworthy review show polite --items done', 'items that could be adjudicated, disputed ones marked'],
  ],
  tracks: true,
  async run(call) {
    await using app = await call.openApp();
    const { getReviewQueue, listQueueItems } = await import('../../evaluation/index.ts');
    const name = call.args[0] ?? '';
    const queue = await getReviewQueue(app.context, name);
    const { items: state } = call.options as { items?: 'open' | 'done' | 'adjudicated' };
    if (state === undefined) {
      call.print(queue, () => describeQueue(queue));
      return EXIT.ok;
    }
    const items: QueueItem[] = [];
    for (let after: number | undefined; ; after = items.at(-1)?.position) {
      const page = await listQueueItems(app.context, { queue: name, state, after, limit: PAGE });
      items.push(...page);
      if (page.length < PAGE) break;
    }
    call.print({ items }, () =>
      formatTable(
        [{ heading: 'item' }, { heading: 'answers', align: 'right' }, { heading: 'disputed' }],
        items.map(({ id, submitted, disputed }) => [id, String(submitted), disputed.join(', ')]),
      ),
    );
    return EXIT.ok;
  },
};

const next: CommandSpec = {
  usage: 'next <queue>',
  summary: 'take the next item to answer; it is held for you',
  options: [REVIEWER, { flags: '--skip <item>', about: 'give this item back, for later' }],
  examples: [['airworthy review next polite --reviewer ana', 'the item, without what others said']],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const reviewer = requireOption(call, 'reviewer');
    await using app = await call.openApp();
    const { nextReviewItem } = await import('../../evaluation/index.ts');
    const { skip } = call.options as { skip?: string };
    const held = (await nextReviewItem(app.context, { queue: call.args[0] ?? '', reviewer, skip })) ?? null;
    call.print({ held }, () => (held === null ? `nothing to do for ${reviewer}` : describeHeld(held)));
    return EXIT.ok;
  },
};

const submit: CommandSpec = {
  usage: 'submit <queue> <item>',
  summary: 'answer an item, keep a draft, or say that it cannot be judged',
  options: [
    REVIEWER,
    ANSWER,
    { flags: '--draft', about: 'keep the answers for later' },
    { flags: '--discard', about: 'it cannot be judged: someone else is asked' },
    { flags: '--seconds <n>', about: 'time spent on it', parse: wholeNumber(0, 1_000_000) },
  ],
  examples: [
    [
      'airworthy review submit polite 0123… --reviewer ana --answer polite=yes',
      'the same again changes nothing',
    ],
  ],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const reviewer = requireOption(call, 'reviewer');
    const { draft, discard, seconds } = call.options as { draft?: true; discard?: true; seconds?: number };
    const state: AnnotationInput['state'] = discard ? 'discarded' : draft ? 'draft' : 'submitted';
    await using app = await call.openApp();
    const { annotateItem, getReviewQueue } = await import('../../evaluation/index.ts');
    const [queue = '', item = ''] = call.args;
    const answers = readAnswers(call, await getReviewQueue(app.context, queue));
    const timed = seconds === undefined ? {} : { seconds };
    const said = await annotateItem(app.context, { queue, item, reviewer, state, answers, ...timed });
    call.print(said, () => `${said.item}: ${said.state}`);
    return EXIT.ok;
  },
};

const adjudicate: CommandSpec = {
  usage: 'adjudicate <queue> <item>',
  summary: 'settle an item whatever its reviewers said',
  options: [ANSWER, REASON, { flags: '--by <name>', about: 'who settles it (default: you)' }],
  examples: [
    [
      'airworthy review adjudicate polite 0123… --answer polite=no --reason "a plain insult"',
      'it is handed out no more',
    ],
  ],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const reason = requireOption(call, 'reason');
    await using app = await call.openApp();
    const { adjudicateItem, getReviewQueue } = await import('../../evaluation/index.ts');
    const [queue = '', item = ''] = call.args;
    const { by } = call.options as { by?: string };
    const answers = readAnswers(call, await getReviewQueue(app.context, queue));
    const settled = await adjudicateItem(app.context, {
      queue,
      item,
      answers,
      reason,
      ...(by === undefined ? {} : { by }),
    });
    call.print(settled, () => `${item}: ${JSON.stringify(settled.answers)} by ${settled.actor}`);
    return EXIT.ok;
  },
};

const change: CommandSpec = {
  usage: 'change <queue>',
  summary: 'give a queue a new guideline, close it or open it again',
  options: [
    { flags: '--guideline <file>', about: 'the next version of the guideline' },
    { flags: '--state <state>', about: 'whether it takes answers', choices: ['open', 'closed'] },
    REASON,
  ],
  examples: [
    [
      'airworthy review change polite --guideline guideline.md --reason "sarcasm was unclear"',
      'answers carry its version from then on',
    ],
  ],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const reason = requireOption(call, 'reason');
    const { guideline: file, state } = call.options as { guideline?: string; state?: ReviewQueue['state'] };
    const guideline = file === undefined ? undefined : await readText(call, file);
    await using app = await call.openApp();
    const { changeReviewQueue } = await import('../../evaluation/index.ts');
    const queue = await changeReviewQueue(app.context, call.args[0] ?? '', { guideline, state, reason });
    call.print(queue, () => `${queue.name}: ${queue.state}, guideline version ${queue.guidelineVersion}`);
    return EXIT.ok;
  },
};

const agreement: CommandSpec = {
  usage: 'agreement <queue>',
  summary: 'how far reviewers agree, with intervals',
  examples: [['airworthy review agreement polite', 'by question and by reviewer']],
  tracks: true,
  async run(call) {
    await using app = await call.openApp();
    const { measureAgreement } = await import('../../evaluation/index.ts');
    const measured = await measureAgreement(app.context, call.args[0] ?? '');
    call.print(measured, () => describeAgreement(measured));
    return EXIT.ok;
  },
};

const exportThem: CommandSpec = {
  usage: 'export <queue>',
  summary: 'what people settled on, as a dataset version',
  options: [{ flags: '--dataset <name>', about: 'of which dataset (default: QUEUE-reviewed)' }],
  examples: [['airworthy review export polite', 'the same answers give the same version']],
  tracks: true,
  writes: 'through server',
  async run(call) {
    await using app = await call.openApp();
    const { exportReviewQueue } = await import('../../evaluation/index.ts');
    const { dataset: name } = call.options as { dataset?: string };
    const { version, rows, unsettled } = await exportReviewQueue(app.context, {
      queue: call.args[0] ?? '',
      dataset: name,
    });
    const { dataset, number, digest } = version;
    call.print({ dataset, number, digest, rows, unsettled }, () => {
      const open =
        unsettled === 0 ? '' : `; reviewers differ on ${plural(unsettled, 'item')}, adjudicate them`;
      return `${dataset} version ${number}: ${plural(rows, 'row')}${open}`;
    });
    return EXIT.ok;
  },
};

const calibrate: CommandSpec = {
  usage: 'calibrate <queue>',
  summary: 'hold a judge against what people settled on; gates ask for the record',
  options: [
    { flags: '--question <name>', about: 'what people answered' },
    { flags: '--metric <name>', about: 'the judge’s metric in the evaluation' },
    { flags: '--positive <answers...>', about: 'of a choice: answers that pass' },
    {
      flags: '--at-least <n>',
      about: 'of a rating: from where on it passes',
      parse: wholeNumber(-1_000, 1_000),
    },
    {
      flags: '--threshold <n>',
      about: 'scores of the judge that pass (default: the middle of their range)',
      parse: Number,
    },
  ],
  examples: [
    [
      'airworthy review calibrate polite --question polite --positive yes --metric politeness',
      'TPR, TNR, kappa, and the rates corrected by them',
    ],
  ],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const question = requireOption(call, 'question');
    const metric = requireOption(call, 'metric');
    const { positive, atLeast, threshold } = call.options as {
      positive?: string[];
      atLeast?: number;
      threshold?: number;
    };
    await using app = await call.openApp();
    const { calibrateFromQueue } = await import('../../evaluation/index.ts');
    const done = await calibrateFromQueue(app.context, {
      queue: call.args[0] ?? '',
      question,
      metric,
      positive,
      atLeast,
      threshold,
    });
    call.print(done, () => describeCalibration(done.calibration, done.corrected));
    return EXIT.ok;
  },
};

export const review: CommandGroup = {
  usage: 'review',
  summary: 'answers that people judge: queues, agreement, calibration of judges',
  commands: [create, list, show, next, submit, adjudicate, change, agreement, exportThem, calibrate],
};

function requireOption(call: Call, name: string): string {
  const value = call.options[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AirworthyError('BAD_ARGUMENT', { message: `give --${name}`, at: `--${name}` });
}

/** `QUESTION=VALUE`; whether the value is a number follows from the question. */
function readAnswers(call: Call, { questions }: Pick<ReviewQueue, 'questions'>): Answers {
  const given = (call.options.answer ?? []) as string[];
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1)
        throw new AirworthyError('BAD_ARGUMENT', {
          message: `--answer "${text}" is not QUESTION=VALUE`,
          at: '--answer',
        });
      const [name, value] = [text.slice(0, at), text.slice(at + 1)];
      const kind = questions.find((question) => question.name === name)?.kind;
      const numeric = kind === 'rating' && value.trim() !== '' && Number.isFinite(Number(value));
      return [
        name,
        numeric ? Number(value) : kind === 'span' ? ((parseJson(value) ?? value) as Answers[string]) : value,
      ];
    }),
  );
}

function queueTable(queues: readonly ReviewQueue[]): string {
  return formatTable(
    [
      { heading: 'queue' },
      { heading: 'state' },
      { heading: 'questions' },
      { heading: 'reviewers an item', align: 'right' },
    ],
    queues.map(({ name, state, questions, reviewers }) => [
      name,
      state,
      questions.map((each) => each.name).join(', '),
      String(reviewers),
    ]),
  );
}
