import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { useDeleteMonitor } from '../api/use-monitors.ts';
import { ConfirmChange } from '../panels/confirm-change.tsx';
import { words } from '../words.ts';

export function DeleteMonitor({ monitor, onClose }: { monitor: MonitorView; onClose: () => void }) {
  return (
    <ConfirmChange
      title={words.monitors.removeTitle}
      text={words.monitors.removeText(monitor.name)}
      action={words.monitors.removeSure}
      change={useDeleteMonitor()}
      id={monitor.id}
      onClose={onClose}
    />
  );
}
