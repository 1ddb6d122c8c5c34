import { defineProject } from 'airworthy';

/** A household's voice assistant: what is said becomes a checked call of a skill. */
export default defineProject({
  name: 'voice-assistant',
  tracking: { traces: { retentionDays: 7 } },
  serving: {
    // Turns are few, and each of them is worth looking at.
    traces: { sample: 1 },
    predictionLog: { retentionDays: 7 },
  },
});
