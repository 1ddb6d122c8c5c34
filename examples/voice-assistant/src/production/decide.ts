// The module that assistant.service.yaml packs: the shipped tagger, and ears at the address in services.json.
import model from '../../models/tagger.json' with { type: 'json' };
import { createTaggerPlanner } from '../planners/tagger/open-tagger.ts';
import { createDecide } from './create-decide.ts';
import { createHear } from './hear-recording.ts';
import services from './services.json' with { type: 'json' };

export const predict = createDecide({
  planner: createTaggerPlanner(model, 'models/tagger.json'),
  hear: createHear(services),
});
