import { executeSkill } from '../../skills/execute-skill.ts';
import { openSources } from '../../skills/open-sources.ts';
import { openHousehold } from '../open-household.ts';

/** `node add-items.ts FOLDER`: puts item 0, 1, 2 … on the list, one a turn, and says which were done, until it is killed. */
const household = openHousehold(process.argv[2]);
const profile = household.profiles.usual().id;
const sources = openSources();
for (let turn = 0; ; turn += 1) {
  const traceId = turn.toString(16).padStart(32, '0');
  const call = {
    name: 'list_add',
    arguments: { item: `item ${turn}`, list: `list ${Math.floor(turn / 50)}` },
  };
  await executeSkill(call, { household, profile, traceId, callIndex: 0, timeZone: 'UTC', sources });
  process.stdout.write(`${turn}\n`);
}
