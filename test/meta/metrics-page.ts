/** `docs/metrics.md`, made from the registries themselves. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AgentMetrics } from '../../service/agents/agent-metrics.ts';
import { watchBus } from '../../service/bus/bus-metrics.ts';
import { BusTraffic } from '../../service/bus/bus-traffic.ts';
import { FleetCounts } from '../../service/fleet/fleet-counts.ts';
import { Metrics } from '../../service/metrics.ts';
import { TurnMetrics } from '../../turn/io/turn-metrics.ts';

export interface ShownMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** Each label with the values that it can take. Whoever adds one has to say here what bounds it. */
export const labelMeaning: Readonly<Record<string, string>> = {
  method: 'of HTTP (as Node.js knows them), or of STUN: `binding`, `allocate`, `refresh`, …, else `other`',
  route: 'the pattern of the route, e.g. `/api/runs/:id`; `unmatched` where there is none',
  status: 'HTTP status',
  code: 'a code of [failures.md](failures.md), or of a STUN error (RFC 8489 §14.8)',
  kind: 'of a report, e.g. `visit-report`; of a job: `probe`, `turn-check`, `pair`, `lab`; or of a garbage collection',
  path: '`mesh`, `sfu`, `mcu`, `relay`',
  outcome:
    'of an attempt: `succeeded`, `failed`, `harness-fault` (our own fault); of a probe or check: `done`, `failed`; of a job also `aside`, `cancelled`; of a monitor’s result: `good`, `slow`, `bad`; of a notice: `delivered`, `failed` (and tried again), `given-up`',
  state:
    'of an agent: `online`, `draining`, `offline`, `revoked`; of a monitor: `up`, `degraded`, `down`, `unknown`',
  monitor: 'id of a monitor, 200 at most; an administrator has made it',
  region: 'of agents, as an administrator has called it; 50 at most for each monitor',
  version: 'the release; of Node.js',
  major: 'number of the release of Node.js',
  minor: 'number of the release of Node.js',
  patch: 'number of the release of Node.js',
  transport: '`udp`, `tcp`, `tls`',
  reason: '`refresh` (its client ended it), `expired`, `stream-closed`, `stopped`',
  type: 'of a handle or request of Node.js',
  space: 'of the heap of V8',
};

const registries = {
  service: () => {
    const metrics = new Metrics();
    metrics.watch({
      version: '',
      askStore: async () => {},
      rooms: () => ({ rooms: 0, members: 0 }),
      roomsLimit: 0,
      connections: async () => 0,
      connectionsLimit: 0,
      link: () => 'up',
      certificateEnds: new Date(0),
    });
    watchBus(metrics.registry, { state: 'up', traffic: new BusTraffic() }, () => 1);
    new FleetCounts(metrics.registry).owned(false);
    new AgentMetrics(metrics.registry);
    metrics.watchSpool(() => ({ reports: 0, bytes: 0, limitBytes: 0, oldestAt: null, setAside: 0 }));
    return metrics.registry;
  },
  turn: () => {
    const metrics = new TurnMetrics();
    const traffic = { toPeers: 0, fromPeers: 0, dropped: 0 };
    metrics.watch({ census: { allocations: 0, users: 0, reservations: 0, streams: 0 }, traffic });
    return metrics.registry;
  },
  process: () => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry, prefix: 'polynya_' });
    return registry;
  },
};

/** Those of the service or the TURN server alone, or those of the Node process, which both have. */
export function metricsOf(whose: keyof typeof registries): ShownMetric[] {
  const registry = registries[whose]();
  const shown = registry.getMetricsAsArray().map(({ name, help, type, ...rest }) => ({
    name,
    help,
    // The typings count the kinds, the objects name them.
    type: String(type),
    labels: 'labelNames' in rest && Array.isArray(rest.labelNames) ? rest.labelNames.map(String) : [],
  }));
  registry.clear();
  if (whose === 'process') return shown;
  const common = new Set(metricsOf('process').map(({ name }) => name));
  return shown.filter(({ name }) => !common.has(name));
}

/** Prometheus: “Metric and label naming”: base units, at the end of the name. */
function unitOf(name: string): string {
  if (name.endsWith('_timestamp_seconds') || name.endsWith('start_time_seconds')) return 'seconds since 1970';
  const base = name
    .replace(/_total$/, '')
    .split('_')
    .at(-1);
  if (base === 'seconds' || base === 'bytes') return base;
  if (name === 'polynya_monitor_up') return '0 to 1';
  return name.endsWith('_up') ? '0 or 1' : name.endsWith('_info') ? 'always 1' : 'number';
}

function table(metrics: readonly ShownMetric[]): string[] {
  return [
    '| name | type | labels | unit | meaning |',
    '|---|---|---|---|---|',
    ...metrics.map(({ name, type, help, labels }) => {
      const names = labels.map((label) => `\`${label}\``).join(', ') || '–';
      return `| \`${name}\` | ${type} | ${names} | ${unitOf(name)} | ${help} |`;
    }),
  ];
}

export function renderMetricsPage(): string {
  const lines = [
    '# Metrics',
    '',
    'For Prometheus, in its text format. `polynya serve` shows them at `/metrics`, to viewers (give Prometheus an API key as',
    '`authorization.credentials_file`, see [access.md](access.md#api-keys)); `polynya turn serve` at the address that its key',
    '`metrics` names, which is not for the public. [deploy/prometheus](../deploy/prometheus) has a scrape configuration and alerts, each with what to',
    'do, and [deploy/grafana/polynya.json](../deploy/grafana/polynya.json) a dashboard. This page is made from the registries',
    'by `npm run docs:metrics`.',
    '',
    'No label takes a value that a caller can choose: no URL, name, address or token. So the number of series is bounded,',
    'whatever is sent, and nobody is traced by them. A histogram has three series: `_bucket`, `_sum` and `_count`.',
    '',
    '## `polynya serve`',
    '',
    ...table(metricsOf('service')),
    '',
    '## `polynya turn serve`',
    '',
    ...table(metricsOf('turn')),
    '',
    '## The Node process, of both',
    '',
    ...table(metricsOf('process')),
    '',
    '## Labels',
    '',
    '| label | values |',
    '|---|---|',
    ...Object.entries(labelMeaning).map(([label, meaning]) => `| \`${label}\` | ${meaning} |`),
  ];
  return `${lines.join('\n')}\n`;
}
