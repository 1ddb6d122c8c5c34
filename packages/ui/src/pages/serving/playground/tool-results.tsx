import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ChatMessage, ToolCall } from '../../../api/chat-answers.ts';

interface Props {
  calls: readonly ToolCall[];
  send: (results: ChatMessage[]) => void;
}

/** Nothing is run here: what the tools would say is typed. */
export function ToolResults({ calls, send }: Props) {
  const [results, setResults] = useState<Readonly<Record<string, string>>>({});
  return (
    <form
      className="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        send(calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: results[id] ?? '' })));
      }}
    >
      {calls.map(({ id, function: { name } }) => (
        <Textarea
          key={id}
          label={`What ${name} says`}
          required
          autosize
          minRows={2}
          maxRows={10}
          value={results[id] ?? ''}
          onChange={(event) => setResults({ ...results, [id]: event.currentTarget.value })}
        />
      ))}
      <div>
        <Button type="submit" variant="default">
          Send the results
        </Button>
      </div>
    </form>
  );
}
