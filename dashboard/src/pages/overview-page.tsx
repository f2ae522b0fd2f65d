import { Stack } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useInfo } from '../api/use-info.ts';
import { useProbe } from '../live/use-probe.ts';
import { LatestRuns } from '../overview/latest-runs.tsx';
import { ProbePanel } from '../overview/probe-panel.tsx';
import { SuccessPanel } from '../overview/success-panel.tsx';
import { Welcome } from '../overview/welcome.tsx';
import { LoadPanel } from '../panels/load-panel.tsx';
import { PageHead } from '../panels/page-head.tsx';
import { words } from '../words.ts';

export function OverviewPage() {
  const info = useInfo();
  const probe = useProbe();
  const [first, setFirst] = useState(false);
  const [, navigate] = useLocation();

  // The first check leads straight to its report.
  useEffect(() => {
    if (first && probe.run !== null) navigate(`/runs/${probe.run}`);
  }, [first, probe.run, navigate]);

  return (
    <LoadPanel query={info} rows={8}>
      {({ runs }) =>
        // The report is stored a moment before the probe ends: the first screen stays until then.
        runs === 0 || (first && probe.state === 'running') ? (
          <Welcome
            probe={probe}
            onStart={() => {
              setFirst(true);
              probe.start();
            }}
          />
        ) : (
          <div>
            <PageHead title={words.overview.title} hint={words.overview.hint} />
            <Stack gap="md">
              <SuccessPanel />
              <ProbePanel probe={probe} />
              <LatestRuns />
            </Stack>
          </div>
        )
      }
    </LoadPanel>
  );
}
