import { type Project, projectFrom } from '../../project/load-project.ts';

/** The project of a test context, as its config would give it: model and endpoint `flight-delays`. */
export function testProject(sections: object = {}): Project {
  const config = {
    name: 'test',
    data: { source: 'flights.csv' },
    registry: { model: 'flight-delays' },
    serving: { endpoint: 'flight-delays' },
    ...sections,
  };
  return projectFrom(config, '/nowhere/airworthy.config.ts');
}
