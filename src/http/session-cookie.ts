import type { FastifyRequest } from 'fastify';
import type { Access } from '../app/tokens.ts';

/** Holds the token of a page that is signed in. */
export const COOKIE_NAME = 'tidewatt_session';

/**
 * The origin under which a request reached us. Behind a proxy it is what the proxy says: no page of somebody else can
 * set these headers without asking first, and we never say yes.
 */
export function ownOriginOf(request: FastifyRequest): string {
  const forwarded = firstOf(request.headers['x-forwarded-proto'])?.toLowerCase();
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : request.protocol;
  return `${scheme}://${firstOf(request.headers['x-forwarded-host']) ?? request.host}`.toLowerCase();
}

/** The token in the cookies of a request. */
export function cookieTokenOf(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.split('=');
    if (name?.trim() === COOKIE_NAME && /^[\x21-\x7e]{1,200}$/.test(value ?? '')) return value;
  }
  return undefined;
}

/** The cookie that keeps a page signed in for as long as the token lives. No script can read it. */
export function cookieOf({ token, expiresAtMs }: Access, nowMs: number, origin: string): string {
  return cookie(token, Math.max(0, Math.floor((expiresAtMs - nowMs) / 1000)), origin);
}

export function clearedCookie(origin: string): string {
  return cookie('', 0, origin);
}

function cookie(value: string, maxAgeSeconds: number, origin: string): string {
  const secure = origin.startsWith('https:') ? '; Secure' : '';
  return `${COOKIE_NAME}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict${secure}`;
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return [header].flat()[0]?.split(',')[0]?.trim() || undefined;
}
