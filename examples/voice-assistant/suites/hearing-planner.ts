import { readFile } from 'node:fs/promises';
import type { Task } from 'airworthy/evaluation';
import { readAssistantConfig } from '../src/assistant/assistant-config.ts';
import { chooseEars } from '../src/assistant/choose-speech.ts';
import { PROJECT } from '../src/journey/run-airworthy.ts';
import { readWav } from '../src/speech/read-wav.ts';
import type { Transcriber } from '../src/speech/speech.ts';
import { transcribe } from '../src/speech/transcribe.ts';
import { plannerUnderTest } from './planner-under-test.ts';

/** What the assistant hears with here; an error that says what is missing where it cannot hear. */
async function openEars(): Promise<Transcriber> {
  const { ears, probe } = await chooseEars(readAssistantConfig(PROJECT, process.env), process.env);
  if (ears === null) throw new Error(`voices cannot be judged here. ${probe.meaning} ${probe.remedy ?? ''}`);
  return ears.transcriber;
}

/** The planner under test behind the ears: its answer is what was heard, its calls are what it made of that. */
export async function hearingPlanner(): Promise<Record<string, Task>> {
  const [task] = Object.values(await plannerUnderTest());
  // Opened with the first case: loading the suites must not start processes.
  let opened: Promise<Transcriber> | undefined;
  const hearing: Task = {
    ...task,
    spec: { ...task.spec, hears: true },
    async run(each, context) {
      opened ??= openEars();
      const { path } = each.input as { path: string };
      const samples = readWav(await readFile(path));
      const { text } = await transcribe(await opened, samples, context.signal);
      const planned = await task.run({ ...each, input: { text } }, context);
      return { ...planned, value: text };
    },
    async close() {
      await task.close?.();
      await (await opened)?.close();
    },
  };
  return { [task.name]: hearing };
}
