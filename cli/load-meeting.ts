/** `--bus` of `polynya turn load`: the machines of a load meet over NATS, and begin together. */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { busConfigSchema } from '../contract/bus.ts';
import {
  type Attendance,
  attendanceSchema,
  type MeetingAnswer,
  meetingAnswerSchema,
} from '../contract/load-meeting.ts';
import { type Bus, BusError } from '../service/bus/bus.ts';
import { openBus } from '../service/bus/open-bus.ts';
import { type ClockDifference, clockDifference, Meeting, surer } from '../turn/load/meeting.ts';
import type { Part } from '../turn/load/part.ts';
import { CommandError } from './command-error.ts';
import { exitCode } from './exit-code.ts';
import type { PartFlags, WantedPart } from './load-part.ts';

/** The others ask this often. */
const everyMs = 300;
const answerMs = 2_000;
/** Two clocks may differ so much: a small part of what each step leaves out at its beginning. */
const mostOffMs = 250;

/** Loads that are made at the same time on one bus have names. */
const usualName = 'load';
/** Allocations are made in this time. */
const usualLeadSec = 30;
const patienceMs = 600_000;

interface MeetingPlan extends Pick<WantedPart, 'number' | 'of'> {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  /** From the moment at which all are there. */
  readonly leadMs: number;
}

/** Runs once it is clear when this machine begins. @param settings what must be the same on all of them */
export async function withPart<T>(
  wanted: WantedPart | null,
  flags: PartFlags,
  settings: () => Readonly<Record<string, string>>,
  run: (part: Part | null) => Promise<T>,
): Promise<T> {
  if (wanted === null) return run(null);
  const { number, of, startAtMs } = wanted;
  if (startAtMs !== null) return run({ number, of, startAtMs });
  const { bus: servers = '', meet: name = usualName, startIn: leadSec = usualLeadSec } = flags;
  const bus = await openLoadBus(servers, process.env);
  try {
    const plan = { number, of, name, settings: settings(), leadMs: leadSec * 1000 };
    const { startAtMs: agreedMs, clock } = await meet(bus, plan);
    process.stderr.write(
      `All ${of} machines are there; the load begins at ${new Date(agreedMs).toISOString()}.\n`,
    );
    return await run({ number, of, startAtMs: agreedMs, offFirstMs: clock?.byMs ?? 0 });
  } finally {
    // Until then the first machine answers those who missed its answer.
    await bus.close();
  }
}

interface Appointment {
  readonly startAtMs: number;
  /** From the clock of part 1, after which all begin; null: this is part 1. */
  readonly clock: ClockDifference | null;
}

/** As `polynya serve` reads it: servers from the flag, secrets from the environment. */
async function openLoadBus(servers: string, environment: NodeJS.ProcessEnv): Promise<Bus> {
  const config = busConfigSchema.safeParse({
    servers: servers.split(','),
    user: environment['POLYNYA_BUS_USER'] ?? null,
    password: environment['POLYNYA_BUS_PASSWORD'] ?? null,
    token: environment['POLYNYA_BUS_TOKEN'] ?? null,
  });
  if (!config.success) {
    const reason = config.error.issues[0]?.message ?? 'invalid';
    throw new CommandError(
      `--bus: ${reason}.`,
      'Write nats://HOST:4222; the password or token in POLYNYA_BUS_PASSWORD or POLYNYA_BUS_TOKEN.',
    );
  }
  return openBus(config.data, (problem) => process.stderr.write(`polynya: bus: ${problem}\n`));
}

/** @throws CommandError where they do not come together, or do not fit */
async function meet(bus: Bus, plan: MeetingPlan): Promise<Appointment> {
  const { number, of, settings } = plan;
  const own = { number, of, who: randomUUID(), settings: { ...settings } };
  const subject = `polynya.load.${plan.name}`;
  if (number === 1) return keepMeeting(bus, subject, own, plan);
  return attend(bus, subject, own, plan);
}

/** The first one decides; it goes on answering until the load begins, for those who missed the answer. */
async function keepMeeting(
  bus: Bus,
  subject: string,
  own: Attendance,
  plan: MeetingPlan,
): Promise<Appointment> {
  const meeting = new Meeting(own, plan.leadMs);
  bus.serve(subject, attendanceSchema, async ({ message }) => meeting.answer(Date.now(), message));
  return until(plan, async () => {
    const answer = meeting.answer(Date.now(), own);
    return { answer, clock: null, missing: meeting.missing };
  });
}

async function attend(bus: Bus, subject: string, own: Attendance, plan: MeetingPlan): Promise<Appointment> {
  let clock: ClockDifference | null = null;
  return until(plan, async () => {
    const askedMs = Date.now();
    const answer = await ask(bus, subject, own);
    if (answer === null) return { answer, clock, missing: null };
    clock = surer(clock, clockDifference(askedMs, Date.now(), answer.nowMs));
    return { answer, clock, missing: answer.kind === 'wait' ? answer.missing : [] };
  });
}

/** Null: the first machine, or the bus, is not there yet. */
async function ask(bus: Bus, subject: string, own: Attendance): Promise<MeetingAnswer | null> {
  try {
    return await bus.request(subject, own, { reply: meetingAnswerSchema, timeoutMs: answerMs });
  } catch (error) {
    if (error instanceof BusError) return null;
    throw error;
  }
}

interface Round {
  readonly answer: MeetingAnswer | null;
  readonly clock: ClockDifference | null;
  /** Null: not known. */
  readonly missing: readonly number[] | null;
}

async function until({ name }: MeetingPlan, round: () => Promise<Round>): Promise<Appointment> {
  const untilMs = Date.now() + patienceMs;
  for (let told = ''; ; ) {
    const { answer, clock, missing } = await round();
    if (answer?.kind === 'refused') {
      throw new CommandError(
        `The machines do not make one load: ${answer.problem}.`,
        'Every machine takes the same profile and server, and its own --part.',
      );
    }
    if (answer?.kind === 'start') return { startAtMs: answer.startAtMs, clock: checked(clock) };
    const state = JSON.stringify(missing);
    if (state !== told) process.stderr.write(`${waitText(missing)}\n`);
    told = state;
    if (Date.now() > untilMs) {
      const who = missing === null ? 'part 1 did not answer' : `part ${missing.join(', ')} did not come`;
      throw new CommandError(
        `The machines did not come together: ${who}.`,
        `Start all of them with the same --bus and --meet ${name}.`,
        exitCode.couldNotRun,
      );
    }
    await wait(everyMs);
  }
}

function waitText(missing: readonly number[] | null): string {
  return missing === null
    ? 'Waiting for part 1 on the bus.'
    : `Waiting for part ${missing.join(', ')} of the load.`;
}

function checked(clock: ClockDifference | null): ClockDifference | null {
  if (clock === null || Math.abs(clock.byMs) - clock.withinMs <= mostOffMs) return clock;
  const way = clock.byMs > 0 ? 'ahead of' : 'behind';
  throw new CommandError(
    `The clock of this machine is ${(Math.abs(clock.byMs) / 1000).toFixed(1)} s ${way} that of part 1.`,
    'Run NTP on all machines: every step begins by the clock.',
    exitCode.couldNotRun,
  );
}
