/** The client library against a service and connections in the test’s hand. */
import { afterEach, describe, expect, it } from 'vitest';
import type { SignalServerMessage } from '../../../contract/signalling.ts';
import type { PeerConnection, SignalSocket } from '../../../rooms/io/peer-connection.ts';
import { RoomClient, type RoomClientOptions } from '../../../rooms/io/room-client.ts';

/** The service’s end is `hear`; opens by itself. */
class ScriptedSocket extends EventTarget {
  readonly said: { type: string }[] = [];
  constructor() {
    super();
    queueMicrotask(() => this.dispatchEvent(new Event('open')));
  }
  send(text: string): void {
    this.said.push(JSON.parse(text));
  }
  close(): void {}
  hear(message: SignalServerMessage): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }
}

class StillConnection extends EventTarget {
  readonly signalingState = 'stable';
  readonly connectionState = 'new';
  readonly iceConnectionState = 'new';
  readonly localDescription = null;
  isClosed = false;
  async setLocalDescription(): Promise<void> {}
  async setRemoteDescription(): Promise<void> {}
  async addIceCandidate(): Promise<void> {}
  restartIce(): void {}
  setConfiguration(): void {}
  close(): void {
    this.isClosed = true;
  }
}

const times = { createdAt: '2026-01-01T00:00:00Z', expiresAt: '2026-01-01T01:00:00Z' };
const me = { id: 'me', name: '', kind: 'browser', order: 2, present: true } as const;
const ada = { id: 'ada', name: 'Ada', kind: 'browser', order: 1, present: true, epoch: 0 } as const;
const sfu = { id: 'sfu', name: '', kind: 'media-server', order: 0, present: true, epoch: 0 } as const;

let stop = (): void => {};
afterEach(() => stop());

async function enter(
  welcome: Pick<Extract<SignalServerMessage, { type: 'welcome' }>, 'peers'> & {
    readonly path: 'mesh' | 'sfu';
  },
  options: Partial<RoomClientOptions<PeerConnection>> = {},
) {
  const socket = new ScriptedSocket();
  const connections: StillConnection[] = [];
  const notes: string[] = [];
  const client = new RoomClient<PeerConnection>({
    // Nobody listens there: what is asked over HTTP fails at once.
    membership: {
      service: 'http://127.0.0.1:9',
      roomId: 'room',
      member: 'me',
      session: 's',
      channelPath: '/ws',
    },
    ice: { iceServers: [], iceTransportPolicy: 'all' },
    openSocket: () => socket as unknown as SignalSocket,
    createConnection: () => {
      const connection = new StillConnection();
      connections.push(connection);
      return connection as unknown as PeerConnection;
    },
    prepare: () => undefined,
    onNote: (note) => notes.push(note),
    ...options,
  });
  stop = () => client.stop();
  client.start();
  await until(() => socket.said.length > 0);
  const path =
    welcome.path === 'mesh' ? ({ kind: 'mesh' } as const) : ({ kind: 'sfu', server: 'embedded' } as const);
  socket.hear({
    type: 'welcome',
    version: 1,
    you: 'me',
    room: { id: 'room', name: '', path, size: 8, ...times, members: [me] },
    peers: welcome.peers,
    resumed: false,
    lastSeq: 0,
    received: 0,
  });
  return { client, socket, connections, notes };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('what is told to all', () => {
  it('is sent and heard once, and lost where the service is not reached', async () => {
    const told: string[][] = [];
    const { client, socket } = await enter(
      { path: 'mesh', peers: [] },
      { onTold: (member, text) => told.push([member, text]) },
    );
    await until(() => client.roster.me !== null);
    client.tell('hello');
    expect(socket.said.at(-1)).toEqual({ type: 'tell', text: 'hello' });
    socket.hear({ type: 'told', member: 'ada', text: 'hello too' });
    expect(told).toEqual([['ada', 'hello too']]);
    socket.dispatchEvent(new Event('close'));
    const before = socket.said.length;
    client.tell('is anybody there?');
    expect(socket.said).toHaveLength(before);
  });
});

describe('a change of path', () => {
  it('closes what belongs to the path before, whatever the service answers over HTTP', async () => {
    const { client, socket, connections } = await enter({ path: 'sfu', peers: [sfu] });
    socket.hear({ type: 'offer', seq: 1, from: 'sfu', link: 'up', epoch: 0, sdp: 'v=0' });
    socket.hear({ type: 'offer', seq: 2, from: 'sfu', link: 'down.ada', epoch: 0, sdp: 'v=0' });
    await until(() => connections.length === 2);
    socket.hear({ type: 'left', seq: 3, member: 'sfu', reason: 'removed' });
    socket.hear({ type: 'path', seq: 4, path: { kind: 'sfu', server: 'janus' }, peers: [] });
    socket.hear({ type: 'joined', seq: 5, peer: { ...sfu, epoch: 1 } });
    // The new server is quicker than the answer that is awaited over HTTP.
    socket.hear({ type: 'offer', seq: 6, from: 'sfu', link: 'up', epoch: 1, sdp: 'v=0' });
    await until(() => connections.length === 3);
    expect(connections.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
    expect(client.links).toMatchObject([{ peer: 'sfu', name: 'up', epoch: 1 }]);
    expect(client.roster.path).toEqual({ kind: 'sfu', server: 'janus' });
  });

  it('is heard although a callback of the application threw before', async () => {
    const { client, socket, notes } = await enter(
      { path: 'mesh', peers: [ada] },
      {
        prepare: () => {
          throw new Error('no such track');
        },
      },
    );
    socket.hear({ type: 'path', seq: 1, path: { kind: 'relay', transport: null }, peers: [] });
    await until(() => client.roster.path.kind === 'relay');
    expect(client.links).toEqual([]);
    expect(notes[0]).toBe('welcome: no such track');
  });
});
