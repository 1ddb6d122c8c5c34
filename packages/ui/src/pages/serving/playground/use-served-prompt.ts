import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { EndpointAnswer } from '../../../api/answers.ts';
import { rowsOf } from '../../../api/list-pages.ts';
import { endpoints, endpoint as readEndpoint } from '../../../api/queries.ts';

/** The endpoint that a model's name means; none where a route or a provider answers. */
export function useServedPrompt(model: string | undefined): EndpointAnswer | undefined {
  const [name] = (model ?? '').split('#');
  const { data } = useInfiniteQuery(endpoints());
  const isServed = data !== undefined && rowsOf(data).some(({ endpoint }) => endpoint === name);
  return useQuery({ ...readEndpoint(name), enabled: isServed }).data;
}
