import { IconGauge } from '@tabler/icons-react';
import { KindPage } from '../runs/kind-page.tsx';
import { words } from '../words.ts';

export function LoadPage() {
  return <KindPage kind="load-report" icon={IconGauge} text={words.load} />;
}
