import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';

interface Props {
  canSend: boolean;
  isBusy: boolean;
  send: (text: string) => void;
  stop: () => void;
}

/** The next thing to say: Enter sends, Shift-Enter begins a line. */
export function ChatInput({ canSend, isBusy, send, stop }: Props) {
  const [text, setText] = useState('');
  const isReady = canSend && !isBusy && text.trim() !== '';
  const submit = () => {
    if (!isReady) return;
    send(text);
    setText('');
  };
  return (
    <form
      className="stack-tight"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Textarea
        label="Your message"
        autosize
        minRows={2}
        maxRows={12}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <div className="row">
        <Button type="submit" disabled={!isReady}>
          Send
        </Button>
        {isBusy ? (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        ) : null}
        <span className="quiet small">
          <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a line
        </span>
      </div>
    </form>
  );
}
