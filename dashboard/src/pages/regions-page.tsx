import { Button } from '@mantine/core';
import { IconTopologyFull } from '@tabler/icons-react';
import { Link } from 'wouter';
import { z } from 'zod';
import { regionSchema } from '../../../contract/fleet/vantage.ts';
import { RegionEvidence } from '../agents/region-evidence.tsx';
import { RegionMatrixPanel } from '../agents/region-matrix.tsx';
import { useRegionMatrix } from '../api/use-monitors.ts';
import { pairOf } from '../monitors/pair-verdict.ts';
import { BackLink } from '../panels/back-link.tsx';
import { EmptyState } from '../panels/empty-state.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { useSearchState } from '../search/use-search.ts';
import { words } from '../words.ts';

const text = words.regions;

/** The pair whose evidence is open; the URL holds it. */
const openPairSchema = z.object({
  from: regionSchema.optional().catch(undefined),
  to: regionSchema.optional().catch(undefined),
});

export function RegionsPage() {
  const matrix = useRegionMatrix();
  const [open, change] = useSearchState(openPairSchema);
  return (
    <>
      <BackLink href="/agents">{text.back}</BackLink>
      <PageHead title={text.title} hint={text.hint} />
      <LoadPanel query={matrix} rows={6}>
        {(found) => {
          if (found.cells.length === 0) {
            const action = (
              <Button component={Link} href="/monitors" variant="default">
                {text.noneAction}
              </Button>
            );
            return (
              <EmptyState icon={IconTopologyFull} title={text.none} text={text.noneText} action={action} />
            );
          }
          const pair = pairOf(found, open.from, open.to);
          return (
            <>
              <RegionMatrixPanel found={found} open={({ from, to }) => change({ from, to })} />
              {pair !== undefined && (
                <RegionEvidence pair={pair} onClose={() => change({ from: undefined, to: undefined })} />
              )}
            </>
          );
        }}
      </LoadPanel>
    </>
  );
}
