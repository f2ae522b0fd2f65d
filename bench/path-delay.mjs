/** A constant delay on everything that the core of a lab forwards. This kernel may have no netem; NFQUEUE does it. */
import { fileURLToPath } from 'node:url';

const helper = fileURLToPath(new URL('path-delay.py', import.meta.url));
const queue = '7';

/** @throws Error when python3, iptables or NFQUEUE is missing */
export async function delayPaths(lab, oneWayMs) {
  const { core } = lab.topology;
  const running = lab.spawn(core, ['python3', helper, queue, String(oneWayMs)]);
  await running.waitFor(/^ready$/m, 10_000);
  const rule = ['iptables', '-t', 'mangle', '-A', 'FORWARD', '-j', 'NFQUEUE', '--queue-num', queue];
  const { code, stderr } = await lab.run(core, rule);
  if (code !== 0) throw new Error(`packets cannot be delayed: ${stderr.trim()}`);
}
