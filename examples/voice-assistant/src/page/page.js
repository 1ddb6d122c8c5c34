import { connect } from './connection.js';
import { addTurn } from './conversation.js';
import { byId, element } from './element.js';
import { createMicrophone, explainMicrophone, microphoneProblem } from './microphone.js';
import { createPlayback } from './playback.js';
import { watchTalkButton } from './talk-button.js';
import { drawWaterfall } from './waterfall.js';

const WORDS = {
  offline: 'Offline',
  ready: 'Ready',
  waiting: 'Waiting for its name',
  listening: 'Listening',
  thinking: 'Thinking',
  speaking: 'Speaking',
};

const turns = new Map();
let current = null;
let chosen = null;
let tracesUrl = null;
/** What the microphone is opened for; null where it is not. */
let wanted = null;
/** Is the button held? */
let listening = false;

const playback = createPlayback({ onEnd: showState });
const microphone = createMicrophone({
  onFrame: (frame) => connection.sendSound(frame),
  onGone() {
    connection.send({ type: 'gone' });
    endListening();
    byId('hands-free').checked = false;
    sayMicrophone('the microphone has gone away; you can type instead');
  },
});
const connection = connect({
  onMessage: (message) => HANDLERS[message.type]?.(message),
  onSound(bytes) {
    playback.play(bytes);
    showState();
  },
  onState(open) {
    if (!open) {
      endListening();
      playback.silence();
      current = null;
      byId('hands-free').checked = false;
    }
    showState();
  },
});

const HANDLERS = {
  ready({ profile, profiles, hears, wakePhrase, missing, traces }) {
    byId('profile').replaceChildren(
      ...profiles.map(({ id, name }) => element('option', { value: id, selected: id === profile }, name)),
    );
    tracesUrl = traces;
    const problem = hears ? microphoneProblem() : 'nothing here recognises speech; type instead';
    byId('talk').disabled = problem !== null;
    if (problem !== null) sayMicrophone(problem);
    byId('hands-free-label').hidden = problem !== null || wakePhrase === null;
    byId('wake-phrase').textContent = wakePhrase ?? '';
    byId('missing').hidden = missing.length === 0;
    byId('missing').replaceChildren(...missing.map((text) => element('span', {}, text)));
    showState();
  },
  turn({ turn: id }) {
    current = addTurn(id, { onChoose: choose, onJudge: judge, onCorrect: correct });
    turns.set(id, current);
    choose(current);
    sayTrouble('');
  },
  event({ turn: id, event }) {
    const turn = turns.get(id);
    if (event.stage === 'stt') turn?.hear(event.partial ?? event.transcript.text);
    if (event.stage === 'reply') turn?.reply(event.text);
  },
  stage({ turn: id, timing, ended, budgetMs }) {
    const turn = turns.get(id);
    turn?.stage({ ...timing, ended, budgetMs });
    if (timing.stage === 'audio.capture' && ended && !byId('hands-free').checked) endListening();
    showState();
    if (turn === chosen) drawChosen();
  },
  result({ result }) {
    const turn = turns.get(result.traceId);
    turn?.end(result);
    if (turn === current) current = null;
    if (turn === chosen) drawChosen();
    showState();
  },
  silence: () => playback.silence(),
  judged({ turn: id, value, known }) {
    if (known) turns.get(id)?.judged(value);
    else sayTrouble('that turn is no longer known here');
  },
  notice({ text }) {
    byId('turns').append(element('li', {}, element('p', { className: 'replied' }, text)));
    byId('empty').hidden = true;
  },
  error: ({ message }) => sayTrouble(message),
};

function choose(turn) {
  chosen?.item.removeAttribute('data-chosen');
  chosen = turn;
  turn.item.setAttribute('data-chosen', '');
  drawChosen();
}

function drawChosen() {
  drawWaterfall(chosen);
  const link = byId('trace-link');
  link.hidden = false;
  const id = `${chosen.id.slice(0, 8)}…`;
  link.replaceChildren(
    'Trace ',
    tracesUrl === null
      ? element('code', { title: chosen.id }, id)
      : element('a', { href: `${tracesUrl}/${chosen.id}` }, id),
  );
}

function judge(turn, value) {
  connection.send({ type: 'judge', turn: turn.id, value });
}

function correct(turn, text) {
  connection.send({ type: 'correct', turn: turn.id, text });
}

function showState() {
  const word = stateNow();
  byId('state').dataset.state = word;
  byId('state-word').textContent = WORDS[word];
  byId('compose').querySelector('button').disabled = word === 'offline';
}

function stateNow() {
  if (!connection.open) return 'offline';
  if (playback.playing) return 'speaking';
  if (listening) return 'listening';
  if (current !== null) return isCapturing(current) ? 'listening' : 'thinking';
  return byId('hands-free').checked ? 'waiting' : 'ready';
}

function isCapturing({ stages }) {
  return [...stages.values()].some(({ stage, ended }) => stage === 'audio.capture' && !ended);
}

/** The microphone may have to be opened first: whoever has let go by then is not listened to. */
async function beginListening(mode) {
  playback.prepare();
  playback.silence();
  connection.send({ type: 'hush' });
  wanted = mode;
  try {
    await microphone.start();
  } catch (error) {
    endListening();
    byId('hands-free').checked = false;
    sayMicrophone(explainMicrophone(error));
    return;
  }
  if (wanted !== mode) return;
  sayMicrophone('');
  connection.send({ type: 'begin', mode });
  listening = mode === 'button';
  showTalk();
}

/** The person has let go of the button. */
function letGo() {
  if (listening) connection.send({ type: 'end' });
  endListening();
}

function endListening() {
  listening = false;
  wanted = byId('hands-free').checked ? 'hands-free' : null;
  if (!byId('hands-free').checked) microphone.stop();
  showTalk();
}

function showTalk() {
  byId('talk').setAttribute('aria-pressed', String(listening));
  showState();
}

function sayMicrophone(text) {
  byId('microphone').hidden = text === '';
  byId('microphone').textContent = text;
}

function sayTrouble(text) {
  byId('trouble').hidden = text === '';
  byId('trouble').textContent = text;
}

watchTalkButton(byId('talk'), { onPress: () => beginListening('button'), onRelease: letGo });

byId('hands-free').onchange = ({ target }) => {
  if (target.checked) return void beginListening('hands-free');
  connection.send({ type: 'end' });
  endListening();
};

byId('compose').onsubmit = (event) => {
  event.preventDefault();
  const input = byId('text');
  if (input.value.trim() === '') return;
  playback.prepare();
  connection.send({ type: 'say', text: input.value });
  input.value = '';
};

byId('profile').onchange = ({ target }) => connection.send({ type: 'speak-as', profile: target.value });

document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') connection.send({ type: 'hush' });
});

// A turn that is under way grows.
setInterval(() => {
  if (chosen !== null && chosen.result === null) drawChosen();
}, 100);
