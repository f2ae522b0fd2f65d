import { Button, Group, Text } from '@mantine/core';
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { useMay } from '../api/use-me.ts';
import { useSaveMonitor } from '../api/use-monitors.ts';
import { words } from '../words.ts';
import { monitorInputOf } from './monitor-draft.ts';

const text = words.monitors;

interface MonitorActionsProps {
  readonly monitor: MonitorView;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** Pause or resume, edit, delete. */
export function MonitorActions({ monitor, onEdit, onDelete }: MonitorActionsProps) {
  const save = useSaveMonitor();
  const mayEdit = useMay('operator');
  const { id, name, paused } = monitor;
  const actions = [
    {
      word: paused ? text.resume : text.pause,
      label: (paused ? text.resumeOf : text.pauseOf)(name),
      icon: paused ? IconPlayerPlay : IconPlayerPause,
      act: () => save.mutate({ id, input: { ...monitorInputOf(monitor), paused: !paused } }),
    },
    { word: text.edit, label: text.editOf(name), icon: IconPencil, act: onEdit },
    { word: text.remove, label: text.removeOf(name), icon: IconTrash, act: onDelete },
  ];
  if (!mayEdit) return null;
  return (
    <div>
      <Group gap="xs">
        {actions.map(({ word, label, icon: Icon, act }) => (
          <Button
            key={word}
            size="xs"
            variant="default"
            leftSection={<Icon size={14} aria-hidden />}
            onClick={act}
            aria-label={label}
          >
            {word}
          </Button>
        ))}
      </Group>
      {save.error !== null && (
        <Text c="var(--bad)" size="sm" role="alert">
          {save.error.message}
        </Text>
      )}
    </div>
  );
}
