/** Polynya's own agent: takes orders on stdin, gives news on stdout, one JSON object a line. Kept warm between runs. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import nodeDataChannel from 'node-datachannel';
import type { LabAgentNewsInput, LabAgentOrder } from '../../../contract/lab-agent.ts';
import { CallStream } from './call-stream.ts';
import type { OpenDoor } from './ice-door.ts';
import type { OpenPort, PortWish } from './opened-port.ts';
import { PeerSession } from './peer-session.ts';
import { SfuSession } from './sfu-session.ts';

type OpenOrder = Extract<LabAgentOrder, { order: 'open' }>;
export type Classification = Omit<Extract<LabAgentNewsInput, { news: 'classified' }>, 'news' | 'run'>;

/** What this floor does not have and the caller brings. */
export interface AgentSkills {
  readonly name: string;
  readonly openDoor: OpenDoor;
  readonly classify: (stun: readonly string[]) => Promise<Classification>;
  /** Null: the router opens no ports, so it is not asked. */
  readonly openPort: OpenPort | null;
}

export function runAgent(skills: AgentSkills): void {
  let session: PeerSession | SfuSession | null = null;
  let opened: OpenOrder | null = null;
  let call: CallStream | null = null;
  const tell = (news: LabAgentNewsInput) => void process.stdout.write(`${JSON.stringify(news)}\n`);

  nodeDataChannel.initLogger('Verbose', (_level, message) => {
    const target = /Sending request to (\S+) \(/.exec(message)?.[1];
    if (target !== undefined) session?.noteCheck(target);
  });

  const connect = async (order: OpenOrder) => {
    if (order.path === 'sfu') {
      session = new SfuSession(order.run, tell);
      return;
    }
    const isDirect = order.path === 'direct' && order.transport === 'udp';
    const wish = isDirect && skills.openPort !== null ? await wishFor(skills.openPort) : null;
    session = new PeerSession(order, skills.openDoor(order), { tell, call, wish });
  };
  /** The library has no ICE restart (RFC 8445 §9): a new connection takes the place of the old one, which nothing waits for. */
  const reconnect = async () => {
    void session?.close();
    if (opened !== null) await connect(opened);
  };

  const obey = async (order: LabAgentOrder): Promise<void> => {
    switch (order.order) {
      case 'open': {
        await session?.close();
        opened = order;
        call = order.call === undefined ? null : new CallStream(order.run, order.call.messagesPerSec, tell);
        await connect(order);
        return;
      }
      case 'restart':
        if (session?.run === order.run) await reconnect();
        return;
      case 'talk':
        call?.talk(order.on);
        return;
      case 'messages':
        call?.tellMessages();
        return;
      case 'classify':
        tell({ news: 'classified', run: order.run, ...(await skills.classify(order.stun)) });
        return;
      case 'close':
        if (session?.run === order.run) {
          call?.talk(false);
          await session.close();
          session = null;
        }
        tell({ news: 'closed', run: order.run });
        return;
      case 'description':
        if (session?.run !== order.run) return;
        // The other end has started anew.
        if (order.type === 'offer' && session.isDescribed) await reconnect();
        session.describe(order);
        return;
      case 'offer':
        if (session?.run === order.run && session instanceof SfuSession) session.offer(order.link);
        return;
      case 'candidate':
        if (session?.run === order.run) session.add(order);
    }
  };

  const lines = createInterface({ input: process.stdin });
  // One after the other: a candidate must not overtake the order that opens its session.
  let last = Promise.resolve();
  lines.on('line', (line) => {
    last = last
      .then(() => obey(JSON.parse(line)))
      .catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      });
  });
  // The lab is gone, however it ended. Not process.exit(): it would wait for the threads of the library.
  lines.on('close', () => process.kill(process.pid, 'SIGKILL'));
  process.stdout.on('error', () => process.kill(process.pid, 'SIGKILL'));
  tell({ news: 'ready', agent: skills.name });
}

/** The library chooses its port only when it gathers, so one that is free now is chosen for it. */
async function wishFor(openPort: OpenPort): Promise<PortWish> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return { port, opened: openPort(port) };
}
