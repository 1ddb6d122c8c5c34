import { z } from 'zod';

/** The `serving.traces` key of a project. */
export const RequestTracesConfig = z.strictObject({
  sample: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      'Share of requests that become spans, chosen by their trace id: every server chooses the same.',
    ),
  exporter: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional()
    .describe(
      'Where spans are sent as OTLP/HTTP JSON, such as http://127.0.0.1:4318/v1/traces; the project’s own traces where absent.',
    ),
});
export type RequestTracesConfig = z.infer<typeof RequestTracesConfig>;

/** The `serving.log` key of a project. */
export const RequestLogConfig = z.strictObject({
  requests: z
    .enum(['none', 'failures', 'all'])
    .default('none')
    .describe(
      'Which prediction requests get a line in the server’s log, with the id of their first prediction.',
    ),
});
export type RequestLogConfig = z.infer<typeof RequestLogConfig>;
