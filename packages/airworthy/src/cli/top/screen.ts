/** A terminal to draw whole pictures on. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  /** Calls back whenever its size changes, until what is returned is called. */
  onResize(listener: () => void): () => void;
}

/** The terminal that standard output goes to. */
export function processScreen(): Screen {
  const { stdout } = process;
  return {
    get columns() {
      return stdout.columns ?? 80;
    },
    get rows() {
      return stdout.rows ?? 24;
    },
    write: (text) => void stdout.write(text),
    onResize(listener) {
      stdout.on('resize', listener);
      return () => stdout.off('resize', listener);
    },
  };
}

const ESC = '\u001b';
/** A page of its own, no cursor on it; what was on the terminal before comes back afterwards. */
const ENTER = `${ESC}[?1049h${ESC}[?25l`;
const LEAVE = `${ESC}[?25h${ESC}[?1049l`;
/** Terminals that know it show a picture only when it is whole. */
const BEGIN = `${ESC}[?2026h${ESC}[H`;
const END = `${ESC}[J${ESC}[?2026l`;
const TO_LINE_END = `${ESC}[K`;

/** Shows pictures one over the other, each line written over what stood there, so that nothing flickers. */
export interface Canvas {
  draw(lines: readonly string[]): void;
  close(): void;
}

export function openCanvas(screen: Screen): Canvas {
  screen.write(ENTER);
  // What is broken off must not leave a terminal without a cursor.
  const leave = () => screen.write(LEAVE);
  process.once('exit', leave);
  return {
    draw(lines) {
      const shown = lines.slice(0, screen.rows).map((line) => `${line}${TO_LINE_END}`);
      screen.write(`${BEGIN}${shown.join('\n')}${END}`);
    },
    close() {
      process.off('exit', leave);
      leave();
    },
  };
}
