import { useQuery } from '@tanstack/react-query';
import type { ProjectChange } from '../../../contract/projects.ts';
import { call } from './call.ts';
import { queryKeys } from './query-keys.ts';
import { useChange } from './use-change.ts';

/** All that we see, whichever is chosen. */
export function useProjects() {
  return useQuery({
    queryKey: queryKeys.projects,
    queryFn: async ({ signal }) => (await call('listProjects', {}, signal)).projects,
  });
}

/** What a project is called, by its id; as long as that is not known, the id. */
export function useProjectNames(): (id: string) => string {
  const names = new Map(useProjects().data?.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

interface Saved {
  /** Null: a new one. */
  readonly id: string | null;
  readonly change: ProjectChange;
}

export function useSaveProject() {
  return useChange(
    ({ id, change: { archived, ...body } }: Saved) =>
      id === null
        ? call('createProject', { body })
        : call('updateProject', { params: { id }, body: { ...body, archived } }),
    queryKeys.projects,
  );
}
