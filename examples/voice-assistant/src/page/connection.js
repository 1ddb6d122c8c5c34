const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * Speaks with the assistant; comes back by itself when the line was lost.
 *
 * @param {{ onMessage(message: object): void, onSound(bytes: ArrayBuffer): void, onState(open: boolean): void }} listener
 */
export function connect({ onMessage, onSound, onState }) {
  let socket = null;
  let wait = FIRST_WAIT_MS;

  function open() {
    socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/listen`);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      wait = FIRST_WAIT_MS;
      onState(true);
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') onMessage(JSON.parse(data));
      else onSound(data);
    };
    socket.onclose = () => {
      onState(false);
      setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    };
  }

  open();
  return {
    get open() {
      return socket.readyState === WebSocket.OPEN;
    },
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    sendSound(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
  };
}
