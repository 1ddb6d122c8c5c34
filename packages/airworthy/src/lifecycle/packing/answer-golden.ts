import { AirworthyError } from '../../kernel/errors.ts';
import {
  askRecord,
  askTensors,
  createRecordCheck,
  type GoldenCase,
  isAlike,
  openService,
  type Runtime,
  type ServiceGolden,
  type ServiceGoldenPair,
  type ServiceMeans,
} from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import type { GatheredService } from './gather-service.ts';

/** Nobody else can tell whether code of one's own still answers as it did. */
const NEEDS_GOLDEN: ReadonlySet<string> = new Set(['function', 'command']);

/**
 * Starts the service and asks it its golden cases: what they expect must come, and what they do not say is kept.
 *
 * @throws SERVICE_INVALID naming the case
 */
export async function answerGolden(
  context: Context,
  service: GatheredService,
  cases: readonly GoldenCase[],
  means: ServiceMeans,
): Promise<ServiceGolden> {
  const { spec, signature, files } = service;
  const { tolerance, runtime: kind } = spec;
  if (cases.length === 0) {
    if (NEEDS_GOLDEN.has(kind))
      throw invalid(`a ${kind} needs a golden case, which it must answer before it serves`, 'golden');
    return { format: 'airworthy-service-golden/1', tolerance, pairs: [] };
  }
  const read = async (path: string) => files.get(path) ?? Buffer.alloc(0);
  const runtime = await openService({ context, spec, signature, read }, means);
  try {
    const pairs: ServiceGoldenPair[] = [];
    for (const [index, each] of cases.entries())
      pairs.push(await answerCase(runtime, each, index, tolerance));
    return { format: 'airworthy-service-golden/1', tolerance, pairs };
  } finally {
    await runtime.close();
  }
}

async function answerCase(
  runtime: Runtime,
  given: GoldenCase,
  index: number,
  tolerance: number,
): Promise<ServiceGoldenPair> {
  const at = `golden.${index}`;
  if ('record' in given !== runtime.signature.fields.length > 0)
    throw invalid(
      `golden case ${index} has ${'record' in given ? 'a record' : 'inputs'}, which is not what the service takes`,
      at,
    );
  if ('inputs' in given) {
    const outputs = await askTensors(runtime, given.inputs);
    if (given.outputs && !isAlike(outputs, given.outputs, tolerance))
      throw otherwise(index, outputs, given.outputs);
    return { inputs: given.inputs, outputs };
  }
  const [problem] = createRecordCheck(runtime.signature)(given.record);
  if (problem) throw invalid(`golden case ${index}: ${problem.field || 'the record'} ${problem.problem}`, at);
  const output = await askRecord(runtime, given.record);
  if (given.output !== undefined && !isExpected(output, given.output, tolerance))
    throw otherwise(index, output, given.output);
  return { record: given.record, output };
}

/** A person may give the whole answer, or for an output its value alone. */
function isExpected(answer: object, expected: unknown, tolerance: number): boolean {
  if (isAlike(answer, expected, tolerance)) return true;
  return 'output' in answer && isAlike(answer.output, expected, tolerance);
}

function otherwise(index: number, given: unknown, expected: unknown): AirworthyError {
  const show = (value: unknown) => JSON.stringify(value).slice(0, 300);
  return invalid(
    `golden case ${index} is answered with ${show(given)}, and the file says ${show(expected)}`,
    `golden.${index}`,
  );
}

function invalid(message: string, at: string): AirworthyError {
  return new AirworthyError('SERVICE_INVALID', { message, at });
}
