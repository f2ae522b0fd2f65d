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
  let killed: Promise<void> = Promise.resolve();
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
      if (error instanceof Error) error.message += `\n${await stage.evidence()}`;
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
    // It comes up while the next ones go on.
    killed = stage.startNode(owner);
  }, 60_000);

  it('go on at the one that is left when two are cut off, which say so and are back when it heals', async () => {
    await killed;
    const owner = await stage.owner();
    const lost = [owner, ...stage.nodes.filter((node) => node !== owner)].slice(0, 2);
    await stage.mark();
    await Promise.all(lost.map((node) => stage.cutOff(node, true)));
    const states = () => Promise.all(lost.map((node) => stage.readyOf(node)));
    const all = (status: string, bus: string) => lost.map(() => ({ status, bus }));
    await expect.poll(states, { timeout: 15_000, interval: 100 }).toEqual(all('degraded', 'away'));
    await talkOn(30_000);
    tell('the owner of the room and another node were cut off from NATS');
    await Promise.all(lost.map((node) => stage.cutOff(node, false)));
    await expect.poll(states, { timeout: 15_000, interval: 100 }).toEqual(all('ready', 'up'));
    await talkOn();
  }, 90_000);

  it('go on when a NATS server is killed, whichever leads', async () => {
    const leads = await stage.leader();
    const other = leads === 'nats1' ? 'nats2' : 'nats1';
    await stage.mark();
    await stage.kill(other);
    await talkOn(40_000);
    tell(`${other}, which did not lead, was killed`);
    await stage.startNats(other);
    await stage.natsIsWell(other);
    await stage.mark();
    await stage.kill(await stage.leader());
    await talkOn(40_000);
    tell('the NATS server that led was killed');
  }, 120_000);

  it('go on at the one that is left when two are killed at once', async () => {
    const owner = await stage.owner();
    const [left] = stage.nodes.filter((node) => node !== owner);
    await stage.mark();
    await Promise.all(stage.nodes.filter((node) => node !== left).map((node) => stage.kill(node)));
    await talkOn(30_000);
    tell('the owner of the room and another node were killed at once');
    expect(await stage.owner()).toBe(left);
  }, 60_000);

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
