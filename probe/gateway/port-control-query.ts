/** Asks the nearest router over PCP or NAT-PMP whether it speaks that protocol, and makes no mapping. */
import type { Evidence } from '../../contract/evidence.ts';
import { type Endpoint, familyOf, formatEndpoint, sameEndpoint } from '../../stun/endpoint.ts';
import type { Effect, Input, Machine } from '../../stun/machine.ts';
import { GatewayQuestion } from './gateway-question.ts';
import { decodeExternalAddress, encodeExternalAddressRequest, natPmpVersion } from './nat-pmp.ts';
import {
  decodeAnnounce,
  encodeAnnounce,
  type PortControlAnswer,
  pcpVersion,
  portControlPort,
} from './pcp.ts';

interface Dialect {
  readonly version: number;
  readonly request: (clientAddress: string) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => PortControlAnswer;
}

const dialects = {
  pcp: { version: pcpVersion, request: encodeAnnounce, decode: decodeAnnounce },
  'nat-pmp': { version: natPmpVersion, request: encodeExternalAddressRequest, decode: decodeExternalAddress },
} as const satisfies Record<string, Dialect>;

/** RFC 6886 §3.1: 250 ms, doubling. Its nine tries in 64 s suit a client that needs a mapping, not a diagnosis. */
export const sendOffsetsMs = [0, 250, 750];
export const giveUpMs = 1_250;
const socket = 'port-control';

export class PortControlQuery implements Machine {
  private readonly protocol: keyof typeof dialects;
  private readonly router: Endpoint;
  private readonly question: GatewayQuestion;
  private request: Uint8Array | null = null;
  private startMs = 0;
  private finished = false;

  /** @param gateway IP literal of the nearest router */
  constructor(protocol: keyof typeof dialects, gateway: string) {
    this.protocol = protocol;
    this.router = { address: gateway, port: portControlPort };
    this.question = new GatewayQuestion(protocol, 'udp', this.router);
  }

  handle(nowMs: number, input: Input): Effect[] {
    if (this.finished) return [{ kind: 'ignore', reason: 'finished' }];
    switch (input.kind) {
      case 'start':
        this.startMs = nowMs;
        return [{ kind: 'open', socket, transport: 'udp', family: familyOf(this.router.address) }];
      case 'opened':
        this.question.local = input.local;
        this.request = dialects[this.protocol].request(input.local.address);
        return this.transmit(nowMs);
      case 'received':
        return this.receive(nowMs, input.from, input.bytes);
      case 'open-failed':
      case 'send-failed':
        this.question.fail(input.error);
        return this.finish();
      case 'closed':
        return this.finish();
      case 'deadline':
        return nowMs >= this.startMs + giveUpMs ? this.finish() : this.transmit(nowMs);
    }
  }

  nextDeadlineMs(): number | null {
    if (this.finished) return null;
    const offset = this.request === null ? undefined : sendOffsetsMs[this.question.sentMs.length];
    return this.startMs + (offset ?? giveUpMs);
  }

  isFinished(): boolean {
    return this.finished;
  }

  get startedAtMs(): number {
    return this.startMs;
  }

  evidence(): Evidence[] {
    return [this.question.evidence(this.protocol === 'pcp' ? 'gp1' : 'gn1', this.startMs)];
  }

  private transmit(nowMs: number): Effect[] {
    const offset = sendOffsetsMs[this.question.sentMs.length];
    if (this.request === null || offset === undefined || nowMs < this.startMs + offset) return [];
    this.question.sentMs.push(nowMs);
    return [{ kind: 'send', socket, to: this.router, bytes: this.request }];
  }

  private receive(nowMs: number, from: Endpoint, bytes: Uint8Array): Effect[] {
    // RFC 6886 §3.1, RFC 6887 §8.3: an answer from anywhere else is discarded.
    if (!sameEndpoint(from, this.router)) {
      this.question.note(`answer ignored: it came from ${formatEndpoint(from)}, which was not asked`);
      return [{ kind: 'ignore', reason: 'not from the router' }];
    }
    const answer = dialects[this.protocol].decode(bytes);
    if (!answer.ok) {
      this.question.note(`answer ignored: ${answer.problem}`);
      return [{ kind: 'ignore', reason: answer.problem }];
    }
    const { version, resultCode, externalAddress } = answer;
    const agreed = version === dialects[this.protocol].version && resultCode === 0;
    const { protocol } = this;
    const said = { protocol, version, resultCode, externalAddress, connected: null, device: null };
    this.question.settle(nowMs, from, agreed ? 'answered' : 'refused', said);
    return this.finish();
  }

  private finish(): Effect[] {
    this.finished = true;
    this.question.silence();
    return [{ kind: 'close', socket }];
  }
}
