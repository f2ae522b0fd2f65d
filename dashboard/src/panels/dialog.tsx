import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { words } from '../words.ts';

interface DialogProps {
  readonly title: string;
  readonly size?: 'md' | 'lg' | 'xl';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A window over the page. Its head is no landmark: the page’s banner is the only one. */
export function Dialog({ title, size = 'md', onClose, children }: DialogProps) {
  useFocusBack();
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      size={size}
      closeButtonProps={{ 'aria-label': words.state.close }}
      attributes={{ header: { role: 'presentation' } }}
      styles={{ title: { fontWeight: 650, fontSize: '1.125rem' } }}
      transitionProps={{ duration: 0 }}
      centered
    >
      {children}
    </Modal>
  );
}

/** Where the keyboard was when the window opened, it is again when it is gone. */
function useFocusBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (before instanceof HTMLElement) before.focus();
    },
    [before],
  );
}
