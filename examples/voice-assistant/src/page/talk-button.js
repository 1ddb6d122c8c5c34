/** Who presses shorter than this wants it to stay open until it is pressed again. */
const TAP_MS = 300;
const WRITES = 'input, textarea, select, a, summary, button:not(#talk)';

/** A button that listens while it is held, by pointer or by the space bar; tapped, until it is tapped again. */
export function watchTalkButton(button, { onPress, onRelease }) {
  let pressedAt = null;
  let latched = false;

  function press() {
    if (button.disabled || pressedAt !== null) return;
    pressedAt = performance.now();
    if (latched) return;
    onPress();
  }

  function release() {
    if (pressedAt === null) return;
    const tapped = performance.now() - pressedAt < TAP_MS;
    pressedAt = null;
    latched = tapped && !latched;
    if (!latched) onRelease();
  }

  button.addEventListener('pointerdown', (event) => {
    button.setPointerCapture(event.pointerId);
    press();
  });
  button.addEventListener('pointerup', release);
  button.addEventListener('pointercancel', release);
  // A screen reader clicks without a pointer or a key.
  button.addEventListener('click', ({ detail, pointerType }) => {
    if (detail !== 0 || pointerType) return;
    press();
    release();
  });
  document.addEventListener('keydown', (event) => {
    if (event.code !== 'Space' || event.target.closest(WRITES)) return;
    event.preventDefault();
    if (!event.repeat) press();
  });
  document.addEventListener('keyup', (event) => {
    if (event.code !== 'Space') return;
    if (!event.target.closest(WRITES)) event.preventDefault();
    release();
  });
  window.addEventListener('blur', () => {
    if (pressedAt !== null) release();
  });
}
