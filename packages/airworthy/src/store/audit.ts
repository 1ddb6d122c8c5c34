import type { Kysely, Selectable } from 'kysely';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { sha256 } from '../kernel/ids.ts';
import type { Context } from './ports.ts';
import type { AuditEntryTable, Schema } from './sql/schema.ts';

/** What the first entry names as the hash before it. */
const GENESIS = '0'.repeat(64);
/** Entries read at once while the chain is verified. */
const PAGE = 1_000;

/** What was done to what, and why. Actor, project and time come from the context. */
export interface AuditInput {
  /** `alias.set`, `model.register` … */
  action: string;
  /** `model/flight-delays@champion` … */
  object: string;
  reason: string;
  /** What the decision rested on; plain JSON. */
  evidence: unknown;
}

export interface AuditReport {
  ok: boolean;
  entries: number;
  /** Hash of the last entry: note it elsewhere, and a chain cut short is found too. */
  head: string;
  detail: string;
}

/**
 * Appends an entry inside the write that does the thing, so that neither is there without the other. Each entry
 * holds the hash of the one before: changing, removing or reordering entries breaks the chain.
 */
export async function appendAudit(context: Context, sql: Kysely<Schema>, input: AuditInput): Promise<void> {
  const { project, actor, clock } = context;
  const last = await sql
    .selectFrom('audit_entry')
    .select(['sequence', 'hash'])
    .where('project', '=', project)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  const entry = {
    project,
    sequence: (last?.sequence ?? 0) + 1,
    actor,
    action: input.action,
    object: input.object,
    reason: input.reason,
    evidence: canonicalJson(input.evidence),
    at: clock.now(),
    previous_hash: last?.hash ?? GENESIS,
  };
  await sql
    .insertInto('audit_entry')
    .values({ ...entry, hash: hashEntry(entry) })
    .execute();
}

/** An entry as it was written. */
export interface AuditItem extends AuditInput {
  /** 1, 2, 3 … within the project. */
  sequence: number;
  actor: string;
  at: number;
  hash: string;
}

/** Entries, newest first: all, or those about one object; of a long list those before a sequence number. */
export async function listAudit(
  context: Context,
  { object, before, limit }: { object?: string | undefined; before?: number | undefined; limit: number },
): Promise<AuditItem[]> {
  let query = context.store.database.sql
    .selectFrom('audit_entry')
    .selectAll()
    .where('project', '=', context.project)
    .orderBy('sequence', 'desc')
    .limit(limit);
  if (object !== undefined) query = query.where('object', '=', object);
  if (before !== undefined) query = query.where('sequence', '<', before);
  const rows = await query.execute();
  return rows.map(({ sequence, actor, action, object: about, reason, evidence, at, hash }) => ({
    ...{ sequence, actor, action, object: about, reason },
    ...{ evidence: JSON.parse(evidence), at, hash },
  }));
}

/** Recomputes the project's whole chain and says where it first breaks. */
export async function verifyAudit(context: Context): Promise<AuditReport> {
  let [sequence, head] = [0, GENESIS];
  while (true) {
    const page = await context.store.database.sql
      .selectFrom('audit_entry')
      .selectAll()
      .where('project', '=', context.project)
      .where('sequence', '>', sequence)
      .orderBy('sequence')
      .limit(PAGE)
      .execute();
    if (page.length === 0) return { ok: true, entries: sequence, head, detail: `${sequence} entries` };
    for (const entry of page) {
      const fault = findFault(entry, sequence, head);
      if (fault) return { ok: false, entries: sequence, head, detail: fault };
      [sequence, head] = [entry.sequence, entry.hash];
    }
  }
}

function findFault(entry: Selectable<AuditEntryTable>, sequence: number, head: string): string | undefined {
  if (entry.sequence !== sequence + 1) return `entry ${sequence + 1} is missing`;
  if (entry.previous_hash !== head) return `entry ${entry.sequence} does not follow the one before it`;
  const { hash, ...content } = entry;
  return hash === hashEntry(content) ? undefined : `entry ${entry.sequence} was altered`;
}

function hashEntry(content: Omit<Selectable<AuditEntryTable>, 'hash'>): string {
  return sha256(canonicalJson({ ...content }));
}
