import { FAULTS } from '../sim/simulation/faults.ts';

/** An option of a command, as `--help` shows it. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** What stands for the value in the usage; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  /** What follows the name in the usage. */
  readonly operands: string;
  readonly summary: string;
  /** Null: the command reads its own arguments; only `--help` is ours. */
  readonly options: Readonly<Record<string, OptionSpec>> | null;
  readonly details: readonly string[];
}

const DATA_DIR: OptionSpec = {
  type: 'string',
  value: 'DIR',
  help: 'folder of the embedded PostgreSQL (TIDEWATT_DATA_DIR; default ./data, as root /var/lib/tidewatt where needed)',
};
const JSON_SWITCH: OptionSpec = { type: 'boolean', help: 'print JSON, one object a line, for machines' };
const LISTEN: Readonly<Record<string, OptionSpec>> = {
  port: { type: 'string', value: 'N', help: 'port to listen on; 0 picks a free one (PORT, default 3000)' },
  host: { type: 'string', value: 'HOST', help: 'address to listen on (HOST, default 127.0.0.1)' },
};

/** Every command, in the order in which the general help lists them. */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'serve',
    operands: '[options]',
    summary: 'run the service',
    options: {
      role: {
        type: 'string',
        value: 'all|api|worker',
        help: 'what this process does; several processes need a server (DATABASE_URL)',
      },
      sandbox: { type: 'boolean', help: 'with a clock that can be moved and simulated cars, for tests' },
      clock: {
        type: 'string',
        value: 'ISO',
        help: "where the sandbox's clock starts; it stands until it is moved",
      },
      ...LISTEN,
      'data-dir': DATA_DIR,
      json: JSON_SWITCH,
    },
    details: [
      'Without DATABASE_URL it starts a PostgreSQL of its own on the data folder.',
      'With --json the first line of stdout is {"url", "docsUrl", "clientId"?, "clientSecret"?, "dataDir", "pid"}.',
    ],
  },
  {
    name: 'demo',
    operands: '[options]',
    summary: 'run the service with a demonstration world of simulated cars',
    options: {
      speed: {
        type: 'string',
        value: 'N',
        help: "how many times faster than ours the world's clock runs (600)",
      },
      vehicles: { type: 'string', value: 'N', help: 'how many cars live in it, 1 to 200 (12)' },
      seed: { type: 'string', value: 'N', help: 'seed of its prices and habits (1)' },
      fresh: { type: 'boolean', help: 'forget the world of the last start and begin a new one' },
      ...LISTEN,
      'data-dir': DATA_DIR,
      json: JSON_SWITCH,
    },
    details: [
      'Its prices are generated, shaped like a day-ahead market. A second start goes on where the first stopped;',
      '--vehicles and --seed count for a new world only.',
    ],
  },
  {
    name: 'migrate',
    operands: '[options]',
    summary: 'bring the database schema up to this version',
    options: { 'data-dir': DATA_DIR, json: JSON_SWITCH },
    details: ['`serve` and `demo` do this themselves when they start.'],
  },
  {
    name: 'doctor',
    operands: '[options]',
    summary: 'say what is wrong with this set-up, and how to mend it',
    options: { 'data-dir': DATA_DIR, json: JSON_SWITCH },
    details: ['Exits 1 when something is wrong.'],
  },
  {
    name: 'client',
    operands: 'create NAME [options]',
    summary: 'make an API client; its secret is shown once',
    options: { 'data-dir': DATA_DIR, json: JSON_SWITCH },
    details: [],
  },
  {
    name: 'replay',
    operands: 'SESSION [options]',
    summary: 'rebuild a session from its log, and compare it with what is stored',
    options: { 'data-dir': DATA_DIR, json: JSON_SWITCH },
    details: [
      'SESSION is the id of any session. It reads the database alone, while the service runs or not, and changes nothing.',
      'Exits 0 where all is the same to the byte, 1 where it differs (it says where) or cannot be rebuilt (it says why).',
      'Steps are repeated with the rules of this version: those of another version may show as differences.',
    ],
  },
  {
    name: 'events',
    operands: '--follow [options]',
    summary: 'print what happens to sessions, as it happens',
    options: {
      follow: {
        type: 'boolean',
        help: 'stay and print new events until Ctrl-C; nothing is missed when it reconnects',
      },
      url: { type: 'string', value: 'URL', help: 'where the service is (http://127.0.0.1:3000)' },
      'client-id': { type: 'string', value: 'ID', help: 'the API client (TIDEWATT_CLIENT_ID)' },
      'client-secret': {
        type: 'string',
        value: 'SECRET',
        help: 'its secret; others on this machine may see it, unlike TIDEWATT_CLIENT_SECRET',
      },
      policy: { type: 'string', value: 'ID', help: 'only of this policy' },
      vehicle: { type: 'string', value: 'ID', help: 'only of this vehicle' },
      event: { type: 'string', value: 'KIND,…', help: 'only these kinds' },
      json: { type: 'boolean', help: 'print the bodies as JSON, one a line, with the id to resume after' },
    },
    details: ['What is said about the connection goes to stderr.'],
  },
  {
    name: 'webhook',
    operands: 'listen [options]',
    summary: 'receive webhooks on this machine: verify and print each delivery',
    options: {
      port: { type: 'string', value: 'N', help: 'port to listen on; 0 picks a free one (4400)' },
      secret: {
        type: 'string',
        value: 'SECRET',
        help: "the webhook's secret (TIDEWATT_WEBHOOK_SECRET); without it signatures are not checked",
      },
      json: JSON_SWITCH,
    },
    details: [
      'Give its URL to POST /webhooks of a sandbox, or of a service with TIDEWATT_WEBHOOK_ALLOW_PRIVATE=true.',
      'A delivery whose signature does not fit is answered 401.',
    ],
  },
  {
    name: 'plan',
    operands: '< PROBLEMS',
    summary: 'planning problems as JSON lines on stdin, plans as JSON lines on stdout',
    options: {},
    details: ['A bad line gives {"id", "error"}, and the next line is still planned.'],
  },
  {
    name: 'backtest',
    operands: '--sessions FILE --prices FILE --timezone ZONE [options]',
    summary: 'what smart charging of real sessions would have cost',
    options: null,
    details: [
      '  --sessions FILE              CSV of real sessions; a column that is missing is named',
      '  --prices FILE                CSV of start_utc, end_utc and price_<currency>_per_mwh or _per_kwh',
      '  --timezone ZONE              clock of the market and of the homes, such as Europe/Copenhagen',
      '  --shift-weeks N              move the sessions by whole weeks onto the prices (0)',
      '  --ready-by plug-out|HH:mm    when the car has to be ready (plug-out)',
      '  --publish HH:mm              local time at which the prices of the next day become known (13:00)',
      '  --limit N                    only the first N sessions (all)',
      '  --plant exact|real           the simulated car as the engine is told, or as cars are (exact)',
      "  --margin MIN, --min-run MIN  margin before ready-by, least length of a run (exact: 0; real: the engine's own)",
      '  --forecast on|off            plan beyond the published prices by a forecast (on)',
      '  --early PERCENT              share of visits that end an hour early, told to nobody (0)',
      "  --replan-gain PERCENT        gain from which a new plan replaces the last; 0 keeps none (the engine's own)",
      '  --workers N                  threads to drive in (one per core)',
      '  --out FILE                   write the report there: a page where FILE ends in .html, else JSON',
      '  --json                       print the report as one JSON object, for machines',
      '',
      'The JSON of two runs is the same to the byte, whatever the workers, but for the time that they took:',
      '"seconds" and "sessionsPerSecond". Compare it without them: jq "del(.seconds, .sessionsPerSecond)".',
    ],
  },
  {
    name: 'sim',
    operands: '[options]',
    summary:
      'the whole service on a virtual clock against a seeded world, its invariants checked after every step',
    options: {
      vehicles: { type: 'string', value: 'N', help: 'how many cars live in it, 1 to 1000 (12)' },
      days: { type: 'string', value: 'N', help: 'how many days they live, 1 to 365 (7)' },
      seed: { type: 'string', value: 'N', help: 'seed of everything that is left to chance (1)' },
      faults: { type: 'string', value: 'all|none|NAME,…', help: 'what may go wrong (all)' },
      json: JSON_SWITCH,
    },
    details: [
      'Uses a database of its own: on the server of DATABASE_URL, else an embedded one on a temporary folder.',
      'The same seed gives the same world and the same report, but for "seconds". Exits 1 at the first violation.',
      `Faults: ${FAULTS.join(', ')}.`,
    ],
  },
  {
    name: 'bench',
    operands: '[NAME] [options]',
    summary: 'benchmarks, as ratios against a baseline measured in the same run',
    options: { json: JSON_SWITCH },
    details: [
      'NAME is one of: planner, publication, webhooks, stream (ten minutes, or one with all), dashboard. Without a name all run.',
    ],
  },
];
