import { issueToken } from '../app/issue-token.ts';
import { tokenIn, tokenOut } from '../wire/token.ts';
import { defineRoute, type Route } from './define-route.ts';

/** An hour less a second, for the way here. */
const EXPIRES_IN_SECONDS = 3599;

const postToken = defineRoute({
  method: 'POST',
  path: '/oauth2/token',
  tag: 'Auth',
  summary: 'Get an access token',
  description:
    'Client credentials (RFC 6749 §4.4): id and secret by HTTP Basic or as form fields. Send the token as ' +
    '`Authorization: Bearer …` with every other call.',
  isPublic: true,
  idempotency: 'none',
  body: tokenIn,
  bodyType: 'form',
  answers: { 200: { description: 'A token.', schema: tokenOut } },
})(async ({ body, header }, { deps }) => {
  if (body.grant_type !== 'client_credentials') {
    const error = body.grant_type === undefined ? 'invalid_request' : 'unsupported_grant_type';
    const message = 'expected client_credentials';
    return {
      ok: false,
      no: {
        kind: 'bad-request',
        detail: 'The grant is not known.',
        issues: [{ path: 'grant_type', message }],
        error,
      },
    };
  }
  const { id, secret } = basicOf(header('authorization')) ?? {
    id: body.client_id ?? '',
    secret: body.client_secret ?? '',
  };
  const access = await issueToken(deps, id, secret);
  if (access === null) {
    return {
      ok: false,
      no: {
        kind: 'unauthorized',
        detail: 'Client id and secret do not belong together.',
        error: 'invalid_client',
        challenge: 'Basic realm="tidewatt"',
      },
    };
  }
  return {
    status: 200,
    // RFC 6749 §5.1
    headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
    body: { access_token: access.token, token_type: 'bearer', expires_in: EXPIRES_IN_SECONDS, scope: '' },
  };
});

export const tokenRoutes: readonly Route[] = [postToken];

/** Id and secret of a Basic header, each form-encoded (RFC 6749 §2.3.1); null for any other header. */
function basicOf(authorization: string | undefined): { readonly id: string; readonly secret: string } | null {
  const encoded = /^Basic +([A-Za-z0-9+/_-]+=*)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id, ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
  return { id: unescaped(id ?? ''), secret: unescaped(rest.join(':')) };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare percent sign: it was not encoded.
    return text;
  }
}
