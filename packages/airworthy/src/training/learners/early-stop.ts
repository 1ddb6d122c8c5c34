/** Remembers the best validation loss and says when it has not improved for long enough. */
export class EarlyStop {
  /** Trees of the best iteration so far. */
  bestTrees = 0;
  readonly #settings: { patience: number; tolerance: number } | null;
  #bestLoss = Number.POSITIVE_INFINITY;
  #waited = 0;

  constructor(settings: { patience: number; tolerance: number } | null) {
    this.#settings = settings;
  }

  isOver(loss: number, trees: number): boolean {
    if (!this.#settings) return false;
    if (loss < this.#bestLoss - this.#settings.tolerance) {
      this.#bestLoss = loss;
      this.bestTrees = trees;
      this.#waited = 0;
      return false;
    }
    this.#waited++;
    return this.#waited >= this.#settings.patience;
  }
}
