import { resolve } from 'node:path';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { moment } from '../../kernel/figures.ts';
import type { Erasure, ErasureItem, ErasureReport, ReceiptCheck } from '../../lifecycle/forgetting/schema.ts';
import type { Call, CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';
import { short } from '../format-values.ts';

/** Erasures shown in a list. */
const SHOWN = 50;

export const forget: CommandSpec = {
  usage: 'forget [subject] [receipt]',
  summary: 'erase a person, with a signed receipt and a list of the models that learnt from them',
  about:
    'SUBJECT is the id that callers send (x-airworthy-subject, user.id of spans, user of OpenAI calls), or the pseudonym. Erased are predictions, traces, labels, feedback, review items, rows of curated datasets, evaluated cases, and content that nothing else names. Stopped or killed, the same command goes on. What comes of the same person later is new data. `forget verify RECEIPT` checks a receipt, by its file or the id of its erasure; without a SUBJECT, erasures are listed.',
  options: [
    { flags: '--reason <text>', about: 'why, for the record; it should name nobody', default: '' },
    { flags: '--dry-run', about: 'only count what would be erased' },
    { flags: '--of <subject>', about: 'with verify: is the receipt about this person?' },
  ],
  examples: [
    ['airworthy forget ann@example.org --dry-run', 'what there is of her, and which models learnt from it'],
    [
      'airworthy forget ann@example.org --reason "asked by letter"',
      'erases it and prints the receipt’s file',
    ],
    ['airworthy forget verify receipt.json --of ann@example.org', 'is it whole, ours, and about her?'],
    ['airworthy forget', 'erasures so far'],
  ],
  exits: [[EXIT.gateFailed, 'the receipt does not hold, or is about somebody else']],
  writes: 'through server',
  async run(call) {
    const [subject, receipt] = call.args;
    if (subject === undefined) return list(call);
    return subject === 'verify' && receipt !== undefined ? verify(call, receipt) : erase(call, subject);
  },
};

async function erase(call: Call, subject: string): Promise<number> {
  await using app = await call.openApp();
  const { reason, dryRun } = call.options;
  const erasure = await app.forget({ subject, reason: reason as string, dryRun: dryRun === true });
  call.print(erasure, () => describeErasure(erasure));
  return EXIT.ok;
}

async function verify(call: Call, reference: string): Promise<number> {
  await using app = await call.readApp();
  const { findReceipt, verifyReceipt } = await import('../../lifecycle/forgetting/receipt.ts');
  const { cwd } = call.terminal;
  const bytes = await findReceipt(app.context, reference, (path) => resolve(cwd, path));
  const check = await verifyReceipt(app.context, bytes, call.options.of as string | undefined);
  call.print(check, () => describeCheck(check));
  return check.isOfPerson === false ? EXIT.gateFailed : EXIT.ok;
}

async function list(call: Call): Promise<number> {
  await using app = await call.readApp();
  const { listErasures } = await import('../../lifecycle/forgetting/erasure-rows.ts');
  const erasures = await listErasures(app.context, { limit: SHOWN });
  call.print({ erasures }, () => describeList(erasures));
  return EXIT.ok;
}

function describeErasure({ dryRun, report, receipt }: Erasure): string {
  return [
    dryRun ? 'Would be erased:' : 'Erased:',
    ...describeReport(report),
    '',
    receipt === null
      ? 'Nothing was changed. Without --dry-run it is erased for good.'
      : `Receipt: ${receipt.file}\n  sha256 ${receipt.sha256}`,
  ].join('\n');
}

function describeReport({ erased, datasets, models, kept }: ErasureReport): string[] {
  const counts = Object.entries(erased).filter(([, count]) => count > 0);
  return [
    ...(counts.length === 0 ? ['  nothing: there is no trace of this person'] : []),
    ...counts.map(([kind, count]) => `  ${count} ${inWords(kind)}`),
    ...section(
      'Dataset versions that held rows',
      datasets.map(
        ({ dataset, number, rows, successor }) =>
          `${dataset} version ${number}: ${rows} rows${successor === null ? '' : `, now ${dataset}@${short(successor)}`}`,
      ),
    ),
    ...section(
      'Models trained on them',
      models.map(({ bundle, versions, todo }) => {
        const names = versions.map(({ model, version, aliases }) =>
          [`${model} version ${version}`, ...aliases.map((alias) => `(${alias})`)].join(' '),
        );
        return `bundle ${short(bundle)}${names.length === 0 ? '' : `, ${names.join(', ')}`}: ${todo}`;
      }),
    ),
    ...section(
      'Not erased',
      kept.map(({ what, why }) => `${what}: ${why}`),
    ),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
}

/** `reviewItems` → `review items`. */
function inWords(kind: string): string {
  return kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function describeCheck({ key, isOfPerson, report }: ReceiptCheck): string {
  return [
    `The receipt holds: erasure ${report.id} of ${moment(report.endedAt)}, signed with key ${short(key)}.`,
    ...(isOfPerson === null ? [] : [isOfPerson ? 'It is about this person.' : 'It is about somebody else.']),
    ...describeReport(report),
  ].join('\n');
}

function describeList(erasures: readonly ErasureItem[]): string {
  if (erasures.length === 0) return 'nobody was erased so far';
  return formatTable(
    [
      { heading: 'erasure' },
      { heading: 'state' },
      { heading: 'began' },
      { heading: 'by' },
      { heading: 'reason' },
    ],
    erasures.map(({ id, state, startedAt, actor, reason }) => [id, state, moment(startedAt), actor, reason]),
  );
}
