import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { LiveProvider } from './live/live-provider.tsx';
import { AgentsPage } from './pages/agents-page.tsx';
import { AuditPage } from './pages/audit-page.tsx';
import { ComparePage } from './pages/compare-page.tsx';
import { LabPage } from './pages/lab-page.tsx';
import { LinksPage } from './pages/links-page.tsx';
import { LoadPage } from './pages/load-page.tsx';
import { MonitorPage } from './pages/monitor-page.tsx';
import { MonitorsPage } from './pages/monitors-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { OverviewPage } from './pages/overview-page.tsx';
import { RegionsPage } from './pages/regions-page.tsx';
import { RunPage } from './pages/run-page.tsx';
import { RunsPage } from './pages/runs-page.tsx';
import { ServerPage } from './pages/server-page.tsx';
import { ServersPage } from './pages/servers-page.tsx';
import { SettingsPage } from './pages/settings-page.tsx';
import { StatisticsPage } from './pages/statistics-page.tsx';
import { Shell } from './shell/shell.tsx';
import { SignInGate } from './shell/sign-in-gate.tsx';

/** Fetched when it is asked for: it brings the populations and the schema of their files. */
const SimulatePage = lazy(() =>
  import('./pages/simulate-page.tsx').then((module) => ({ default: module.SimulatePage })),
);

export function App() {
  return (
    <SignInGate>
      <LiveProvider>
        <Shell>
          <Switch>
            <Route path="/" component={OverviewPage} />
            <Route path="/runs" component={RunsPage} />
            <Route path="/runs/:id">{({ id }) => <RunPage key={id} id={id} />}</Route>
            <Route path="/statistics" component={StatisticsPage} />
            <Route path="/compare" component={ComparePage} />
            <Route path="/simulate">
              <Suspense>
                <SimulatePage />
              </Suspense>
            </Route>
            <Route path="/lab" component={LabPage} />
            <Route path="/load" component={LoadPage} />
            <Route path="/links" component={LinksPage} />
            <Route path="/servers" component={ServersPage} />
            <Route path="/servers/:id">{({ id }) => <ServerPage key={id} id={id} />}</Route>
            <Route path="/monitors" component={MonitorsPage} />
            <Route path="/monitors/:id">{({ id }) => <MonitorPage key={id} id={id} />}</Route>
            <Route path="/settings" component={SettingsPage} />
            <Route path="/settings/audit" component={AuditPage} />
            <Route path="/agents" component={AgentsPage} />
            <Route path="/agents/matrix" component={RegionsPage} />
            <Route component={NotFoundPage} />
          </Switch>
        </Shell>
      </LiveProvider>
    </SignInGate>
  );
}
