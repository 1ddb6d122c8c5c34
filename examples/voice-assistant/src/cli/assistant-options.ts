import type { Command } from 'commander';
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
  speaker?: string;
  voice?: string;
}

export function addAssistantOptions(command: Command): Command {
  return command
    .option('--folder <folder>', 'where assistant.json is and the house keeps its data', '.')
    .option('--planner <name>', PLANNERS.join(', '))
    .option('--speaker <profile>', 'who speaks: a name or a pseudonym of the house')
    .option('--voice <voice>', 'voice of the replies');
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
