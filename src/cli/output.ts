/** What a service that is ready tells. */
export interface Ready {
  readonly url: string;
  /** Told at the start of a sandbox alone; a service of every day never shows a secret again. */
  readonly client: { readonly id: string; readonly secret: string } | null;
  /** Null with a PostgreSQL server. */
  readonly dataDir: string | null;
}

/** The first line of stdout with --json. */
export function readyLine({ url, client, dataDir }: Ready, pid: number): string {
  return JSON.stringify({
    url,
    docsUrl: `${url}/docs`,
    ...(client === null ? {} : { clientId: client.id, clientSecret: client.secret }),
    dataDir,
    pid,
  });
}

/** The same for a person. */
export function readyBlock({ url, client, dataDir }: Ready, title: string): string {
  const rows = [
    ['dashboard', `${url}/`],
    ['API', `${url}/openapi.json`],
    ['docs', `${url}/docs`],
    ...(client === null
      ? []
      : [
          ['client id', client.id],
          ['secret', client.secret],
        ]),
    ['data', dataDir ?? 'the PostgreSQL server of DATABASE_URL'],
  ];
  const width = Math.max(...rows.map(([name = '']) => name.length));
  const lines = rows.map(([name = '', value]) => `  ${name.padEnd(width)}  ${value}`);
  return ['', `  ${title}`, '', ...lines, '', '  Ctrl-C stops it.', ''].join('\n');
}
