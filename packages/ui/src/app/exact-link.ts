/** A link is the current one only where its search is too: without it, `/x` would count as current on `/x?y`. */
export const EXACT = { exact: true, includeSearch: true } as const;
