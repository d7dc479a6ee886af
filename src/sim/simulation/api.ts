export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the service's HTTP API as its only client; it is answered before anything else happens. */
export type Call = (
  method: Method,
  path: string,
  body?: object,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>;

/** The body of an answer that must be a success. @throws where it is not: the simulation asks for nothing wrong. */
export async function must(call: Call, ...request: Parameters<Call>): Promise<unknown> {
  const { status, body } = await call(...request);
  if (status < 200 || status > 299) {
    throw new Error(`${request[0]} ${request[1]} was answered ${status} ${JSON.stringify(body)}`);
  }
  return body;
}

/** The id in an answer's body. */
export function idOf(body: unknown): string {
  const id: unknown = Reflect.get(Object(body), 'id');
  if (typeof id !== 'string') throw new Error(`expected an id in ${JSON.stringify(body)}`);
  return id;
}
