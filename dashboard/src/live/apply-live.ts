/** What a live message changes in the query cache. */
import type { QueryClient } from '@tanstack/react-query';
import type { RunList, RunSummary } from '../../../contract/runs.ts';
import type { LiveMessage } from '../../../contract/signal.ts';
import { queryKeys } from '../api/query-keys.ts';
import { insertRun } from '../runs/insert-run.ts';
import type { RunFilter } from '../runs/run-filter.ts';

export function applyLive(client: QueryClient, message: LiveMessage): void {
  if (message.type === 'servers-changed') void client.invalidateQueries({ queryKey: queryKeys.servers });
  if (message.type === 'links-changed') void client.invalidateQueries({ queryKey: queryKeys.links });
  if (message.type === 'access-changed') void client.invalidateQueries({ queryKey: queryKeys.access });
  if (message.type === 'agents-changed') void client.invalidateQueries({ queryKey: queryKeys.agents });
  if (message.type === 'store-changed') refreshAll(client);
  if (message.type === 'run-added') addRun(client, message.run);
}

/** After a reconnection: messages were missed, so everything is asked again. */
export function refreshAll(client: QueryClient): void {
  const { info, me, access, links, servers, runs, success, checks, agents, monitors } = queryKeys;
  for (const queryKey of [info, me, access, links, servers, runs, success, checks, agents, monitors]) {
    void client.invalidateQueries({ queryKey });
  }
}

function addRun(client: QueryClient, run: RunSummary): void {
  for (const [queryKey, list] of client.getQueriesData<RunList>({ queryKey: queryKeys.runLists })) {
    if (list === undefined) continue;
    const next = insertRun(list, queryKey[2] as RunFilter, run);
    if (next === null) void client.invalidateQueries({ queryKey });
    else client.setQueryData(queryKey, next);
  }
  if (run.turn !== null) {
    void client.invalidateQueries({ queryKey: queryKeys.servers });
    void client.invalidateQueries({ queryKey: queryKeys.checks });
  }
  if (run.link !== null) void client.invalidateQueries({ queryKey: queryKeys.links });
  void client.invalidateQueries({ queryKey: queryKeys.success });
  void client.invalidateQueries({ queryKey: queryKeys.info });
}
