// The module that assistant.service.yaml packs: known wordings, the shipped tagger, and ears at the address in services.json.
import model from '../../models/tagger.json' with { type: 'json' };
import templates from '../../models/templates.json' with { type: 'json' };
import { openCascade } from '../planners/cascade/open-cascade.ts';
import { createTaggerPlanner } from '../planners/tagger/open-tagger.ts';
import { createTemplates } from '../planners/templates/create-templates.ts';
import { createDecide } from './create-decide.ts';
import { createHear } from './hear-recording.ts';
import services from './services.json' with { type: 'json' };

export const predict = createDecide({
  planner: openCascade(createTemplates(templates), createTaggerPlanner(model, 'models/tagger.json')),
  hear: createHear(services),
});
