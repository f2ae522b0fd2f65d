/** What an agent says on the terminal: a line for each thing that happens, and below them how it stands. */
import type { ClockSkew } from '../../contract/fleet/vantage.ts';
import { columns } from '../columns.ts';
import { LiveRegion } from '../live-region.ts';
import { painter } from '../style.ts';

export interface AgentEvent {
  readonly event: string;
  readonly [fact: string]: string | number;
}

export class AgentVoice {
  readonly #json: boolean;
  readonly #live: LiveRegion | null;
  readonly #paint = painter(process.stdout);
  #place = '';
  #jobs = '';
  #clock = '';
  #step = '';

  constructor(json: boolean) {
    this.#json = json;
    this.#live = !json && process.stdout.isTTY ? new LiveRegion(process.stdout) : null;
  }

  say(event: AgentEvent): void {
    const at = new Date().toISOString();
    if (this.#json) {
      process.stdout.write(`${JSON.stringify({ at, ...event })}\n`);
      return;
    }
    this.#live?.clear();
    process.stdout.write(`${this.#paint('dim', at.slice(11, 19))}  ${sentenceOf(event)}\n`);
    if (event.event === 'connected') this.#place = `${event['name']} (${event['region']})`;
    if (event.event === 'ended') this.#step = '';
    this.#draw();
  }

  running(jobs: number, slots: number): void {
    this.#jobs = `${jobs} of ${slots} jobs`;
    this.#draw();
  }

  clock(skew: ClockSkew | null): void {
    if (skew === null) return;
    const { offsetMs, uncertaintyMs } = skew;
    this.#clock = `clock ${offsetMs > 0 ? '−' : '+'}${Math.abs(offsetMs).toFixed(1)} ms ± ${uncertaintyMs.toFixed(1)}`;
    this.#draw();
  }

  step(text: string): void {
    this.#step = text;
    this.#draw();
  }

  end(): void {
    this.#live?.clear();
  }

  #draw(): void {
    if (this.#live === null) return;
    const line = [this.#place, this.#jobs, this.#clock, this.#step].filter((part) => part !== '').join(' · ');
    if (line !== '') this.#live.draw([this.#paint('dim', line.slice(0, columns() - 1))]);
  }
}

const sentences: Readonly<Record<string, (e: AgentEvent) => string>> = {
  connected: (e) => `connected to ${e['hub']} as ${e['name']}, region ${e['region']}`,
  disconnected: (e) => `no connection to the hub (${e['reason']}), next try in ${seconds(e['againMs'])}`,
  refused: (e) => `${e['reason']} ${e['next']}`,
  began: (e) => `${e['kind']} ${e['job']}${e['try'] === 1 ? '' : `, try ${e['try']}`}`,
  ended: (e) =>
    `${e['kind']} ${e['job']} ended after ${seconds(e['ms'])}${e['failure'] ? `: ${e['failure']}` : ''}`,
  cancelled: (e) => `${e['job']} stops: ${e['reason']}`,
  'not-kept': (e) => `the hub did not keep the result of ${e['job']}: ${e['reason']}`,
  'not-told': (e) => `the hub did not take the result of ${e['job']} (${e['reason']}), it is told again`,
  'key-renewed': () => 'the hub has given it a new key',
  draining: (e) => `draining: ${e['running']} jobs are under way`,
  drained: () => 'drained',
};

function sentenceOf(event: AgentEvent): string {
  return sentences[event.event]?.(event) ?? event.event;
}

function seconds(ms: string | number | undefined): string {
  return `${(Number(ms ?? 0) / 1_000).toFixed(1)} s`;
}
