import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ComparePlan, CompareReport } from '../../../../contract/comparison.ts';
import { call } from '../../api/call.ts';
import { queryKeys } from '../../api/query-keys.ts';
import { compareInTab, type Progress } from './tab-comparison.ts';

export type ComparisonState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly progress: Progress | null }
  | { readonly kind: 'saving' }
  /** `id`: of the stored report; null: `problem` says why there is none. */
  | {
      readonly kind: 'done';
      readonly report: CompareReport;
      readonly id: string | null;
      readonly problem: string | null;
    }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ComparisonView {
  readonly state: ComparisonState;
  readonly start: (plan: ComparePlan, place: HTMLElement) => void;
  readonly cancel: () => void;
}

/** One comparison at a time; it ends with the page. */
export function useComparison(): ComparisonView {
  const [state, setState] = useState<ComparisonState>({ kind: 'idle' });
  const stop = useRef<AbortController | null>(null);
  const client = useQueryClient();
  useEffect(() => () => stop.current?.abort(), []);

  const start = useCallback(
    (plan: ComparePlan, place: HTMLElement) => {
      const control = new AbortController();
      stop.current = control;
      const { signal } = control;
      const run = async (): Promise<ComparisonState> => {
        const onProgress = (progress: Progress) => setState({ kind: 'running', progress });
        const { report, project } = await compareInTab({ plan, place, onProgress, signal });
        // Cancelled before the first run was over: there is nothing to keep.
        if (report.body.runs.length === 0) return { kind: 'idle' };
        setState({ kind: 'saving' });
        try {
          const { id } = await call('addReport', { body: report }, undefined, project);
          await client.invalidateQueries({ queryKey: queryKeys.runs });
          return { kind: 'done', report, id, problem: null };
        } catch (error) {
          return { kind: 'done', report, id: null, problem: messageOf(error) };
        }
      };
      setState({ kind: 'running', progress: null });
      run().then(setState, (error: unknown) => setState({ kind: 'failed', reason: messageOf(error) }));
    },
    [client],
  );
  const cancel = useCallback(() => stop.current?.abort(), []);
  return { state, start, cancel };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
