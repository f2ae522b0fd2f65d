/** What `polynya lab run` would do, as a shell script with comments; nothing is run. */

import { formatPlan, planCommands } from '../scenarios/plan/commands.ts';
import { builtSite, eventSteps } from '../scenarios/plan/event-steps.ts';
import { defaultPublicNet, type LabTopology, planTopology } from '../scenarios/plan/topology.ts';
import type { CompiledScenario } from '../scenarios/scenario/compile.ts';
import { loadScenario } from './load-scenario.ts';

export function labPlanText(name: string): string {
  const compiled = loadScenario(name);
  const { scenario, sites } = compiled;
  const topology = planTopology({
    prefix: 'pnlab-plan',
    sites: sites.map(({ spec }) => spec),
    lossRate: scenario.lossRate,
    publicNet: defaultPublicNet,
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
    '',
    formatPlan(planCommands(topology)),
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
  return [
    `# ${cells.length} cells, each tried ${scenario.repeat} times, with ${scenario.server.kind} as server:`,
    ...shown,
    ...(more > 0 ? [`# … and ${more} more`] : []),
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
