import { IconGridDots } from '@tabler/icons-react';
import { KindPage } from '../runs/kind-page.tsx';
import { words } from '../words.ts';

export function LabPage() {
  return <KindPage kind="lab-report" icon={IconGridDots} text={words.lab} />;
}
