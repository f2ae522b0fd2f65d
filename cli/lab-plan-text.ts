/** What `polynya lab run` would do, as a shell script with comments; nothing is run. */

import { formatPlan, planCommands } from '../scenarios/plan/commands.ts';
import { builtSite, eventSteps } from '../scenarios/plan/event-steps.ts';
import { nat64Prefix, serverFamilyFor } from '../scenarios/plan/ipv6.ts';
import { lineSteps } from '../scenarios/plan/line-steps.ts';
import { defaultPublicNet, type LabTopology, planTopology } from '../scenarios/plan/topology.ts';
import type { CompiledScenario } from '../scenarios/scenario/compile.ts';
import { wayOf } from '../scenarios/scenario/vpn-of.ts';
import { wayOutOf, wayWords } from '../scenarios/scenario/way-out.ts';
import { loadScenario } from './load-scenario.ts';

export function labPlanText(name: string): string {
  const compiled = loadScenario(name);
  const { scenario, sites } = compiled;
  const topology = planTopology({
    prefix: 'pnlab-plan',
    sites: sites.map(({ spec }) => spec),
    lossRate: scenario.lossRate,
    publicNet: defaultPublicNet,
    serverIpv6: scenario.server.ipv6,
  });
  return [
    '#!/bin/sh -e',
    `# ${scenario.name}: ${scenario.about.replace(/\s+/g, ' ').trim()}`,
    ...sites.map(({ name: site, labels, spec }) => {
      const way = labels.length === 0 ? 'on the public network' : labels.join(', then ');
      return `# site ${site} (${spec.name}): ${spec.hosts} ${spec.hosts === 1 ? 'host' : 'hosts'}, ${way}`;
    }),
    ...clientLines(compiled),
    ...cellLines(compiled),
    ...classificationLines(compiled),
    '',
    formatPlan(planCommands(topology)),
    ...programLines(compiled, topology),
    ...slowLines(topology),
    ...timelineLines(compiled, topology),
  ].join('\n');
}

/** Of hosts with another client than Polynya's own. */
function clientLines({ ends }: CompiledScenario): string[] {
  return ends.flatMap(({ name, agent }) => {
    const client = 'command' in agent ? agent.command.join(' ') : agent.kind;
    return client === 'polynya' ? [] : [`# client of ${name}: ${client}`];
  });
}

function cellLines({ cells, scenario }: CompiledScenario): string[] {
  const shown = cells.slice(0, 20).map(({ from, to, path }) => `# ${path}: ${from.name} to ${to.name}`);
  const more = cells.length - shown.length;
  const { server, sfu, paths } = scenario;
  const servers = [
    `${server.kind} as server`,
    ...(paths.includes('sfu') ? [`${sfu.kind} as media server`] : []),
  ];
  return [
    `# ${cells.length} cells, each tried ${scenario.repeat} times, with ${servers.join(', ')}:`,
    ...shown,
    ...(more > 0 ? [`# … and ${more} more`] : []),
  ];
}

/** What each site must turn out to be before anything is measured. */
function classificationLines({ sites, scenario }: CompiledScenario): string[] {
  return sites.map(({ name, spec }) => {
    const family = serverFamilyFor(spec, scenario.server.ipv6);
    const way = wayWords(wayOutOf(wayOf(sites, spec), family));
    return `# classified before the cells: ${name} ${overFamily[family]}: ${way}`;
  });
}

const overFamily = {
  ipv4: 'over IPv4',
  ipv6: 'over IPv6',
  nat64: 'through its NAT64, which does not show the filtering',
  none: 'without a way to the server',
} as const;

/** Programs that run in routers. */
function programLines({ sites }: CompiledScenario, topology: LabTopology): string[] {
  return sites.flatMap(({ spec }, index) => {
    const router = topology.sites[index]?.boxes[0]?.namespace;
    return spec.boxes.flatMap(({ nat64, portMapping }) => [
      ...(nat64
        ? [`# ${router} runs tayga for ${nat64Prefix} on device lan64 (scenarios/io/nat64.ts)`, '']
        : []),
      ...(portMapping === undefined
        ? []
        : [`# ${router} runs miniupnpd for ${portMapping.join(' and ')} (scenarios/io/miniupnpd.ts)`, '']),
    ]);
  });
}

/** With netem; whether a kernel has it shows only where the plan is run. */
function slowLines(topology: LabTopology): string[] {
  const steps = lineSteps(topology, 'netem');
  if (steps.length === 0) return [];
  const queued = lineSteps(topology, 'queue');
  const without = queued.length === 0 ? [] : formatPlan([queued]).trimEnd().split('\n');
  return [
    formatPlan([steps]),
    '# A kernel without netem: a helper (scenarios/io/line-delay.py) in the core, and in place of the commands above:',
    ...without.map((line) => `#   ${line}`.trimEnd()),
    '',
  ];
}

/** As comments: they belong to the middle of a call. */
function timelineLines({ call, sites }: CompiledScenario, topology: LabTopology): string[] {
  if (call === null) return [];
  const built = (index: number | null) => builtSite(sites, topology, index);
  const head = `# During each call of ${call.lastsMs / 1_000} s, restart ${call.restart}, ${call.messagesPerSec} messages a second each way:`;
  const steps = call.steps.flatMap(({ atMs, step, site, to }, serial) => {
    const { apply } = eventSteps(topology, step, { site: built(site), to: built(to), serial });
    const commands = formatPlan([apply]).trimEnd().split('\n');
    return [
      `# at ${atMs / 1_000} s: ${step.do}`,
      ...(apply.length === 0 ? [] : commands.map((line) => `#   ${line}`.trimEnd())),
    ];
  });
  return [head, ...steps, ''];
}
