import { AirworthyError } from '../../kernel/errors.ts';
import { addScore, createScoreBins } from '../../stats/sketches/score-bins.ts';
import type { Context } from '../../store/ports.ts';
import { FILE } from '../bundle/manifest.ts';
import { readBundleFile } from '../bundle/read-bundle-file.ts';
import type { ReferenceOutput, ReferenceProfile } from './reference-profile.ts';

/** The form of bundles packed before anything was monitored. */
interface FirstProfile extends Pick<ReferenceProfile, 'rows' | 'fields' | 'columns' | 'metrics'> {
  format: 'airworthy-reference-profile/1';
  output: FirstOutput;
}

type FirstOutput =
  | Extract<ReferenceOutput, { of: 'value' }>
  /** `counts`: by label, in bins of equal width over [0, 1]. */
  | { of: 'positive-class' | 'predicted-class'; labels: string[]; counts: number[][] };

/**
 * What a bundle's production is compared with. Profiles of older bundles are read as of today's form: what they do not
 * say is null. Throws BUNDLE_NOT_FOUND, BUNDLE_ALTERED, or BUNDLE_NEWER.
 *
 * @example
 * const { columns, windows } = await readReferenceProfile(context, digest);
 */
export async function readReferenceProfile(context: Context, bundle: string): Promise<ReferenceProfile> {
  const bytes = await readBundleFile(context, bundle, FILE.referenceProfile);
  const profile = JSON.parse(bytes.toString('utf8')) as ReferenceProfile | FirstProfile;
  switch (profile.format) {
    case 'airworthy-reference-profile/2':
      return profile;
    case 'airworthy-reference-profile/1':
      return upgradeProfile(profile);
    default: {
      const { format } = profile as { format: unknown };
      throw new AirworthyError('BUNDLE_NEWER', {
        message: `${FILE.referenceProfile} of bundle ${bundle} is of the form "${format}", which is not known here`,
      });
    }
  }
}

/** Exported for tests. */
export function upgradeProfile(profile: FirstProfile): ReferenceProfile {
  return {
    ...profile,
    format: 'airworthy-reference-profile/2',
    output: upgradeOutput(profile.output),
    windows: null,
    budget: null,
    calibration: null,
    errorModel: null,
  };
}

/** Where in its bin a score lay was not kept: the scores of a bin are spread evenly over it. */
function upgradeOutput(output: FirstOutput): ReferenceOutput {
  if (output.of === 'value') return output;
  const bins = createScoreBins(output.labels);
  for (const [label, counts] of output.counts.entries()) {
    for (const [bin, rows] of counts.entries()) {
      for (let row = 0; row < rows; row++) addScore(bins, label, (bin + (row + 0.5) / rows) / counts.length);
    }
  }
  return { of: output.of, ...bins };
}
