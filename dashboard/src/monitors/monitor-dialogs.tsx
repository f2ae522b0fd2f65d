import type { MonitorView } from '../../../contract/fleet/monitor.ts';
import { DeleteMonitor } from './delete-monitor.tsx';
import { MonitorForm } from './monitor-form.tsx';

export type MonitorDialog =
  | { readonly kind: 'add' }
  | { readonly kind: 'edit'; readonly monitor: MonitorView }
  | { readonly kind: 'delete'; readonly monitor: MonitorView };

interface MonitorDialogsProps {
  /** null: none is open. */
  readonly dialog: MonitorDialog | null;
  /** Where agents are. */
  readonly regions: readonly string[];
  readonly onClose: () => void;
}

/** What a button of the Monitors pages opens. */
export function MonitorDialogs({ dialog, regions, onClose }: MonitorDialogsProps) {
  if (dialog === null) return null;
  if (dialog.kind === 'delete') return <DeleteMonitor monitor={dialog.monitor} onClose={onClose} />;
  const monitor = dialog.kind === 'add' ? null : dialog.monitor;
  return <MonitorForm monitor={monitor} regions={regions} onClose={onClose} />;
}
