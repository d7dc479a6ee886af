import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDashboard, readDashboard } from './dashboard.ts';

const SCRIPT = 'console.log("hello");';

describe('the dashboard at /', () => {
  let folder: string;
  let app: FastifyInstance;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidewatt-web-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>tidewatt</title>');
    writeFileSync(join(folder, 'icon.svg'), '<svg/>');
    writeFileSync(join(folder, 'assets', 'app-1a2b.js'), SCRIPT);
    writeFileSync(join(folder, 'assets', 'app-1a2b.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(join(folder, 'assets', 'app-1a2b.js.gz'), gzipSync(SCRIPT));
    writeFileSync(join(folder, 'assets', 'app-1a2b.css'), 'body{}');
    const dashboard = readDashboard(folder);
    if (dashboard === null) throw new Error('expected a dashboard');
    app = Fastify();
    addDashboard(app, dashboard);
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  function get(url: string, encoding?: string) {
    return app.inject({ url, headers: encoding === undefined ? {} : { 'accept-encoding': encoding } });
  }

  it('serves its page, which nobody keeps and nothing from elsewhere gets into', async () => {
    const page = await get('/');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<title>tidewatt</title>');
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
        "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    });
  });

  it('serves what the page loads for good, and packed for whoever takes that', async () => {
    const url = '/assets/app-1a2b.js';
    const rows = [
      [undefined, undefined],
      ['gzip, deflate, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['identity', undefined],
    ] as const;
    for (const [asked, encoding] of rows) {
      const answer = await get(url, asked);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'accept-encoding',
      });
      expect(answer.headers['content-encoding']).toBe(encoding);
      if (encoding === undefined) expect(answer.body).toBe(SCRIPT);
    }
    expect((await get('/assets/app-1a2b.css', 'br')).headers['content-encoding']).toBeUndefined();
  });

  it('serves other files of the folder, and nothing outside it', async () => {
    expect((await get('/icon.svg')).headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
    for (const url of [
      '/assets/',
      '/assets/gone.js',
      '/assets/../index.html',
      '/assets/..%2findex.html',
      '/assets/%2e%2e/%2e%2e/package.json',
      '/assets/app-1a2b.js.br',
      '/index.html',
    ]) {
      expect([url, (await get(url)).statusCode]).toEqual([url, 404]);
    }
  });

  it('is none where nothing was built; its page then says what to do', async () => {
    expect(readDashboard(join(folder, 'nowhere'))).toBeNull();
    expect(readDashboard(join(folder, 'assets'))).toBeNull();
    const unbuilt = Fastify();
    addDashboard(unbuilt, null);
    const page = await unbuilt.inject({ url: '/' });
    expect(page.statusCode).toBe(404);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.body).toContain('npm run build');
    await unbuilt.close();
  });
});
