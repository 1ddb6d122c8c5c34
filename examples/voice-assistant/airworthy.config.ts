import { defineProject } from 'airworthy';

/** A household's voice assistant: what is said becomes a checked call of a skill. */
export default defineProject({ name: 'voice-assistant' });
