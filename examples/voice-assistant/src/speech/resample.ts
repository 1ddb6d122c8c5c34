/** Zero crossings of the sinc on each side: enough that what is folded back cannot be heard. */
const LOBES = 16;

/**
 * The same sound at another rate: a windowed sinc, one filter for each phase, that lets through only what the lower
 * of the two rates can carry.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const common = greatestCommonDivisor(from, to);
  const [up, down] = [to / common, from / common];
  const cutoff = Math.min(1, to / from);
  const reach = Math.ceil(LOBES / cutoff);
  const phases = new Map<number, Float32Array>();
  const resampled = new Float32Array(Math.round((samples.length * to) / from));
  for (let index = 0; index < resampled.length; index++) {
    const centre = Math.floor((index * down) / up);
    const phase = (index * down) % up;
    const filter = phases.get(phase) ?? sincFilter(phase / up, cutoff, reach);
    phases.set(phase, filter);
    const first = centre - reach + 1;
    const last = Math.min(filter.length, samples.length - first);
    let sum = 0;
    for (let tap = Math.max(0, -first); tap < last; tap++) sum += samples[first + tap] * filter[tap];
    resampled[index] = sum;
  }
  return resampled;
}

function sincFilter(fraction: number, cutoff: number, reach: number): Float32Array {
  const taps = Float32Array.from({ length: 2 * reach }, (_, tap) => {
    const distance = tap - reach + 1 - fraction;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / (reach + 1));
    return window * cutoff * sinc(distance * cutoff);
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
