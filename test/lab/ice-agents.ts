/** The lab's own agents, one warm in each namespace, for pairs that no scenario file describes. */
import type { LabIceServer } from '../../contract/lab-agent.ts';
import type { LabAttempt } from '../../contract/lab-report.ts';
import type { Lab } from '../../scenarios/io/lab.ts';
import { runAttempt } from '../../scenarios/io/run/attempt.ts';
import { LabAgent } from '../../scenarios/io/run/lab-agent.ts';
import { forEachOf } from '../../scenarios/io/run/schedule.ts';
import { builtCli } from '../built-cli.ts';

/** Each needs a processor for a third of a second. */
const startsAtOnce = 6;

/** A TURN server as one end is told of it. */
export interface RelayServer {
  readonly server: LabIceServer;
  readonly caFile: string;
}

export class IceAgents {
  readonly #agents: ReadonlyMap<string, LabAgent>;
  readonly #stun: LabIceServer;
  #runs = 0;

  private constructor(agents: ReadonlyMap<string, LabAgent>, stun: LabIceServer) {
    this.#agents = agents;
    this.#stun = stun;
  }

  /**
   * @param namespaces of the lab, by the name that the agent in each shall have
   * @param stun `ADDRESS:PORT` of the server that the agents learn their public address from
   */
  static async start(lab: Lab, namespaces: ReadonlyMap<string, string>, stun: string): Promise<IceAgents> {
    const agents = new Map<string, LabAgent>();
    await forEachOf([...namespaces], startsAtOnce, async ([name, namespace]) => {
      agents.set(
        name,
        await LabAgent.start(lab, namespace, [process.execPath, builtCli, 'lab', 'agent'], {}),
      );
    });
    return new IceAgents(agents, { urls: [`stun:${stun}`] });
  }

  /** One attempt of `a`, which offers, and `b`; an agent is in one pair at a time. */
  connect(a: string, b: string): Promise<LabAttempt> {
    return this.#attempt(a, b, 'direct', [[this.#stun], [this.#stun]], '');
  }

  /** The same from relay to relay, each end over a server of its own. */
  relay(a: string, atA: RelayServer, b: string, atB: RelayServer): Promise<LabAttempt> {
    return this.#attempt(a, b, 'relay', [[atA.server], [atB.server]], atA.caFile);
  }

  #attempt(
    a: string,
    b: string,
    path: 'direct' | 'relay',
    iceServers: readonly [readonly LabIceServer[], readonly LabIceServer[]],
    caFile: string,
  ): Promise<LabAttempt> {
    this.#runs += 1;
    return runAttempt(this.#of(a), this.#of(b), {
      run: this.#runs,
      path,
      iceServers,
      caFile,
      call: null,
      transport: 'udp',
      media: 'none',
      sfu: null,
    });
  }

  #of(name: string): LabAgent {
    const agent = this.#agents.get(name);
    if (agent === undefined) throw new Error(`there is no agent ${name}`);
    return agent;
  }
}
