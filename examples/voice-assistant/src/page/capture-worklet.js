/* global AudioWorkletProcessor, registerProcessor, sampleRate */
const WANTED_RATE = 16_000;
/** 20 ms. */
const FRAME = 320;

/** Turns what the microphone gives into frames of 16 bit samples at 16 kHz. */
class CaptureProcessor extends AudioWorkletProcessor {
  #frame = new Int16Array(FRAME);
  #filled = 0;
  /** Of the samples that belong to the next one that is given: their sum, their number, and how far it is full. */
  #sum = 0;
  #count = 0;
  #share = 0;

  process([[channel]]) {
    if (channel === undefined) return true;
    // A browser that cannot record at 16 kHz gives more: each sample is then the mean of those in its time.
    for (const sample of channel) {
      this.#sum += sample;
      this.#count++;
      this.#share += WANTED_RATE / sampleRate;
      if (this.#share < 1) continue;
      this.#give(this.#sum / this.#count);
      this.#sum = 0;
      this.#count = 0;
      this.#share -= 1;
    }
    return true;
  }

  #give(sample) {
    this.#frame[this.#filled++] = Math.max(-1, Math.min(1, sample)) * 32_767;
    if (this.#filled < FRAME) return;
    this.port.postMessage(this.#frame.buffer, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME);
    this.#filled = 0;
  }
}

registerProcessor('capture', CaptureProcessor);
