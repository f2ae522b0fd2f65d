/** What the form of a project holds while it is edited. Pure. */
import {
  type ProjectChange,
  type ProjectView,
  projectChangeSchema,
  type Quotas,
} from '../../../contract/projects.ts';

export const quotaNames = [
  'reportsPerDay',
  'links',
  'monitors',
  'storedDays',
] as const satisfies (keyof Quotas)[];

export interface ProjectDraft extends Readonly<Record<(typeof quotaNames)[number], string>> {
  readonly name: string;
  readonly archived: boolean;
}

/** @param project null: a new one */
export function draftOf(project: ProjectView | null): ProjectDraft {
  const text = (name: keyof Quotas) => String(project?.quotas[name] ?? '');
  return {
    name: project?.name ?? '',
    reportsPerDay: text('reportsPerDay'),
    links: text('links'),
    monitors: text('monitors'),
    storedDays: text('storedDays'),
    archived: project !== null && project.archivedAt !== null,
  };
}

/** Null: it cannot be sent; the fields that are wrong say so. */
export function toChange(draft: ProjectDraft): ProjectChange | null {
  const parsed = projectChangeSchema.safeParse({
    name: draft.name,
    archived: draft.archived,
    quotas: Object.fromEntries(
      quotaNames.map((name) => [name, draft[name] === '' ? null : Number(draft[name])]),
    ),
  });
  return parsed.success ? parsed.data : null;
}
