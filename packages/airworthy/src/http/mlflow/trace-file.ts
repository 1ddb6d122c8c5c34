import {
  type ArtifactLocation,
  fromMlflowTraceId,
  ingestSpans,
  putArtifact,
  readTraceFile,
  readWholeTrace,
} from '../../tracking/index.ts';
import { readWhole } from '../artifacts/receive-bytes.ts';
import type { DoorDependencies } from '../door.ts';
import { spanRecord } from './otlp-message.ts';

const FILE = 'traces.json';
const MOST_BYTES = 64 << 20;

/** Is this the file in which a client that cannot send OTLP uploads the spans of a trace? */
export function isTraceFile({ owner, path }: ArtifactLocation): boolean {
  return path === FILE && /^tr-[0-9a-f]{32}$/.test(owner);
}

/**
 * Takes the spans of such a file in as if they had come by OTLP, and keeps as the file what is kept of them: what the
 * client wrote never reaches the disk unredacted. Throws TRACES_MALFORMED, BODY_TOO_LARGE.
 */
export async function takeTraceFile(
  { context, project }: Pick<DoorDependencies, 'context' | 'project'>,
  { location, experiment }: { location: ArtifactLocation; experiment: number },
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const trace = fromMlflowTraceId(location.owner);
  const spans = readTraceFile(trace, (await readWhole(source, MOST_BYTES)).toString('utf8'));
  await ingestSpans(context, spans, { experiment, config: project.config.tracking.traces });
  const kept = (await readWholeTrace(context, trace)).map((span) => spanRecord(trace, span));
  await putArtifact(context, location, bytesOf(JSON.stringify({ spans: kept })));
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
