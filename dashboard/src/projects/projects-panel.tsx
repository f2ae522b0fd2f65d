import { Button } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ProjectView } from '../../../contract/projects.ts';
import { useMay } from '../api/use-me.ts';
import { useProjects } from '../api/use-projects.ts';
import { type Column, DataTable } from '../panels/data-table.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { Panel } from '../panels/panel.tsx';
import { Tag } from '../panels/tag.tsx';
import { words } from '../words.ts';
import { ProjectForm } from './project-form.tsx';

const text = words.projects;
const { columns: names } = text;

/** Those that we see, with what is used of their quotas; administrators of the whole service change them. */
export function ProjectsPanel() {
  const projects = useProjects();
  const mayChange = useMay('admin', true);
  const [edited, setEdited] = useState<ProjectView | 'new' | null>(null);
  const change: Column<ProjectView> = {
    key: 'actions',
    head: names.actions,
    bare: true,
    align: 'end',
    cell: (project) => (
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPencil size={14} aria-hidden />}
        onClick={() => setEdited(project)}
        aria-label={text.editOf(project.name)}
      >
        {text.edit}
      </Button>
    ),
  };
  const add = (
    <Button onClick={() => setEdited('new')} leftSection={<IconPlus size={18} aria-hidden />}>
      {text.add}
    </Button>
  );
  return (
    <Panel title={text.title} hint={text.hint} actions={mayChange ? add : undefined}>
      <LoadPanel query={projects} rows={2}>
        {(list) => (
          <DataTable
            caption={text.title}
            columns={mayChange ? [...columns, change] : columns}
            rows={list}
            rowKey={({ id }) => id}
          />
        )}
      </LoadPanel>
      {edited !== null && (
        <ProjectForm project={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Panel>
  );
}

const columns: readonly Column<ProjectView>[] = [
  {
    key: 'name',
    head: names.name,
    bare: true,
    sort: ({ name }) => name,
    cell: ({ name }) => <strong>{name}</strong>,
  },
  // Rules of sign-in, keys and requests of programs name it.
  { key: 'id', head: names.id, cell: ({ id }) => <code>{id}</code> },
  {
    key: 'state',
    head: names.state,
    bare: true,
    cell: ({ archivedAt }) => (
      <Tag tone={archivedAt === null ? 'good' : 'unknown'}>
        {archivedAt === null ? text.active : text.archived}
      </Tag>
    ),
  },
  {
    key: 'reports',
    head: names.reports,
    cell: ({ used, quotas }) => text.used(used.reportsToday, quotas.reportsPerDay),
  },
  { key: 'links', head: names.links, cell: ({ used, quotas }) => text.used(used.links, quotas.links) },
  {
    key: 'monitors',
    head: names.monitors,
    cell: ({ used, quotas }) => text.used(used.monitors, quotas.monitors),
  },
  {
    key: 'kept',
    head: names.kept,
    cell: ({ quotas }) => (quotas.storedDays === null ? text.asService : text.days(quotas.storedDays)),
  },
];
