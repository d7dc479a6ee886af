import { LOG_LEVELS, type LogLevel } from './log.ts';

export interface Config {
  /** 0: the system picks one. */
  readonly port: number;
  readonly host: string;
  /** Null: the embedded PostgreSQL on `dataDir`. */
  readonly databaseUrl: string | null;
  /** As given: relative to where the command was started. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** Webhooks may go by http, and to private and loopback addresses. */
  readonly webhookAllowsPrivate: boolean;
}

/** Flags of the command line by name without the dashes, such as 'data-dir'; others than ours are not looked at. */
export type Flags = Readonly<Record<string, string | undefined>>;

/** Every fault at once, a sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`the configuration has ${faults.length === 1 ? 'a fault' : 'faults'}:\n${faults.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * The configuration from flags, then environment, then defaults. An empty value counts as not given. To be called
 * once, at the start.
 * @throws ConfigError
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, flags: Flags = {}): Config {
  const faults: string[] = [];

  function read<T>({ flag, variable, fallback, parse, expected }: Setting<T>): T {
    const given = [
      { source: `--${flag}`, text: flags[flag] },
      { source: variable, text: env[variable] },
    ].find(({ text }) => text !== undefined && text.trim() !== '');
    if (given?.text === undefined) return fallback;
    const value = parse(given.text.trim());
    if (value !== null) return value;
    // The text may hold a password.
    const came = variable === DATABASE_URL.variable ? '' : `, got "${given.text}"`;
    faults.push(`${given.source}: expected ${expected}${came}`);
    return fallback;
  }

  const config = {
    port: read(PORT),
    host: read(HOST),
    databaseUrl: read(DATABASE_URL),
    dataDir: read(DATA_DIR),
    logLevel: read(LOG_LEVEL),
    webhookAllowsPrivate: read(WEBHOOK_ALLOW_PRIVATE),
  };
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

interface Setting<T> {
  readonly flag: string;
  readonly variable: string;
  readonly fallback: T;
  /** Null for what is not of the form expected. */
  readonly parse: (text: string) => T | null;
  readonly expected: string;
}

const PORT: Setting<number> = {
  flag: 'port',
  variable: 'PORT',
  fallback: 3000,
  parse: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null),
  expected: 'a port from 0 to 65535 (0 picks a free one)',
};

const HOST: Setting<string> = {
  flag: 'host',
  variable: 'HOST',
  fallback: '127.0.0.1',
  parse: (text) => (/^[A-Za-z0-9.:_-]+$/.test(text) ? text : null),
  expected: 'an address or host name to listen on, without a port, such as 127.0.0.1, ::1 or 0.0.0.0',
};

const DATABASE_URL: Setting<string | null> = {
  flag: 'database-url',
  variable: 'DATABASE_URL',
  fallback: null,
  parse: (text) => (isPostgresUrl(text) ? text : null),
  expected: 'a URL like postgres://user:password@host:5432/database',
};

const DATA_DIR: Setting<string> = {
  flag: 'data-dir',
  variable: 'TIDEWATT_DATA_DIR',
  fallback: './data',
  parse: (text) => (text.includes('\0') ? null : text),
  expected: 'a folder',
};

const LOG_LEVEL: Setting<LogLevel> = {
  flag: 'log-level',
  variable: 'TIDEWATT_LOG_LEVEL',
  fallback: 'info',
  parse: (text) => LOG_LEVELS.find((level) => level === text.toLowerCase()) ?? null,
  expected: `one of ${LOG_LEVELS.join(', ')}`,
};

const WEBHOOK_ALLOW_PRIVATE: Setting<boolean> = {
  flag: 'webhook-allow-private',
  variable: 'TIDEWATT_WEBHOOK_ALLOW_PRIVATE',
  fallback: false,
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : null),
  expected: 'true or false',
};

function isPostgresUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, pathname } = new URL(text);
  return (protocol === 'postgres:' || protocol === 'postgresql:') && pathname.length > 1;
}
