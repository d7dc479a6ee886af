import type { Clock } from './clock.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a line tells beside its message; an Error is written with its causes. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that each of its lines carries. */
  child(fields: LogFields): Log;
}

export interface LogOptions extends Clock {
  readonly level: LogLevel;
  /** Takes one line, its end included. Default: stderr. */
  readonly write?: (line: string) => void;
}

/**
 * One JSON object a line: `at`, `level`, `message`, then the fields; a field of one of these names does not replace
 * them. Writing a line never throws, whatever the fields hold.
 */
export function makeLog({ level, nowMs, write = writeStderr }: LogOptions): Log {
  const lowest = LOG_LEVELS.indexOf(level);

  function logWith(carried: LogFields): Log {
    function writer(at: LogLevel): (message: string, fields?: LogFields) => void {
      if (LOG_LEVELS.indexOf(at) < lowest) return () => {};
      return (message, fields) => {
        const head = { at: new Date(nowMs()).toISOString(), level: at, message };
        write(`${toJson({ ...head, ...carried, ...fields, ...head })}\n`);
      };
    }
    return {
      debug: writer('debug'),
      info: writer('info'),
      warn: writer('warn'),
      error: writer('error'),
      child: (fields) => logWith({ ...carried, ...fields }),
    };
  }
  return logWith({});
}

const CAUSES_MAX = 5;

function writeStderr(line: string): void {
  process.stderr.write(line);
}

function toJson(line: LogFields): string {
  try {
    return JSON.stringify(line, (_key, value: unknown) => plain(value));
  } catch (error) {
    // A circle, or a toJSON that throws: the line still tells what happened.
    const { at, level, message } = line;
    return JSON.stringify({ at, level, message, unwritable: String(error) });
  }
}

function plain(value: unknown): unknown {
  if (value instanceof Error) return errorFields(value, CAUSES_MAX);
  return typeof value === 'bigint' ? value.toString() : value;
}

function errorFields(error: unknown, left: number): unknown {
  if (!(error instanceof Error)) return error;
  return {
    name: error.name,
    message: error.message,
    code: Reflect.get(error, 'code') ?? Reflect.get(error, 'sqlState') ?? undefined,
    stack: error.stack,
    cause: error.cause === undefined || left === 0 ? undefined : errorFields(error.cause, left - 1),
  };
}
