import type { Page } from './answers.ts';
import type { Explanation, ExplanationItem } from './explanation-answers.ts';
import { list, name, read } from './reads.ts';

export const explanations = (query: { model: string; bundle?: string | undefined }) =>
  list<Page<ExplanationItem>>('/explanations', ['models'], { ...query, limit: 50 });
export const explanation = (id: string) => read<Explanation>(`/explanations/${name(id)}`, []);
