/** Does the steps of a timeline to a lab that stands, and undoes them after the call. */
import type { PlanStep } from '../../plan/commands.ts';
import { builtSite, eventSteps } from '../../plan/event-steps.ts';
import type { CompiledScenario } from '../../scenario/compile.ts';
import type { CallStep } from '../../scenario/compile-call.ts';
import type { Lab } from '../lab.ts';
import type { LabServer } from './lab-server.ts';

export class LabEvents {
  readonly #lab: Lab;
  readonly #server: LabServer;
  readonly #sites: CompiledScenario['sites'];
  #serial = 0;
  #restore: PlanStep[] = [];
  #serverIsDown = false;

  constructor(lab: Lab, server: LabServer, sites: CompiledScenario['sites']) {
    this.#lab = lab;
    this.#server = server;
    this.#sites = sites;
  }

  async perform({ step, site, to }: CallStep): Promise<void> {
    if (step.do === 'kill-server') {
      this.#serverIsDown = true;
      await this.#server.stop();
      return;
    }
    if (step.do === 'restart-server') {
      await this.#startServer();
      return;
    }
    const { topology } = this.#lab;
    const { apply, restore } = eventSteps(topology, step, {
      site: builtSite(this.#sites, topology, site),
      to: builtSite(this.#sites, topology, to),
      serial: this.#serial,
    });
    this.#serial += 1;
    // The last thing done is the first to be undone; registered before it is done.
    this.#restore = [...restore, ...this.#restore];
    await this.#lab.apply(apply);
  }

  async restore(): Promise<void> {
    const steps = this.#restore;
    this.#restore = [];
    await this.#lab.apply(steps);
    if (this.#serverIsDown) await this.#startServer();
  }

  async #startServer(): Promise<void> {
    await this.#server.start();
    this.#serverIsDown = false;
  }
}
