// Draws docs/start.svg: what `npm start` prints on a fresh data folder, run now. `npm run docs:picture`
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const COLUMNS = 112;
const LINE_HEIGHT = 20;
const MARGIN = 24;
const CHARACTER_WIDTH = 8.43;

const dataFolder = mkdtempSync(join(tmpdir(), 'airworthy-picture-'));
try {
  const printed = await recordStart(dataFolder);
  writeFileSync(join(ROOT, 'docs/start.svg'), drawTerminal(['$ npm ci && npm start', ...printed]));
} finally {
  rmSync(dataFolder, { recursive: true, force: true });
}

/** Lines on standard output until the server has said where it is. */
async function recordStart(folder: string): Promise<string[]> {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: { ...process.env, AIRWORTHY_DATA: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk;
    if (/Ctrl-C/.test(text)) break;
  }
  process.kill(-Number(child.pid), 'SIGTERM');
  return text.trimEnd().split('\n');
}

function drawTerminal(lines: readonly string[]): string {
  const rows = lines.flatMap(wrap);
  const [width, height] = [COLUMNS * CHARACTER_WIDTH + 2 * MARGIN, rows.length * LINE_HEIGHT + 2 * MARGIN];
  const text = rows.map((row, index) => {
    const stage = /^(data|training|evaluation|registry|serving) +/.exec(row);
    const strong = row.startsWith('$') || stage;
    const label = strong ? `<tspan class="strong">${escapeXml(stage ? stage[0] : row)}</tspan>` : '';
    const rest = escapeXml(stage ? row.slice(stage[0].length) : strong ? '' : row);
    return `<text x="${MARGIN}" y="${MARGIN + (index + 0.75) * LINE_HEIGHT}" xml:space="preserve">${label}${rest}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" role="img" aria-label="npm start ships and serves the flight-delay model">
<style>
rect { fill: #f6f8fa; stroke: #d0d7de } text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328 } .strong { font-weight: 700; fill: #0550ae }
@media (prefers-color-scheme: dark) { rect { fill: #151b23; stroke: #3d444d } text { fill: #d1d7e0 } .strong { fill: #79c0ff } }
</style>
<rect x="0.5" y="0.5" width="${(width - 1).toFixed(0)}" height="${height - 1}" rx="8"/>
${text.join('\n')}
</svg>
`;
}

/** Breaks a long line at a space; what follows is indented as under a stage's name. */
function wrap(line: string): string[] {
  if (line.length <= COLUMNS) return [line];
  const at = line.lastIndexOf(' ', COLUMNS);
  return [line.slice(0, at), ...wrap(`${' '.repeat(12)}${line.slice(at + 1)}`)];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
