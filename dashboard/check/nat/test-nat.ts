/** One NAT test: offers to the service, its answers to the connections, its finding back. */
import type { FailureCode } from '../../../contract/failures.ts';
import type { TabNatClientMessage, TabNatFinding, TabNatServerMessage } from '../../../contract/tab-nat.ts';
import { withDeadline } from '../deadline.ts';
import { errorOf, SignalError } from '../signal/signal-error.ts';
import { language } from '../words/language.ts';
import { applyAnswer, type NatConnection, openConnections } from './connections.ts';
import { readNatMessage } from './nat-message.ts';

/** The service ends its test after 6 s. */
const deadlineMs = 9_000;

/** Rejects with a SignalError. */
export async function testNat(url: string): Promise<TabNatFinding> {
  let connections: NatConnection[] = [];
  let socket: WebSocket | null = null;
  try {
    connections = await openConnections();
    socket = new WebSocket(url);
    return await withDeadline(converse(socket, connections), deadlineMs, 'the NAT test');
  } catch (error) {
    if (error instanceof SignalError) throw error;
    throw new SignalError('signal-failed', error instanceof Error ? error.message : String(error));
  } finally {
    socket?.close();
    for (const { connection } of connections) connection.close();
  }
}

function converse(socket: WebSocket, connections: readonly NatConnection[]): Promise<TabNatFinding> {
  return new Promise((resolve, reject) => {
    const fail = (code: FailureCode, detail: string): void => reject(new SignalError(code, detail));
    const onMessage = async (message: TabNatServerMessage): Promise<void> => {
      if (message.type === 'finding') return resolve(message);
      if (message.type === 'error') {
        return reject(errorOf(message));
      }
      await Promise.all(
        message.answers.map(async (answer, index) => {
          const connection = connections[index];
          if (connection !== undefined) await applyAnswer(connection, answer);
        }),
      );
    };
    socket.addEventListener('open', () => {
      const offers = connections.map(({ offer }) => offer);
      const hello: TabNatClientMessage = { type: 'hello', version: 1, language: language(), offers };
      socket.send(JSON.stringify(hello));
    });
    socket.addEventListener('message', ({ data }) => {
      const message = readNatMessage(data);
      if (message !== null) onMessage(message).catch(reject);
    });
    socket.addEventListener('error', () => fail('signal-failed', 'the WebSocket did not open'));
    socket.addEventListener('close', ({ code }) =>
      fail('signal-failed', `the WebSocket closed with code ${code}`),
    );
  });
}
