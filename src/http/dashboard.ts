import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The files of the built dashboard in memory, by their paths, such as `/assets/app-3f2a.js`. */
export type Dashboard = ReadonlyMap<string, ServedFile>;

interface ServedFile {
  readonly type: string;
  readonly plain: Buffer;
  /** Made by the build beside the file, the best first. */
  readonly packed: readonly { readonly encoding: string; readonly body: Buffer }[];
}

/** Where the build puts it, seen from the compiled service and from the sources. */
const FOLDERS = ['../web', '../../dist/web'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const BYTES_MAX = 32 * 1024 * 1024;

/**
 * The dashboard as it was built; null where it was not. It is read once: a build while the service runs must not mix
 * two of them.
 */
export function readDashboard(folder = FOLDERS.find(existsSync)): Dashboard | null {
  if (folder === undefined || !existsSync(join(folder, 'index.html'))) return null;
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    bytes += content.length;
    if (bytes > BYTES_MAX) throw new Error(`expected at most ${BYTES_MAX} bytes of dashboard in ${folder}`);
    files.set(path.slice(folder.length).replaceAll('\\', '/').replace(/^\/?/, '/'), content);
  }
  return new Map(
    [...files]
      .filter(([path]) => !ENCODINGS.some(({ ending }) => path.endsWith(ending)))
      .map(([path, plain]) => [path, servedFile(path, plain, files)]),
  );
}

/**
 * Serves the dashboard at `/`. Its own pages are behind the `#` of the address, where no path of the API is. Without one
 * `/` says how to build it.
 */
export function addDashboard(app: FastifyInstance, dashboard: Dashboard | null): void {
  if (dashboard === null) {
    app.get('/', (_request, reply) => reply.code(404).headers(SAFE_HEADERS).send(UNBUILT_PAGE));
    return;
  }
  const serve = (path: string) => (request: FastifyRequest, reply: FastifyReply) => {
    const file = dashboard.get(path);
    return file === undefined ? reply.callNotFound() : send(request, reply, path, file);
  };
  app.get('/', serve('/index.html'));
  app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
    serve(`/assets/${request.params['*']}`)(request, reply),
  );
  for (const path of dashboard.keys()) {
    if (!path.startsWith('/assets/') && path !== '/index.html') app.get(path, serve(path));
  }
}

const ENCODINGS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Nothing from elsewhere, and nothing written into the page: what a stranger puts into a name cannot run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const SAFE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const UNBUILT_PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>tidewatt</title></head>
<body><h1>The dashboard is not built</h1>
<p>The service runs: its API is described in <a href="/docs">/docs</a>.
To see the dashboard here, run <code>npm run build</code> and start the service again.</p></body></html>
`;

function servedFile(path: string, plain: Buffer, files: ReadonlyMap<string, Buffer>): ServedFile {
  const packed = ENCODINGS.flatMap(({ encoding, ending }) => {
    const body = files.get(`${path}${ending}`);
    return body === undefined ? [] : [{ encoding, body }];
  });
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', plain, packed };
}

function send(request: FastifyRequest, reply: FastifyReply, path: string, file: ServedFile): FastifyReply {
  const accepted = acceptedEncodings(request.headers['accept-encoding']);
  const packed = file.packed.find(({ encoding }) => accepted.has(encoding));
  reply.headers({
    ...SAFE_HEADERS,
    'content-type': file.type,
    'cache-control': cacheOf(path),
    vary: 'accept-encoding',
  });
  if (packed === undefined) return reply.send(file.plain);
  return reply.header('content-encoding', packed.encoding).send(packed.body);
}

/** A name in `/assets/` has a hash of its content in it. */
function cacheOf(path: string): string {
  if (path.startsWith('/assets/')) return 'public, max-age=31536000, immutable';
  return path === '/index.html' ? 'no-store' : 'no-cache';
}

/** Those that a header names, without those that it refuses by `q=0`. */
function acceptedEncodings(header: string | string[] = ''): ReadonlySet<string> {
  const parts = [header].flat().join(',').toLowerCase().split(',');
  return new Set(
    parts
      .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
      .map((part) => part.split(';')[0]?.trim() ?? ''),
  );
}
