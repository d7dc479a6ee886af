import { WEEKDAYS } from '../../domain/policy.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../domain/units.ts';
import { between, type Random, randomFor } from '../random.ts';
import { type Answer, idOf, type Method, must } from './api.ts';
import type { Fleet } from './fleet.ts';
import type { Parts } from './parts.ts';
import { bodyOf, policyOf, type Resident } from './settle-in.ts';

export interface PeopleOptions extends Parts {
  readonly fleet: Fleet;
}

/** What the owners of the cars do by the app of theirs: they begin with a policy, and change their minds. */
export interface People {
  /** The car's first policy, where its owner wants one. */
  begin(resident: Resident): Promise<void>;
}

/** How many of the days of an owner have such a change. */
const ACTS: readonly (readonly [share: number, act: Act])[] = [
  [0.2, overrideByTime],
  [0.12, chargeNow],
  [0.1, forgetOverride],
  [0.12, editPolicy],
  [0.05, editHome],
  [0.04, replacePolicy],
  [0.08, limitCar],
];
type Act = (owner: Owner, random: Random) => Promise<void>;

interface Owner {
  readonly resident: Resident;
  readonly options: PeopleOptions;
  policyId: string | null;
  send(method: Method, path: string, body?: object): Promise<Answer>;
}

const RETRIED_SHARE = 0.3;

export function createPeople(options: PeopleOptions): People {
  const { seed, queue, bornMs, endMs } = options;
  const owners = options.fleet.residents.map((resident) => ownerOf(resident, options));
  for (const owner of owners) {
    if (owner.resident.policy === null) continue;
    for (let day = 0; bornMs + day * DAY_MS < endMs; day++) {
      for (const [index, [share, act]] of ACTS.entries()) {
        const random = randomFor(seed, 'person', owner.resident.index, day, index);
        if (random() >= share) continue;
        const atMs = bornMs + day * DAY_MS + Math.round(between(random, HOUR_MS, DAY_MS));
        queue.add(atMs, () => act(owner, random));
      }
    }
  }
  return {
    async begin(resident) {
      const owner = owners.find((one) => one.resident === resident);
      if (owner !== undefined) await makePolicy(owner);
    },
  };
}

function ownerOf(resident: Resident, options: PeopleOptions): Owner {
  const { call, seed, faults, nowMs, note, tally } = options;
  let requestCount = 0;
  return {
    resident,
    options,
    policyId: null,
    async send(method, path, body) {
      requestCount += 1;
      tally.counted('requests of people');
      const canRepeat = method === 'POST' || method === 'PUT';
      const isRetried = randomFor(seed, 'request', resident.index, requestCount)() < RETRIED_SHARE;
      const headers: Record<string, string> = canRepeat
        ? { 'idempotency-key': `person-${resident.index}-${requestCount}` }
        : {};
      const first = await call(method, path, body, headers);
      if (!canRepeat || !isRetried || !faults.has('retried-requests')) return first;
      tally.happened('retried-requests');
      const second = await call(method, path, body, headers);
      const texts = { first: JSON.stringify(first), second: JSON.stringify(second) };
      note({ kind: 'answered-twice', atMs: nowMs(), what: `${method} ${path}`, ...texts });
      return first;
    },
  };
}

async function makePolicy(owner: Owner): Promise<void> {
  const { resident } = owner;
  if (resident.policy === null) return;
  const { status, body } = await owner.send(
    'POST',
    '/flex/vehicle-policies',
    policyOf(resident, resident.policy),
  );
  if (status !== 201) throw new Error(`a new policy was answered ${status} ${JSON.stringify(body)}`);
  owner.policyId = idOf(body);
  notePolicy(owner, owner.policyId, true);
}

function notePolicy({ resident, options }: Owner, policyId: string, isLive: boolean): void {
  const { vehicleId, locationId } = resident;
  options.fleet.measure(resident);
  options.note({ kind: 'policy', atMs: options.nowMs(), policyId, vehicleId, locationId, isLive });
}

async function overrideByTime(owner: Owner, random: Random): Promise<void> {
  const atMs = owner.options.nowMs() + Math.round(between(random, 45, 14 * 60)) * MINUTE_MS;
  const minimumChargeTarget = Math.round(between(random, 40, 100));
  await setTarget(owner, {
    type: 'REGULAR',
    minimumChargeTarget,
    readyBy: new Date(atMs).toISOString(),
    batteryReserve: 20,
  });
}

async function chargeNow(owner: Owner, random: Random): Promise<void> {
  const minimumChargeTarget = Math.round(between(random, 50, 95));
  await setTarget(owner, { type: 'IMMEDIATE_START', minimumChargeTarget });
}

async function forgetOverride(owner: Owner): Promise<void> {
  const sessionId = await currentSession(owner);
  if (sessionId !== null) expectDone(await owner.send('DELETE', `/flex/sessions/${sessionId}/target`));
}

async function setTarget(owner: Owner, body: object): Promise<void> {
  const sessionId = await currentSession(owner);
  if (sessionId !== null) expectDone(await owner.send('PUT', `/flex/sessions/${sessionId}/target`, body));
}

async function currentSession({ policyId, options }: Owner): Promise<string | null> {
  if (policyId === null) return null;
  return idOf(await must(options.call, 'GET', `/flex/vehicle-policies/${policyId}/session`));
}

async function editPolicy(owner: Owner, random: Random): Promise<void> {
  const { policyId } = owner;
  if (policyId === null) return;
  const day = WEEKDAYS[Math.floor(random() * 7)] ?? 'monday';
  const hour = String(Math.floor(between(random, 5, 22))).padStart(2, '0');
  const minimumChargeTarget = Math.round(between(random, 60, 95));
  const batteryReserve = Math.round(between(random, 10, 50));
  const schedule =
    random() < 0.85 ? { [day]: { deadline: `${hour}:30`, minimumChargeTarget } } : { [day]: null };
  expectDone(await owner.send('PATCH', `/flex/vehicle-policies/${policyId}`, { batteryReserve, schedule }));
}

/** Another charger, and where there was a limit for all cars, another limit. */
async function editHome(owner: Owner, random: Random): Promise<void> {
  const { home, locationId } = owner.resident;
  const maxPower = home.maxPower === null ? null : Math.round(home.maxPower * between(random, 0.8, 1.3));
  const chargerPower = home.chargerPower;
  expectDone(
    await owner.send('PUT', `/locations/${locationId}`, bodyOf({ ...home, maxPower, chargerPower })),
  );
  const { note, nowMs } = owner.options;
  note({ kind: 'connection', atMs: nowMs(), locationId, maxPowerKw: maxPower });
}

/** Gives smart charging up, and begins again some time later. */
async function replacePolicy(owner: Owner, random: Random): Promise<void> {
  const { policyId, options } = owner;
  if (policyId === null) return;
  expectDone(await owner.send('DELETE', `/flex/vehicle-policies/${policyId}`));
  owner.policyId = null;
  notePolicy(owner, policyId, false);
  const againMs = options.nowMs() + Math.round(between(random, 10, 300)) * MINUTE_MS;
  if (againMs < options.endMs) options.queue.add(againMs, () => makePolicy(owner));
}

/** The car's own limit, set in the car. */
async function limitCar({ resident, options }: Owner, random: Random): Promise<void> {
  options.fleet.change(resident, { limitPercent: Math.round(between(random, 60, 100)) });
}

function expectDone({ status, body }: Answer): void {
  if (status < 200 || status > 299)
    throw new Error(`a person was answered ${status} ${JSON.stringify(body)}`);
}
