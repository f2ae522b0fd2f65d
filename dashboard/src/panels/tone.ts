import {
  type Icon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  IconInfoCircle,
} from '@tabler/icons-react';

/** What a state means to the reader. Each has its own icon shape, so colour never stands alone (WCAG 1.4.1). */
export type Tone = 'good' | 'limited' | 'bad' | 'unknown' | 'info';

export const toneIcons: Readonly<Record<Tone, Icon>> = {
  good: IconCircleCheck,
  limited: IconAlertTriangle,
  bad: IconCircleX,
  unknown: IconHelpCircle,
  info: IconInfoCircle,
};
