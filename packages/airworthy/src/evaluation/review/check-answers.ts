import { AirworthyError } from '../../kernel/errors.ts';
import { type Answers, type Question, SIDES, type Span } from './schema.ts';

/**
 * Answers as the questions ask for them; with `whole` every required one must be there. Throws ANNOTATION_INVALID.
 */
export function checkAnswers(questions: readonly Question[], answers: Answers, whole: boolean): Answers {
  const unknown = Object.keys(answers).find((name) => !questions.some((question) => question.name === name));
  if (unknown !== undefined) {
    throw invalid(
      unknown,
      `there is no question "${unknown}": there is ${questions.map(({ name }) => name).join(', ')}`,
    );
  }
  for (const question of questions) {
    const { name } = question;
    if (!Object.hasOwn(answers, name)) {
      if (whole && question.required) throw invalid(name, `"${name}" is not answered`);
      continue;
    }
    const fault = faultOf(question, answers[name]);
    if (fault !== undefined)
      throw invalid(name, `"${name}" must be ${fault}, not ${JSON.stringify(answers[name]).slice(0, 100)}`);
  }
  return answers;
}

function faultOf(question: Question, answer: Answers[string]): string | undefined {
  switch (question.kind) {
    case 'rating': {
      const [low, high] = question.scale;
      const fits = typeof answer === 'number' && Number.isInteger(answer) && answer >= low && answer <= high;
      return fits ? undefined : `a whole number from ${low} to ${high}`;
    }
    case 'choice':
      return question.options.some((option) => option === answer)
        ? undefined
        : `one of ${question.options.join(', ')}`;
    case 'pairwise':
      return SIDES.some((side) => side === answer) ? undefined : `one of ${SIDES.join(', ')}`;
    case 'span':
      return isSpans(answer, question.options)
        ? undefined
        : `stretches with one of the labels ${question.options.join(', ')}`;
    default:
      return typeof answer === 'string' ? undefined : 'a text';
  }
}

function isSpans(answer: Answers[string], labels: readonly string[]): answer is Span[] {
  return Array.isArray(answer) && answer.every(({ label }) => labels.includes(label));
}

function invalid(name: string, message: string): AirworthyError {
  return new AirworthyError('ANNOTATION_INVALID', { message, at: `answers.${name}` });
}
