import { readLinear } from '../planners/linear/linear-file.ts';
import { openLinear } from '../planners/linear/open-linear.ts';
import { createDecide } from './create-decide.ts';

/** The assistant with a linear model, which is trained in seconds. It takes sentences only. */
export function decideLinear(model: unknown) {
  return createDecide({ planner: openLinear(readLinear(model)), hear: null });
}
