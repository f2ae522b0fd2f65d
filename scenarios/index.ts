/** The pure part: descriptions, plans and the network in memory. What touches the kernel is under `io/`. */
export * from './nat-behaviour.ts';
export * from './plan/commands.ts';
export * from './plan/firewall-rules.ts';
export * from './plan/loss-rules.ts';
export * from './plan/nat-rules.ts';
export * from './plan/nat-spec.ts';
export * from './plan/topology.ts';
export * from './sim/conntrack-box.ts';
export * from './sim/middlebox.ts';
export * from './sim/nat-box.ts';
export * from './sim/seeded-random.ts';
export * from './sim/sim-host.ts';
export * from './sim/sim-net.ts';
export * from './sim/sim-trace.ts';
