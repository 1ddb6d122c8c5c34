import { byId, element } from './element.js';
import { formatMs } from './waterfall.js';

const OUTCOMES = {
  done: 'done',
  'asks-first': 'asks first',
  'not-for-me': 'not for me',
  'not-heard': 'not understood',
  refused: 'refused',
  failed: 'failed',
  interrupted: 'interrupted',
};

/** One turn of the conversation, as it is drawn and as it grows. */
export function addTurn(id, { onChoose, onJudge, onCorrect }) {
  const said = element('p', { className: 'said' }, '…');
  const replied = element('p', { className: 'replied' });
  const acts = element('div', { className: 'acts' });
  const item = element('li', {}, said, replied, acts);
  const began = performance.now();
  const turn = {
    ...{ id, item, stages: new Map(), result: null },
    elapsedMs() {
      return turn.result === null ? performance.now() - began : lastMs(turn.stages);
    },
    stage(timing) {
      const key = timing.stage + timing.startedMs;
      turn.stages.set(key, { ...turn.stages.get(key), ...timing });
    },
    hear(text) {
      said.textContent = `“${text}”`;
    },
    reply(text) {
      replied.textContent = text;
    },
    end(result) {
      turn.result = result;
      for (const timing of result.stages) turn.stage({ ...timing, ended: true });
      said.textContent = result.text === '' ? 'nothing understood' : `“${result.text}”`;
      replied.textContent = result.reply;
      acts.replaceChildren(...drawActs(turn, { onChoose, onJudge, onCorrect }));
    },
    judged(value) {
      for (const thumb of acts.querySelectorAll('[data-thumb]'))
        thumb.setAttribute('aria-pressed', String(thumb.dataset.thumb === value));
    },
  };
  byId('turns').append(item);
  byId('empty').hidden = true;
  item.scrollIntoView({ block: 'nearest' });
  return turn;
}

function lastMs(stages) {
  return Math.max(0, ...[...stages.values()].map(({ startedMs, ms }) => startedMs + ms));
}

function drawActs(turn, { onChoose, onJudge, onCorrect }) {
  const { outcome, responseMs, text } = turn.result;
  const word = element('span', { className: 'outcome' }, OUTCOMES[outcome]);
  word.dataset.outcome = outcome;
  const thumb = (value, label, title) => {
    const button = element('button', { className: 'act', type: 'button', title }, label);
    button.onclick = () => onJudge(turn, value);
    button.dataset.thumb = value;
    button.setAttribute('aria-pressed', 'false');
    return button;
  };
  const correct = element('button', { className: 'act', type: 'button' }, 'No, I said…');
  correct.onclick = () => correct.replaceWith(drawCorrection(turn, text, correct, onCorrect));
  const took = element('button', { className: 'act', type: 'button', onclick: () => onChoose(turn) });
  took.append(formatMs(responseMs));
  took.setAttribute('aria-label', `${formatMs(responseMs)}: show what it took`);
  return [
    word,
    took,
    thumb('up', 'Right', 'That was what I wanted'),
    thumb('down', 'Wrong', 'That was not what I wanted'),
    correct,
  ];
}

function drawCorrection(turn, text, button, onCorrect) {
  const input = element('input', { className: 'correction-text', type: 'text', value: text, maxLength: 500 });
  input.setAttribute('aria-label', 'What you said instead');
  const form = element(
    'form',
    { className: 'correction' },
    input,
    element('button', { className: 'act', type: 'submit' }, 'Send'),
  );
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim() !== '') onCorrect(turn, input.value);
    form.replaceWith(button);
  };
  form.onkeydown = ({ key }) => {
    if (key === 'Escape') form.replaceWith(button);
  };
  queueMicrotask(() => input.select());
  return form;
}
