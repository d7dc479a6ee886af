import { describe, expect, test } from 'vitest';
import { type Config, ConfigError, type Flags, readConfig } from './config.ts';

const DEFAULTS: Config = {
  port: 3000,
  host: '127.0.0.1',
  databaseUrl: null,
  dataDir: './data',
  logLevel: 'info',
  webhookAllowsPrivate: false,
};

describe('readConfig', () => {
  test.each<{
    readonly name: string;
    readonly env: Flags;
    readonly flags?: Flags;
    readonly config: Partial<Config>;
  }>([
    { name: 'nothing given', env: {}, config: {} },
    { name: 'empty is not given', env: { PORT: '', DATABASE_URL: ' ' }, flags: { host: '' }, config: {} },
    {
      name: 'environment',
      env: { PORT: '0', HOST: '::', TIDEWATT_LOG_LEVEL: 'WARN' },
      config: { port: 0, host: '::', logLevel: 'warn' },
    },
    {
      name: 'flags win',
      env: { PORT: '1', TIDEWATT_DATA_DIR: '/a' },
      flags: { port: '2', 'data-dir': '/b' },
      config: { port: 2, dataDir: '/b' },
    },
    {
      name: 'a flag wins over a faulty variable',
      env: { PORT: 'x' },
      flags: { port: '2' },
      config: { port: 2 },
    },
    {
      name: 'a server',
      env: { DATABASE_URL: 'postgresql://tide:watt@db.example:5433/tide?sslmode=require' },
      config: { databaseUrl: 'postgresql://tide:watt@db.example:5433/tide?sslmode=require' },
    },
    {
      name: 'a socket',
      env: { DATABASE_URL: 'postgres:///tide?host=/run' },
      config: { databaseUrl: 'postgres:///tide?host=/run' },
    },
    {
      name: 'private receivers',
      env: { TIDEWATT_WEBHOOK_ALLOW_PRIVATE: 'true' },
      config: { webhookAllowsPrivate: true },
    },
    { name: 'others are not looked at', env: { TIDEWATT_OTHER: '1' }, flags: { json: 'true' }, config: {} },
  ])('$name', ({ env, flags, config }) => {
    expect(readConfig(env, flags)).toEqual({ ...DEFAULTS, ...config });
  });

  test.each<{ readonly env: Flags; readonly fault: string }>([
    { env: { PORT: '70000' }, fault: 'PORT: expected a port' },
    { env: { PORT: '-1' }, fault: 'PORT: expected a port' },
    { env: { PORT: '3e3' }, fault: 'got "3e3"' },
    { env: { HOST: 'http://a' }, fault: 'HOST: expected an address' },
    { env: { DATABASE_URL: 'mysql://a/b' }, fault: 'DATABASE_URL: expected a URL like postgres://' },
    { env: { DATABASE_URL: 'postgres://a' }, fault: 'DATABASE_URL: expected' },
    { env: { TIDEWATT_LOG_LEVEL: 'loud' }, fault: 'TIDEWATT_LOG_LEVEL: expected one of debug, info' },
  ])('$env', ({ env, fault }) => {
    expect(() => readConfig(env)).toThrow(fault);
  });

  test('all faults come at once, and a password does not come out', () => {
    let caught: unknown;
    try {
      readConfig({ DATABASE_URL: 'host=db password=hunter2', TIDEWATT_LOG_LEVEL: 'loud' }, { port: 'x' });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(ConfigError);
    expect(caught instanceof ConfigError && caught.faults.map((fault) => fault.split(':')[0])).toEqual([
      '--port',
      'DATABASE_URL',
      'TIDEWATT_LOG_LEVEL',
    ]);
    expect(String(caught)).not.toContain('hunter2');
  });
});
