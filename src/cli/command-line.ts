import { parseArgs } from 'node:util';
import type { Flags } from '../runtime/config.ts';
import { withNegativeValues } from '../runtime/negative-values.ts';
import { type Fault, faultsOf } from '../sim/simulation/faults.ts';
import { COMMANDS, type CommandSpec } from './commands.ts';
import { commandHelp, generalHelp } from './help.ts';

type Role = 'all' | 'api' | 'worker';

export interface ServeOptions {
  readonly role: Role;
  /** Null for the service of every day. */
  readonly sandbox: { readonly clockMs: number | null } | null;
}

export interface DemoOptions {
  readonly speed: number;
  readonly vehicleCount: number;
  readonly seed: number;
  readonly isFresh: boolean;
}

export interface SimOptions {
  readonly vehicleCount: number;
  readonly dayCount: number;
  readonly seed: number;
  readonly faults: readonly Fault[];
}

/** Null: not given; the environment may tell. */
export interface EventsOptions {
  readonly url: string;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly policyId: string | null;
  readonly vehicleId: string | null;
  readonly events: string | null;
}

/** What the command line asks for. */
export type Invocation =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'wrong-use'; readonly message: string }
  | {
      readonly kind: 'serve';
      readonly options: ServeOptions;
      readonly flags: Flags;
      readonly json: boolean;
    }
  | {
      readonly kind: 'demo';
      readonly options: DemoOptions;
      readonly flags: Flags;
      readonly json: boolean;
    }
  | { readonly kind: 'migrate'; readonly flags: Flags; readonly json: boolean }
  | { readonly kind: 'doctor'; readonly flags: Flags; readonly json: boolean }
  | {
      readonly kind: 'client-create';
      readonly name: string;
      readonly flags: Flags;
      readonly json: boolean;
    }
  | {
      readonly kind: 'replay';
      readonly sessionId: string;
      readonly flags: Flags;
      readonly json: boolean;
    }
  | { readonly kind: 'events'; readonly options: EventsOptions; readonly json: boolean }
  | {
      readonly kind: 'webhook-listen';
      readonly port: number;
      readonly secret: string | null;
      readonly json: boolean;
    }
  | { readonly kind: 'plan' }
  | { readonly kind: 'backtest'; readonly argv: readonly string[] }
  | { readonly kind: 'sim'; readonly options: SimOptions; readonly json: boolean }
  | { readonly kind: 'bench'; readonly name: string | null; readonly json: boolean };

/** Reads the arguments after the program's name; never throws: wrong use is a value with a message. */
export function readCommandLine(argv: readonly string[]): Invocation {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h') return { kind: 'help', text: generalHelp() };
  if (name === '--version') return { kind: 'version' };
  if (name === 'help') return helpOf(rest[0]);
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) return wrongUse(`unknown command "${name}"`, null);
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', text: commandHelp(command) };
  try {
    return readCommand(command, rest);
  } catch (error) {
    return wrongUse(error instanceof Error ? firstSentence(error.message) : String(error), command);
  }
}

function helpOf(name: string | undefined): Invocation {
  if (name === undefined) return { kind: 'help', text: generalHelp() };
  const command = COMMANDS.find((candidate) => candidate.name === name);
  return command === undefined
    ? wrongUse(`unknown command "${name}"`, null)
    : { kind: 'help', text: commandHelp(command) };
}

/** The values of the options, checked against the command's table; `parseArgs` throws on any other. */
interface Given {
  readonly text: (name: string) => string | undefined;
  readonly has: (name: string) => boolean;
  readonly operands: readonly string[];
}

function readCommand(command: CommandSpec, rest: readonly string[]): Invocation {
  if (command.options === null) return { kind: 'backtest', argv: rest };
  return fromGiven(command.name, given(command, rest));
}

function fromGiven(name: string, values: Given): Invocation {
  const flags = configFlags(values);
  const json = values.has('json');
  if (name === 'client') return clientCommand(values, flags, json);
  if (name === 'replay') return { kind: 'replay', sessionId: sessionOf(values), flags, json };
  if (name === 'webhook') return webhookCommand(values, json);
  if (name === 'bench' && values.operands.length < 2)
    return { kind: 'bench', name: values.operands[0] ?? null, json };
  const [extra] = name === 'bench' ? values.operands.slice(1) : values.operands;
  if (extra !== undefined) throw new Error(`unexpected argument "${extra}"`);
  switch (name) {
    case 'serve':
      return { kind: 'serve', options: serveOptions(values), flags, json };
    case 'demo':
      return { kind: 'demo', options: demoOptions(values), flags, json };
    case 'migrate':
      return { kind: 'migrate', flags, json };
    case 'doctor':
      return { kind: 'doctor', flags, json };
    case 'events':
      return { kind: 'events', options: eventsOptions(values), json };
    case 'sim':
      return { kind: 'sim', options: simOptions(values), json };
    case 'plan':
      return { kind: 'plan' };
    default:
      throw new Error(`the command "${name}" is listed but not read`);
  }
}

function given(command: CommandSpec, rest: readonly string[]): Given {
  const options: Record<string, { type: 'string' | 'boolean' }> = {};
  for (const [name, spec] of Object.entries(command.options ?? {})) options[name] = { type: spec.type };
  const parsed = parseArgs({ args: withNegativeValues(rest), options, allowPositionals: true, strict: true });
  return {
    text: (name) => {
      const value = parsed.values[name];
      return typeof value === 'string' ? value : undefined;
    },
    has: (name) => parsed.values[name] === true,
    operands: parsed.positionals,
  };
}

function configFlags(values: Given): Flags {
  // The configuration checks their values; they win over the environment.
  const names = ['port', 'host', 'data-dir'];
  const flags = names.flatMap((name) => {
    const value = values.text(name);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(flags);
}

function clientCommand(values: Given, flags: Flags, json: boolean): Invocation {
  const [verb, name, ...others] = values.operands;
  if (verb !== 'create')
    throw new Error(`expected "client create NAME", got "client ${verb ?? ''}"`.trimEnd());
  if (name === undefined || name.trim() === '') throw new Error('expected a NAME after "client create"');
  if (others.length > 0) throw new Error(`unexpected argument "${others[0]}"; quote a name with spaces`);
  return { kind: 'client-create', name, flags, json };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function sessionOf({ operands: [id, extra] }: Given): string {
  if (id === undefined) throw new Error('expected the id of a SESSION after "replay"');
  if (extra !== undefined) throw new Error(`unexpected argument "${extra}"`);
  if (!UUID.test(id)) throw new Error(`expected the id of a session, a UUID, got "${id}"`);
  return id;
}

function webhookCommand(values: Given, json: boolean): Invocation {
  const [verb, extra] = values.operands;
  if (verb !== 'listen') throw new Error(`expected "webhook listen", got "webhook ${verb ?? ''}"`.trimEnd());
  if (extra !== undefined) throw new Error(`unexpected argument "${extra}"`);
  const port = whole('--port', values.text('port') ?? '4400', 0, 65_535);
  return { kind: 'webhook-listen', port, secret: values.text('secret') ?? null, json };
}

function serveOptions(values: Given): ServeOptions {
  const role = roleOf(values.text('role') ?? 'all');
  const clock = values.text('clock');
  if (!values.has('sandbox')) {
    if (clock !== undefined) throw new Error('--clock needs --sandbox');
    return { role, sandbox: null };
  }
  if (role !== 'all') throw new Error(`--sandbox runs in one process: it needs --role all, got "${role}"`);
  return { role, sandbox: { clockMs: clock === undefined ? null : instant('--clock', clock) } };
}

function roleOf(text: string): Role {
  if (text === 'all' || text === 'api' || text === 'worker') return text;
  throw new Error(`--role: expected all, api or worker, got "${text}"`);
}

function demoOptions(values: Given): DemoOptions {
  return {
    speed: number('--speed', values.text('speed') ?? '600', 0, 100_000),
    vehicleCount: whole('--vehicles', values.text('vehicles') ?? '12', 1, 200),
    seed: whole('--seed', values.text('seed') ?? '1', 0, 2 ** 32 - 1),
    isFresh: values.has('fresh'),
  };
}

function simOptions(values: Given): SimOptions {
  return {
    vehicleCount: whole('--vehicles', values.text('vehicles') ?? '12', 1, 1_000),
    dayCount: whole('--days', values.text('days') ?? '7', 1, 365),
    seed: whole('--seed', values.text('seed') ?? '1', 0, 2 ** 32 - 1),
    faults: faultsOf('--faults', values.text('faults') ?? 'all'),
  };
}

function eventsOptions(values: Given): EventsOptions {
  if (!values.has('follow')) throw new Error('expected "events --follow"');
  const url = values.text('url') ?? 'http://127.0.0.1:3000';
  if (!/^https?:\/\/./.test(url) || !URL.canParse(url)) {
    throw new Error(`--url: expected a URL like http://127.0.0.1:3000, got "${url}"`);
  }
  return {
    url,
    clientId: values.text('client-id') ?? null,
    clientSecret: values.text('client-secret') ?? null,
    policyId: values.text('policy') ?? null,
    vehicleId: values.text('vehicle') ?? null,
    events: values.text('event') ?? null,
  };
}

function number(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least || value > most) {
    throw new Error(`${name}: expected a number from ${least} to ${most}, got "${text}"`);
  }
  return value;
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = number(name, text, least, most);
  if (!Number.isInteger(value)) throw new Error(`${name}: expected a whole number, got "${text}"`);
  return value;
}

/** An RFC 3339 instant; one without an offset would depend on this machine's zone, so it is refused. */
function instant(name: string, text: string): number {
  const atMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(atMs)) {
    throw new Error(`${name}: expected an instant such as 2026-01-05T12:00:00Z, got "${text}"`);
  }
  return atMs;
}

function wrongUse(message: string, command: CommandSpec | null): Invocation {
  const where = command === null ? 'tidewatt --help' : `tidewatt ${command.name} --help`;
  return { kind: 'wrong-use', message: `${message}. See "${where}".` };
}

/** `parseArgs` adds advice about positional arguments that fits none of our commands. */
function firstSentence(message: string): string {
  return message.split(/\. (?=[A-Z])/)[0]?.replace(/\.$/, '') ?? message;
}
