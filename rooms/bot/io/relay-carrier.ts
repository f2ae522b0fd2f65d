/**
 * What carries a bot’s connection over a relay. The native library checks directly even where it is told to use a relay
 * only; so it is left alone on loopback, where all that it can reach are doors, one for each address of the other end.
 * What goes through a door leaves by the relay, and nothing leaves otherwise.
 */
import type { Transport } from '../../../contract/basics.ts';

export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

export interface RelayCarrier {
  /** How the TURN server is reached. */
  readonly transport: Transport;
  readonly url: string;
  /** Where the other end reaches this one; null: there is no relay to be had. Never rejects. */
  readonly relayed: Promise<TransportAddress | null>;
  /** Where the connection listens on 127.0.0.1, and its ICE password, by which its checks are known. */
  serve(port: number, password: string): void;
  /** The port on 127.0.0.1 that stands for that address of the other end; null: there is none. Never rejects. */
  doorTo(peer: TransportAddress): Promise<number | null>;
  /** Why there is no relay, or none any more; null: none is known. */
  readonly problem: string | null;
  close(): void;
}
