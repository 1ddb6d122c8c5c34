// From data to a turn that is spoken and traced, each step shown by running it; fails where what it is to show does not show.
// `npm run story:assistant`; `-- --say "set a timer for ten minutes"` for one typed turn.
import { parseArgs } from 'node:util';
import { runStory } from './src/story/run-story.ts';

const HELP = `Usage: npm run story:assistant [-- options]

Tells how the assistant came to be: the data gate, the journey with its verdicts, honest splits,
speech and what is lost of it, a turn with its trace, production with its feedback, and privacy. Minutes on two cores.

Options:
  --say TEXT        one typed turn and its trace, nothing else
  --train PYTHON    make the models anew with this Python, which has PyTorch; else the packed ones are judged
  --only CHAPTERS   some chapters: faulty, journey, splits, spoken, bfcl, turn, production, privacy
  --out FOLDER      also write assistant.md there
  --data FOLDER     where the records go (default: .airworthy in the example; look at them with airworthy up)

Examples:
  npm run story:assistant
  npm run story:assistant -- --say "set a timer for ten minutes"
  npm run story:assistant -- --train python3 --out bench
`;

function readOptions() {
  try {
    return parseArgs({
      options: {
        say: { type: 'string' },
        train: { type: 'string' },
        only: { type: 'string' },
        out: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

const options = readOptions();
if (typeof options === 'string') {
  console.error(`${options}\n  See npm run story:assistant -- --help.`);
  process.exitCode = 2;
} else if (options.help) console.log(HELP);
else process.exitCode = await runStory(options);
