import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words.ts';

interface DialogProps {
  readonly title: string;
  readonly size?: 'md' | 'lg' | 'xl';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A window over the page. Its head is no landmark: the page’s banner is the only one. */
export function Dialog({ title, size = 'md', onClose, children }: DialogProps) {
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
