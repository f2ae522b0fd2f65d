/** Screen state that lives in the URL: read through a schema, written back without what equals the default. */
import { useCallback, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import { readSearch, type SearchSchema, writeSearch } from './search-text.ts';

export function useSearchState<T extends object>(schema: SearchSchema<T>): [T, (change: Partial<T>) => void] {
  const text = useSearch();
  const [pathname, navigate] = useLocation();
  const state = useMemo(() => readSearch(schema, text), [schema, text]);
  const change = useCallback(
    (part: Partial<T>) => {
      const query = writeSearch(schema, { ...state, ...part });
      navigate(query === '' ? pathname : `${pathname}?${query}`, { replace: true });
    },
    [schema, state, pathname, navigate],
  );
  return [state, change];
}
