import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { chatModels } from '../../../api/chat.ts';
import { promptKey, promptVersions } from '../../../api/prompt-queries.ts';
import { Failure } from '../../../components/failure.tsx';
import { Section } from '../../../components/section.tsx';
import { ChatColumn } from './chat-column.tsx';
import { ChatInput } from './chat-input.tsx';
import { NO_DRAFT, parametersOf, promptOf, type SettingsDraft } from './chat-settings.ts';
import { ChatSettingsForm } from './chat-settings-form.tsx';
import { variablesOf } from './chat-template.ts';
import type { PlaygroundProps } from './playground-page.tsx';
import { randomHex } from './random-hex.ts';
import { recordOf } from './record-form.ts';
import { type Chat, type ChatSettings, useChat } from './use-chat.ts';
import { useServedPrompt } from './use-served-prompt.ts';

/** A conversation with a model, or the same with two of them beside each other. */
export function ChatTab({ search, change }: PlaygroundProps) {
  const models = useQuery(chatModels());
  const { data: prompts = [] } = useQuery(promptVersions());
  const template = prompts.find((one) => promptKey(one) === search.prompt)?.messages ?? [];
  const [draft, setDraft] = useState<SettingsDraft>(NO_DRAFT);
  const [one, other] = [useChat(), useChat()];
  const session = useMemo(() => randomHex(16), []);
  const model = search.model ?? models.data?.data[0]?.id ?? '';
  const { beside } = search;
  const parameters = parametersOf(draft);
  const served = [useServedPrompt(model), useServedPrompt(beside)];
  const settingsOf = (target: string): ChatSettings => {
    const [name, arm = null] = target.split('#');
    const fields = served.find((one) => one?.endpoint === name)?.signature?.fields;
    return {
      ...{ model: name, arm, session },
      variables: fields === undefined ? null : recordOf(fields, draft.variables),
      ...{ prompt: promptOf(draft, template), parameters: parameters.value ?? {} },
    };
  };
  const fields = served.flatMap((one) => one?.signature?.fields.map(({ name }) => name) ?? []);
  const sides: Side[] = [
    { target: model, chat: one },
    ...(beside === undefined ? [] : [{ target: beside, chat: other }]),
  ];
  return (
    <div className="chat">
      <ChatSettingsForm
        models={models.data?.data.map(({ id }) => id) ?? []}
        {...{ model, beside, prompts, draft, setDraft, change }}
        prompt={search.prompt}
        variables={[...new Set([...variablesOf(template), ...fields])]}
        problem={parameters.problem}
      />
      <Conversation
        sides={sides}
        settingsOf={settingsOf}
        canSend={model !== '' && parameters.problem === null}
        refused={
          models.error === null ? null : <Failure error={models.error} retry={() => void models.refetch()} />
        }
      />
    </div>
  );
}

interface Side {
  /** A model, or an arm of it as `model#arm`. */
  target: string;
  chat: Chat;
}

interface ConversationProps {
  sides: readonly Side[];
  settingsOf: (target: string) => ChatSettings;
  canSend: boolean;
  /** Where the models could not be listed. */
  refused: React.ReactNode;
}

/** What was said, each side in a column of its own, and what is to be said next to all of them. */
function Conversation({ sides, settingsOf, canSend, refused }: ConversationProps) {
  const isBusy = sides.some(({ chat }) => chat.isBusy);
  const all = (act: (side: Side) => void) => {
    for (const side of sides) act(side);
  };
  return (
    <Section
      title="Conversation"
      says="What was said so far goes along with each question."
      actions={
        <button
          type="button"
          className="plain-button"
          disabled={isBusy || sides.every(({ chat }) => chat.turns.length === 0)}
          onClick={() => all(({ chat }) => chat.clear())}
        >
          Start anew
        </button>
      }
    >
      <div className="stack">
        {refused}
        <div className="answers">
          {sides.map(({ target, chat }) => (
            <ChatColumn
              key={target}
              name={target}
              isAlone={sides.length === 1}
              chat={chat}
              answerTools={(results) => void chat.send(results, settingsOf(target))}
            />
          ))}
        </div>
        <ChatInput
          canSend={canSend}
          isBusy={isBusy}
          send={(content) =>
            all(({ target, chat }) => void chat.send([{ role: 'user', content }], settingsOf(target)))
          }
          stop={() => all(({ chat }) => chat.stop())}
        />
      </div>
    </Section>
  );
}
