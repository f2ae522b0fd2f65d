import { NativeSelect } from '@mantine/core';
import { useEffect } from 'react';
import { chosenProject } from '../api/chosen-project.ts';
import { useProjects } from '../api/use-projects.ts';
import { words } from '../words.ts';
import { chooseProject } from './keep-project.ts';

const text = words.projectSwitch;

/** Which project the pages show. Where there is only one, there is nothing to choose. */
export function ProjectSwitch() {
  const projects = useProjects().data;
  const chosen = chosenProject();
  const isGone = projects !== undefined && chosen !== null && projects.every(({ id }) => id !== chosen);
  useEffect(() => {
    if (isGone) chooseProject(null);
  }, [isGone]);
  const shown = (projects ?? []).filter(({ id, archivedAt }) => archivedAt === null || id === chosen);
  if (shown.length < 2 && chosen === null) return null;
  return (
    <NativeSelect
      size="xs"
      maw={160}
      miw={0}
      aria-label={text.label}
      value={chosen ?? ''}
      data={[{ value: '', label: text.all }, ...shown.map(({ id, name }) => ({ value: id, label: name }))]}
      onChange={({ currentTarget }) => chooseProject(currentTarget.value || null)}
    />
  );
}
