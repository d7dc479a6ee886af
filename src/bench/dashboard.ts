import { issueToken } from '../app/issue-token.ts';
import { listen } from '../http/listen.ts';
import { buildServer } from '../http/server.ts';
import { systemClock } from '../runtime/clock.ts';
import type { Database } from '../store/database.ts';
import { withScratchDatabase } from '../store/scratch-database.ts';
import { type Fleet, type FleetSize, seedFleet, USUAL_FLEET } from './seed-fleet.ts';

interface DashboardBenchOptions {
  /** Null: an embedded server in a folder for the time of the run. */
  readonly databaseUrl: string | null;
  readonly json: boolean;
  readonly print: (line: string) => void;
}

interface CallReport {
  readonly name: string;
  readonly path: string;
  readonly medianMs: number;
  /** How many times as long as an answer that asks the database nothing. */
  readonly ratio: number;
  readonly bytes: number;
}

interface CsvReport {
  readonly rows: number;
  readonly seconds: number;
  /** Of the process, which streams and reads: before it began, then after each so many rows. */
  readonly heapMb: readonly number[];
}

interface DashboardReport {
  readonly size: FleetSize;
  readonly baselineMs: number;
  readonly calls: readonly CallReport[];
  readonly csv: CsvReport;
}

const ROUNDS = 5;
const CSV = '/flex/vehicle-policies/sessions.csv';
const CSV_SAMPLE_ROWS = 10_000;
/** Totals are shared for a second: no round may get those of the one before. */
const ROUND_APART_MS = 2_000;

/** `tidewatt bench dashboard`: what the pages of the dashboard ask, with 10,000 cars in the database. */
export async function runBenchDashboard({ databaseUrl, json, print }: DashboardBenchOptions): Promise<void> {
  const report = await withScratchDatabase(databaseUrl, async (database) => {
    process.stderr.write('Seeding 10,000 cars and 100,000 settled sessions; this takes a minute or two…\n');
    const fleet = await seedFleet(database);
    try {
      return await benchDashboard(database, fleet, USUAL_FLEET);
    } finally {
      await fleet.sandbox.stop();
    }
  });
  print(json ? JSON.stringify({ bench: 'dashboard', ...report }) : dashboardText(report));
}

/** Times the calls of the pages against the service on a seeded fleet. */
async function benchDashboard(
  database: Database,
  { deps, sandbox, client }: Fleet,
  size: FleetSize,
): Promise<DashboardReport> {
  const access = await issueToken(deps, client.id, client.secret);
  if (access === null) throw new Error('expected a token for the client of the demonstration');
  let aheadMs = 0;
  const realClock = { nowMs: () => systemClock.nowMs() + aheadMs };
  const server = buildServer({ ...deps, realClock }, { world: { sandbox, demoClient: client } });
  try {
    const url = await listen(server, { host: '127.0.0.1', port: 0 });
    const get = (path: string) =>
      fetch(`${url}${path}`, { headers: { authorization: `Bearer ${access.token}` } });
    const paths = await pathsOf(database, client.id);
    const names = ['/health/live', ...paths.map(([, path]) => path)];
    const taken = new Map<string, number[]>(names.map((path) => [path, []]));
    const bytes = new Map<string, number>();
    // One round to warm up; in turn, so that a busy second of the machine slows them all.
    for (let round = 0; round <= ROUNDS; round++) {
      aheadMs += ROUND_APART_MS;
      for (const path of names) {
        const { tookMs, length } = await timed(() => get(path));
        bytes.set(path, length);
        if (round > 0) taken.get(path)?.push(tookMs);
      }
    }
    const medianOf = (path: string): number => median(taken.get(path) ?? []);
    const baselineMs = medianOf('/health/live');
    const calls = paths.map(([name, path]) => ({
      name,
      path,
      medianMs: medianOf(path),
      ratio: medianOf(path) / baselineMs,
      bytes: bytes.get(path) ?? 0,
    }));
    return { size, baselineMs, calls, csv: await timeCsv(() => get(CSV)) };
  } finally {
    await server.close();
  }
}

/** What the pages ask, each with a name for the table. */
async function pathsOf(database: Database, clientId: string): Promise<(readonly [string, string])[]> {
  const [row] = await database.query<{
    policy_id: string;
    vehicle_id: string;
    location_id: string;
    user_id: string;
    id: string;
  }>(
    `select id, policy_id, vehicle_id, location_id, user_id from sessions
     where client_id = $1 and state <> 'SETTLED' order by id offset 5000 limit 1`,
    [clientId],
  );
  if (row === undefined) throw new Error('expected more than 5,000 current sessions');
  const ids = await database.query<{ id: string }>(
    'select id from vehicles where client_id = $1 order by id limit 100',
    [clientId],
  );
  const overview = '/flex/overview';
  const settled = '/flex/vehicle-policies/sessions';
  const months = `${settled}/totals?timezoneName=Europe/Oslo`;
  return [
    ['overview, first page', overview],
    ['overview, 100 rows', `${overview}?pageSize=100`],
    ['overview, active', `${overview}?state=ACTIVE`],
    ['overview, upcoming', `${overview}?state=UPCOMING`],
    ['overview, reserve', `${overview}?state=ACTIVE:BATTERY_RESERVE`],
    ['overview, any error', `${overview}?error=ANY`],
    ['overview, an error that none has', `${overview}?error=NO_POWER`],
    ['overview, a user', `${overview}?userId=${row.user_id}`],
    ['overview, a location', `${overview}?locationId=${row.location_id}`],
    ['overview, a car', `${overview}?vehicleId=${row.vehicle_id}`],
    ['search, many', `${overview}?q=volvo`],
    ['search, one', `${overview}?q=Car%2004711`],
    ['search, none', `${overview}?q=zeppelin`],
    ['totals', `${overview}/totals`],
    ['totals of a search', `${overview}/totals?q=volvo`],
    ['a session', `/flex/sessions/${row.id}`],
    ['its plan', `/flex/sessions/${row.id}/plan`],
    ['its history', `/flex/sessions/${row.id}/history`],
    ['settled, first page', `${settled}?timeseries=false`],
    ['settled, unmanaged', `${settled}?timeseries=false&kind=unmanaged`],
    ['settled, a car', `${settled}?timeseries=false&vehicleId=${row.vehicle_id}`],
    ['settled, three weeks ago', `${settled}?timeseries=false&to=2025-12-24T00:00:00Z`],
    ['months, all', months],
    ['months, a car', `${months}&vehicleId=${row.vehicle_id}`],
    ['months, since December', `${months}&from=2025-12-01T00:00:00Z`],
    ['names of 100 cars', `/vehicles?ids=${ids.map(({ id }) => id).join(',')}`],
  ];
}

async function timed(
  ask: () => Promise<Response>,
): Promise<{ readonly tookMs: number; readonly length: number }> {
  const beganMs = performance.now();
  const answer = await ask();
  const text = await answer.text();
  const tookMs = performance.now() - beganMs;
  if (!answer.ok) throw new Error(`expected a status of success, got ${answer.status}: ${text}`);
  return { tookMs, length: text.length };
}

/** The whole download, read as it comes and thrown away. */
async function timeCsv(ask: () => Promise<Response>): Promise<CsvReport> {
  const heapMb = [heapNowMb()];
  const beganMs = performance.now();
  const { body } = await ask();
  if (body === null) throw new Error('expected a body');
  let lines = 0;
  for await (const chunk of body) {
    for (const byte of chunk) if (byte === LINE_FEED) lines += 1;
    if (lines >= heapMb.length * CSV_SAMPLE_ROWS) heapMb.push(heapNowMb());
  }
  return { rows: lines - 1, seconds: (performance.now() - beganMs) / 1000, heapMb };
}

const LINE_FEED = 10;

function heapNowMb(): number {
  return Math.round(process.memoryUsage().heapUsed / 2 ** 20);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The figures for a person; `--json` gives the report as it is. */
function dashboardText({ size, baselineMs, calls, csv }: DashboardReport): string {
  const width = Math.max(...calls.map(({ name }) => name.length));
  return [
    `${size.carCount} cars, ${csv.rows} settled sessions; medians of ${ROUNDS}; GET /health/live takes ${baselineMs.toFixed(1)} ms`,
    ...calls.map(
      ({ name, medianMs, ratio, bytes }) =>
        `  ${name.padEnd(width)}  ${medianMs.toFixed(1).padStart(7)} ms  × ${ratio.toFixed(1).padStart(5)}  ${(bytes / 1000).toFixed(1).padStart(7)} kB`,
    ),
    `  CSV of all: ${csv.rows} rows in ${csv.seconds.toFixed(1)} s; heap, MB: ${csv.heapMb.join(', ')}`,
    `  before it began, then after each ${CSV_SAMPLE_ROWS} rows`,
  ].join('\n');
}
