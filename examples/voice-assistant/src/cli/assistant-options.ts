import { existsSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import {
  type AssistantConfig,
  checkConfig,
  PLANNERS,
  readAssistantConfig,
} from '../assistant/assistant-config.ts';
import { type Assistant, openAssistant } from '../assistant.ts';
import type { Terminal } from './terminal.ts';

/** Options of every command that opens the assistant. */
export interface AssistantFlags {
  folder: string;
  planner?: string;
  voice?: string;
}

export const FOLDER_OPTION = [
  '--folder <folder>',
  'where assistant.json is and the house keeps its data',
  readFolder,
  '.',
] as const;

function readFolder(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new InvalidArgumentError('there is no such folder; make it first');
}

export function addAssistantOptions(command: Command): Command {
  return command
    .option(...FOLDER_OPTION)
    .option('--planner <name>', PLANNERS.join(', '))
    .option('--voice <voice>', 'voice of the replies');
}

export function addSpeakerOption(command: Command): Command {
  return command.option('--speaker <profile>', 'who speaks: a name or a pseudonym of the house');
}

/** Opens what the flags, the environment and assistant.json say, in this order. */
export function openFor(
  terminal: Terminal,
  { folder, planner, voice }: AssistantFlags,
  textOnly: boolean,
): Promise<Assistant & AsyncDisposable> {
  const said = { ...(planner ? { planner } : {}), ...(voice ? { voice } : {}) };
  const config: AssistantConfig = checkConfig(
    { ...readAssistantConfig(folder, terminal.env), ...said },
    'the options',
  );
  return openAssistant({
    folder,
    env: terminal.env,
    config,
    textOnly,
    onTrouble: (message) => terminal.err(message),
  });
}
