/** The lab's end of a conversation with one client under test, which runs in a namespace and speaks JSON lines. */
import { type LabAgentNews, type LabAgentOrder, labAgentNewsSchema } from '../../../contract/lab-agent.ts';
import type { Running } from '../exec.ts';
import type { Lab } from '../lab.ts';

/** Starting a Node process with a native library on a busy machine. */
const readyMs = 20_000;

export class LabAgent {
  readonly name: string;
  /** Of its host. */
  readonly namespace: string;
  readonly #running: Running;
  #listener: (news: LabAgentNews) => void = () => {};

  private constructor(name: string, namespace: string, running: Running) {
    this.name = name;
    this.namespace = namespace;
    this.#running = running;
  }

  /**
   * @param command program and arguments
   * @throws Error with its output when it ends, or says nothing, before it is ready
   */
  static async start(
    lab: Lab,
    namespace: string,
    command: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<LabAgent> {
    let agent: LabAgent | null = null;
    let onReady: (name: string) => void = () => {};
    const ready = new Promise<string>((resolve) => {
      onReady = resolve;
    });
    const running = lab.spawn(namespace, command, {
      env,
      onLine: (line) => {
        const news = parse(line);
        if (news === null) return;
        if (news.news === 'ready') onReady(news.agent);
        else if (agent !== null) agent.#listener(news);
      },
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), readyMs);
    });
    const name = await Promise.race([ready, late, running.ended.then(() => null)]);
    clearTimeout(timer);
    if (name === null) {
      const output = `${running.stdout()}${running.stderr()}`.trim().slice(-2000);
      throw new Error(`${command.join(' ')} did not say {"news":"ready",…} on its stdout\n${output}`);
    }
    agent = new LabAgent(name, namespace, running);
    return agent;
  }

  /** What it wrote to stderr, for the explanation of a fault. */
  get complaints(): string {
    return this.#running.stderr().trim().slice(-500);
  }

  /** One listener at a time: an agent is in one attempt at a time. */
  listen(listener: (news: LabAgentNews) => void): void {
    this.#listener = listener;
  }

  order(order: LabAgentOrder): void {
    this.#running.write(`${JSON.stringify(order)}\n`);
  }

  /** Sends an order and waits for the news that belongs to it; null: none came in time. */
  ask<K extends LabAgentNews['news']>(
    order: LabAgentOrder,
    wanted: K,
    timeoutMs: number,
  ): Promise<Extract<LabAgentNews, { news: K }> | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      this.listen((news) => {
        if (!isNews(news, wanted) || !('run' in news) || news.run !== order.run) return;
        clearTimeout(timer);
        resolve(news);
      });
      this.order(order);
    });
  }
}

function isNews<K extends LabAgentNews['news']>(
  news: LabAgentNews,
  wanted: K,
): news is Extract<LabAgentNews, { news: K }> {
  return news.news === wanted;
}

/** Null: something else that a client writes to its stdout. */
function parse(line: string): LabAgentNews | null {
  try {
    const result = labAgentNewsSchema.safeParse(JSON.parse(line));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
