import { z } from 'zod';
import { METRIC_NAMES } from '../stats/metric-names.ts';

const Metric = z.enum(METRIC_NAMES);

export const Tier = z.enum(['page', 'ticket', 'digest']);
export type Tier = z.infer<typeof Tier>;

/** The widths a window may have; `day` and `week` begin at midnight, weeks on Monday, in the project's time zone. */
export const Width = z.enum(['hour', 'day', 'week']);
export type Width = z.infer<typeof Width>;

const Tiers = z.array(Tier).min(1).default(['page', 'ticket', 'digest']).describe('Which alerts go there.');

const FROM_ENVIRONMENT = 'Name of the environment variable that holds';

/** Where alerts are told. Secrets are named by environment variable, never written here. */
export const Channel = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('webhook'),
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('Where to post.'),
      urlFrom: z
        .string()
        .optional()
        .describe(`${FROM_ENVIRONMENT} where to post, for addresses that are secrets, as Slack’s are.`),
      shape: z
        .enum(['airworthy', 'slack'])
        .default('airworthy')
        .describe('Body: our own JSON, or what a Slack incoming webhook takes.'),
      secretFrom: z.string().optional().describe(`${FROM_ENVIRONMENT} the key the body is signed with.`),
      allowPrivate: z
        .boolean()
        .default(false)
        .describe('Allow an address of this machine or of a private network.'),
      tiers: Tiers,
    })
    .refine(({ url, urlFrom }) => (url === undefined) !== (urlFrom === undefined), {
      error: 'needs either url or urlFrom',
    })
    .describe('An HTTP POST, signed, tried again for a day.'),
  z
    .strictObject({
      kind: z.literal('email'),
      host: z.string().min(1).describe('SMTP server.'),
      port: z.int().min(1).max(65_535).default(587).describe('Its port.'),
      from: z.email().describe('Sender.'),
      to: z.array(z.email()).min(1).describe('Recipients.'),
      userFrom: z.string().optional().describe(`${FROM_ENVIRONMENT} the SMTP user.`),
      passwordFrom: z.string().optional().describe(`${FROM_ENVIRONMENT} the SMTP password.`),
      allowPrivate: z
        .boolean()
        .default(false)
        .describe('Allow a server on this machine or in a private network.'),
      tiers: Tiers,
    })
    .describe('An e-mail by SMTP.'),
]);
export type Channel = z.infer<typeof Channel>;

/** A floor (or a ceiling, where lower is better) that realised and estimated performance must hold. */
export const PerformanceGate = z.strictObject({
  metric: Metric.describe('What is watched.'),
  value: z.number().describe('A floor, or a ceiling for metrics where lower is better.'),
});
export type PerformanceGate = z.infer<typeof PerformanceGate>;

/** The `monitoring` key of a project. */
export const MonitoringConfig = z.strictObject({
  enabled: z.boolean().default(true).describe('Watch what is served.'),
  timeZone: z
    .string()
    .default('UTC')
    .refine(isTimeZone, { error: 'must be an IANA time zone, such as "Europe/Berlin"' })
    .describe('Time zone of days and weeks, and of the hour of the week.'),
  performance: z
    .array(PerformanceGate)
    .optional()
    .describe(
      'What performance must hold; where absent, half of the primary metric’s lead over the trivial baseline.',
    ),
  lateness: z
    .number()
    .min(0)
    .max(86_400)
    .default(600)
    .describe('Seconds a window stays open after its end, for predictions that come late.'),
  maturity: z
    .number()
    .gt(0)
    .max(1)
    .default(0.95)
    .describe('Share of the labels to be expected from which a window’s metrics count.'),
  drift: z
    .strictObject({
      q: z.number().gt(0).lt(1).default(0.001).describe('False discovery rate across columns (BH).'),
      effect: z
        .number()
        .min(0)
        .default(0.1)
        .describe('Smallest PSI, less what chance alone gives, that counts as drift.'),
      windows: z.int().min(1).max(30).default(2).describe('Windows in a row before it is told.'),
    })
    .prefault({})
    .describe('When a column has drifted.'),
  coolDownHours: z
    .number()
    .min(0)
    .max(24 * 365)
    .default(24)
    .describe('Hours in which a resolved alert does not open again unless its effect has doubled.'),
  retentionDays: z.number().positive().max(36_500).default(730).describe('Windows older than this go.'),
  channels: z.array(Channel).max(20).default([]).describe('Where alerts are told, besides the log.'),
});
export type MonitoringConfig = z.infer<typeof MonitoringConfig>;

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A metric of a window with its interval; null where it is not defined. */
export const WindowMetric = z.strictObject({
  metric: Metric,
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.int(),
  method: z.string(),
});
export type WindowMetric = z.infer<typeof WindowMetric>;

/** How far one column (or the score) lies from its reference. Distances name their definition in docs/stages/monitoring.md. */
export const ColumnDrift = z.strictObject({
  column: z.string(),
  n: z.int(),
  /** PSI with 0.5 added to every count; `effect` is PSI less what chance alone gives. */
  psi: z.number(),
  effect: z.number(),
  /** Two-sample chi-square, corrected for overdispersion; `q` is adjusted across columns (Benjamini-Hochberg). */
  p: z.number(),
  q: z.number(),
  /** Jensen-Shannon distance, base 2. */
  jensenShannon: z.number(),
  /**
   * Shares of missing, unseen (categories) and out-of-range values: in the window, and in the reference, which has
   * unseen and out-of-range values only where it was accepted later.
   */
  missing: z.number(),
  missingReference: z.number(),
  unseen: z.number(),
  unseenReference: z.number(),
  outOfRange: z.number(),
  outOfRangeReference: z.number(),
  /** Categories that the reference does not have, the most frequent first; at most five. */
  unseenNames: z.array(z.string()),
  /** One value in the whole window, where the reference has several. */
  constant: z.boolean(),
  /**
   * The window's mean and standard deviation over the reference's: both the same factor where a unit was changed.
   * Null for categories, timestamps, and where the reference's are 0 or the window's unknown.
   */
  meanRatio: z.number().nullable(),
  spreadRatio: z.number().nullable(),
  /** q and effect beyond the rule in this window. One window alone is not an alert. */
  drifted: z.boolean(),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

/** What one window of one version showed. */
export const WindowReport = z.strictObject({
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  arm: z.string(),
  bundle: z.string(),
  /** `closed`: all but labels. `matured`: once enough labels are known. */
  kind: z.enum(['closed', 'matured']),
  width: Width,
  /** Milliseconds since the epoch; the end is not in the window. */
  start: z.number(),
  end: z.number(),
  predictions: z.int(),
  /** Requests' records that were refused or failed, by error code; shed: served but not counted in sketches. */
  failures: z.record(z.string(), z.int()),
  shed: z.int(),
  /** Milliseconds. */
  latency: z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  /**
   * 200 predictions or more: below, nothing is tested. An hour says what is plain in it, soon (failures, latency, broken
   * columns); drift and performance are judged by days and weeks, as hours differ from each other by nature.
   */
  enough: z.boolean(),
  /** Empty where there is not enough, and for a version that carries no reference profile. */
  columns: z.array(ColumnDrift),
  score: ColumnDrift.nullable(),
  /** Without labels: CBPE, or the error model of a regression. Of days and weeks with enough predictions. */
  estimated: z.array(WindowMetric),
  labels: z.int(),
  /** Share of the labels to be expected that is known; null while no delay curve has been learnt. */
  maturity: z.number().nullable(),
  realised: z.array(WindowMetric),
  /** Expected calibration error of matured labels against its reference; null for regression or too few. */
  calibration: WindowMetric.nullable(),
});
export type WindowReport = z.infer<typeof WindowReport>;

export const AlertKind = z.enum([
  'unavailable',
  'slow',
  'invalid-requests',
  'broken-column',
  'no-traffic',
  'performance',
  'estimated-performance',
  'calibration',
  'score-drift',
  'estimate-disagrees',
  'input-drift',
  'new-categories',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** What an alert is about, and what was said of it. */
export const AlertDetails = z.strictObject({
  /** What moves together, the worst first; at most 50 of them. */
  signals: z.array(
    z.strictObject({
      /** A column or a metric; empty where the kind has only one. */
      subject: z.string(),
      width: Width,
      effect: z.number(),
      threshold: z.number(),
      n: z.int(),
      /** As a sentence. */
      says: z.string(),
    }),
  ),
  /** All columns or metrics. */
  subjects: z.array(z.string()),
  /** Start of the first window that showed it. */
  firstSeen: z.number(),
  /** How bad it is, on a scale of which the double is twice as bad. */
  severity: z.number(),
  /** How bad it was when somebody was last told; null where nobody was. */
  toldSeverity: z.number().nullable(),
  /** Why nobody is told: the reason of a maintenance. */
  muted: z.string().nullable(),
  /** Why it ended. */
  resolution: z.string().nullable(),
});
export type AlertDetails = z.infer<typeof AlertDetails>;

export const Alert = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  arm: z.string(),
  tier: Tier,
  kind: AlertKind,
  state: z.enum(['open', 'acknowledged', 'resolved']),
  /** One sentence: effect first, then n, p last. */
  title: z.string(),
  evidence: z.strictObject({
    columns: z.array(z.string()),
    /** What was measured, and against what. */
    effect: z.number(),
    threshold: z.number(),
    n: z.int(),
    windows: z.array(z.strictObject({ width: Width, start: z.number(), end: z.number() })),
    details: AlertDetails,
  }),
  openedAt: z.number(),
  lastSeenAt: z.number(),
  resolvedAt: z.number().nullable(),
});
export type Alert = z.infer<typeof Alert>;

export const ListAlerts = z.strictObject({
  endpoint: z.string().optional(),
  state: z.enum(['open', 'acknowledged', 'resolved']).optional(),
  tier: Tier.optional(),
  limit: z.int().min(1).max(1_000).default(50),
  /** The `next` of the page before. */
  after: z.string().optional(),
});
export type ListAlerts = z.input<typeof ListAlerts>;

const Reason = z.string().trim().min(1, 'a reason is needed, for the record').max(2_000);

export const AcknowledgeAlert = z.strictObject({
  id: z.string().min(1),
  /** `seen`: somebody looks after it. `accept-reference`: what production shows now is what it is compared with from here on. */
  action: z.enum(['seen', 'accept-reference']),
  reason: Reason,
});
export type AcknowledgeAlert = z.input<typeof AcknowledgeAlert>;

/** Nothing is told of windows within it; alerts are recorded as muted. Milliseconds since the epoch. */
export const AddMaintenance = z.strictObject({
  endpoint: z.string().min(1),
  startsAt: z.number(),
  endsAt: z.number(),
  reason: Reason,
});
export type AddMaintenance = z.input<typeof AddMaintenance>;

export const Maintenance = AddMaintenance.extend({ id: z.string(), actor: z.string() });
export type Maintenance = z.infer<typeof Maintenance>;
