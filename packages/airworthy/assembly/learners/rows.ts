/**
 * Stable partition of rows[from, to) by a table of 256 bytes (1: the bin goes left). Left rows are moved to the
 * front of the range; right rows go to `right` from its beginning. Returns the number of left rows.
 */
export function splitRows(
  rows: usize,
  from: u32,
  to: u32,
  bins: usize,
  stride: u32,
  goesLeft: usize,
  right: usize,
): u32 {
  let left = rows + (<usize>from << 2);
  const begin = left;
  for (let at = left, end = rows + (<usize>to << 2); at < end; at += 4) {
    const row = load<u32>(at);
    const isLeft = <usize>load<u8>(goesLeft + <usize>load<u8>(bins + <usize>row * stride));
    // Both are written and one cursor moves: a branch would be mispredicted half of the time.
    store<u32>(left, row);
    store<u32>(right, row);
    left += isLeft << 2;
    right += (1 - isLeft) << 2;
  }
  return <u32>((left - begin) >> 2);
}

/** margins[row] += value for rows[from, to). */
export function addToMargins(rows: usize, from: u32, to: u32, margins: usize, value: f64): void {
  for (let i = from; i < to; i++) {
    const at = margins + (<usize>load<u32>(rows + (<usize>i << 2)) << 3);
    store<f64>(at, load<f64>(at) + value);
  }
}

export function copyBytes(to: usize, from: usize, bytes: u32): void {
  memory.copy(to, from, bytes);
}
