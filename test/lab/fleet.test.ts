/** A fleet on real sockets: what dies is killed, what is cut off hears no more, and a watchdog measures the silence. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labObstacle } from '../../scenarios/io/require-lab.ts';
import { requireBuilt } from '../built-cli.ts';
import { sampleVisit } from '../unit/service/sample-reports.ts';
import { postgresObstacle } from '../unit/service/store-kinds.ts';
import { FleetStage } from './fleet-stage.ts';

const obstacle = labObstacle(['ip', 'nft', 'sysctl', 'nats-server']) ?? postgresObstacle;
if (obstacle !== null) console.warn(`fleet skipped: ${obstacle}`);

/** What a room may be silent for when its node dies. */
const resumedMs = 5_000;

describe.skipIf(obstacle !== null)('three nodes on three NATS servers and one PostgreSQL', () => {
  let stage: FleetStage;
  beforeAll(async () => {
    requireBuilt();
    stage = await FleetStage.build();
    await stage.start();
  }, 60_000);
  afterAll(() => stage?.close());

  /** Everybody has heard more than was said up to now. */
  async function talkOn(limitMs = 20_000): Promise<void> {
    const said = stage.talkers.map((talker) => talker.said);
    const isPast = () => stage.talkers.every(({ heard }, index) => heard > (said[index] ?? 0));
    try {
      await expect.poll(isPast, { timeout: limitMs }).toBe(true);
    } catch (error) {
      if (error instanceof Error) error.message += `\n${stage.evidence()}`;
      throw error;
    }
  }

  /** What the watchdogs have measured since the mark. */
  function tell(what: string): void {
    const longest = stage.talkers.map(({ silenceMs }) => silenceMs);
    console.info(`${what}: members heard nothing for ${longest.join(', ')} ms`);
  }

  it('bring members on all of them together', async () => {
    await expect.poll(() => [stage.native, stage.talkers.length], { timeout: 20_000 }).toEqual([2, 3]);
    await expect.poll(() => stage.talkers.every(({ heard }) => heard > 20), { timeout: 20_000 }).toBe(true);
  });

  it('keep one store', async () => {
    await stage.ask('node1', 'POST', '/api/reports', sampleVisit());
    for (const node of stage.nodes)
      expect(await stage.ask(node, 'GET', '/api/info')).toMatchObject({ runs: 1 });
  });

  it('go on within 5 s when the node that has the room is killed', async () => {
    const owner = await stage.owner();
    await stage.mark();
    await stage.kill(owner);
    await talkOn();
    expect(await stage.owner()).not.toBe(owner);
    tell('the owner of the room was killed');
    for (const { silenceMs } of stage.talkers) expect(silenceMs).toBeLessThan(resumedMs);
    await stage.startNode(owner);
  }, 60_000);

  it('say that they are degraded when they are cut off, and are back when it heals', async () => {
    const owner = await stage.owner();
    await stage.mark();
    await stage.cutOff(owner, true);
    const degraded = { status: 'degraded', bus: 'away' };
    await expect.poll(() => stage.readyOf(owner), { timeout: 15_000 }).toEqual(degraded);
    await talkOn(30_000);
    tell('the owner of the room was cut off from NATS');
    await stage.cutOff(owner, false);
    const ready = { status: 'ready', bus: 'up' };
    await expect.poll(() => stage.readyOf(owner), { timeout: 15_000 }).toEqual(ready);
    await talkOn();
  }, 90_000);

  it('go on when a NATS server is killed, whichever leads', async () => {
    for (const name of ['nats1', 'nats2']) {
      await stage.mark();
      await stage.kill(name);
      await talkOn(40_000);
      tell(`${name} was killed`);
      await stage.startNats(name);
    }
  }, 120_000);

  it('have lost nothing, doubled nothing, and made nobody begin anew', async () => {
    stage.hush();
    const isWhole = () => stage.talkers.map(({ said, heard }) => said - heard);
    await expect.poll(isWhole, { timeout: 20_000 }).toEqual([0, 0, 0]);
    // Who has heard everything may still be on his way back.
    const isBack = () =>
      stage.talkers.map(({ state, ended, anew, inOrder }) => ({ state, ended, anew, inOrder }));
    const back = { state: 'connected', ended: null, anew: 1, inOrder: true };
    await expect.poll(isBack, { timeout: 20_000 }).toEqual([back, back, back]);
  }, 60_000);
});
