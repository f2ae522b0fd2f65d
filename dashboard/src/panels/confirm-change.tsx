import type { UseMutationResult } from '@tanstack/react-query';
import { Confirm } from './confirm.tsx';

interface ConfirmChangeProps {
  readonly title: string;
  readonly text: string;
  /** The word on the button that does it. */
  readonly action: string;
  /** What is done, and to which. */
  readonly change: UseMutationResult<unknown, Error, string>;
  readonly id: string;
  readonly onClose: () => void;
}

/** Asks, does it, and closes when it is done; what goes wrong is said where it was asked. */
export function ConfirmChange({ change, id, onClose, ...asked }: ConfirmChangeProps) {
  return (
    <Confirm
      {...asked}
      busy={change.isPending}
      problem={change.error}
      onClose={onClose}
      onConfirm={() => change.mutate(id, { onSuccess: onClose })}
    />
  );
}
