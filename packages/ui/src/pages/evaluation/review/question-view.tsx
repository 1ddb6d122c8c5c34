import type { Answers, AnswerValue, Question } from '../../../api/review-answers.ts';
import { optionsOf } from './review-keys.ts';
import { SpanAnswer } from './span-answer.tsx';

interface Props {
  question: Question;
  answers: Answers;
  isCurrent: boolean;
  /** What a correction begins with, and what spans are marked in. */
  text: string;
  answer: (value: AnswerValue) => void;
  focus: () => void;
}

/** One question: choices with their keys, or a field to write in. */
export function QuestionView({ question, answers, isCurrent, text, answer, focus }: Props) {
  const { name, kind } = question;
  const label = question.text ?? name;
  const given = answers[name];
  const options = optionsOf(question);
  return (
    <fieldset className="question" data-current={isCurrent}>
      <legend>
        {label}
        {question.required ? null : <span className="quiet"> (if you like)</span>}
      </legend>
      {options.length > 0 ? (
        <div className="row option-row">
          {options.map(({ value, text: words }, index) => (
            <button
              key={value}
              type="button"
              className="option-button"
              aria-pressed={given === value}
              onFocus={focus}
              onClick={() => answer(value)}
            >
              {index < 9 ? <kbd>{index + 1}</kbd> : null} {words}
            </button>
          ))}
        </div>
      ) : null}
      {kind === 'span' ? (
        <SpanAnswer
          label={label}
          text={text}
          labels={question.options}
          spans={Array.isArray(given) ? given : []}
          change={answer}
          focus={focus}
        />
      ) : null}
      {kind === 'correction' || kind === 'text' ? (
        <textarea
          className="plain-area"
          aria-label={label}
          rows={kind === 'correction' ? 6 : 3}
          maxLength={20_000}
          value={typeof given === 'string' ? given : kind === 'correction' ? text : ''}
          onFocus={focus}
          onChange={({ currentTarget }) => answer(currentTarget.value)}
        />
      ) : null}
    </fieldset>
  );
}
