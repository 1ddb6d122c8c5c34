import { openApp } from 'airworthy';
import { setTags } from 'airworthy/tracking';
import { type JudgedRung, judgeRung, type RungResult } from './judge-rung.ts';
import { missingFor } from './missing-for.ts';
import { PROJECT } from './run-airworthy.ts';
import type { Rung } from './rung.ts';
import { RUNGS } from './rungs.ts';
import { type Trained, trainModels } from './train-models.ts';

export interface JourneyOptions {
  dataFolder: string;
  /** Only these rungs, and what they are compared with. */
  only?: readonly string[];
  /** The Python that has PyTorch: models are made anew, each as a recorded run, before they are judged. */
  python?: string | undefined;
  onProgress?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/**
 * Climbs the rungs one by one. Each is a tracked run of the suite `journey`, with its verdict against the rung it is compared
 * with; one that lacks something is reported as skipped, and the next is compared with the rung before it.
 */
export async function runJourney(options: JourneyOptions): Promise<RungResult[]> {
  const { dataFolder, only, python, onProgress = () => {}, signal } = options;
  const results: RungResult[] = [];
  const trained: Trained = new Set();
  for (const rung of RUNGS) {
    if (only !== undefined && !only.includes(rung.id)) continue;
    if (python !== undefined) await trainModels(rung, { dataFolder, python, onProgress, trained, signal });
    const reason = missingFor(rung);
    if (reason !== undefined) {
      onProgress(`${rung.id}: skipped, ${reason}`);
      results.push({ state: 'skipped', rung, reason });
      continue;
    }
    onProgress(`${rung.id}: judging ${rung.title}`);
    results.push(await judgeRung(rung, comparedWith(rung, results), { dataFolder, signal }));
  }
  await tagRuns(dataFolder, results, python !== undefined);
  return results;
}

/** The rung that is named, or the last one that was judged before. */
function comparedWith(rung: Rung, before: readonly RungResult[]): string | undefined {
  if (rung.against === undefined) return undefined;
  const judged = before.filter(({ state }) => state === 'judged').map((each) => each.rung.id);
  return judged.includes(rung.against) ? rung.against : judged.at(-1);
}

/** What made the model of a run, where a person looks for it. */
async function tagRuns(dataFolder: string, results: readonly RungResult[], trained: boolean): Promise<void> {
  const judged = results.filter((each): each is JudgedRung => each.state === 'judged');
  await using app = await openApp({ folder: PROJECT, dataFolder });
  for (const { rung, run } of judged) {
    await setTags(app.context, run, {
      rung: rung.id,
      change: rung.change,
      model: rung.model,
      authors: rung.authors.join(' ') || 'none',
      weights:
        rung.files.length === 0 ? 'none' : trained ? 'trained in this journey' : 'packed with the example',
    });
  }
}
