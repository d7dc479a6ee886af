/** A position of the event log as clients see it: opaque, to be given back as it is. */
export function encodeEventCursor(position: number): string {
  return Buffer.from(`e${position}`).toString('base64url');
}

/** Null for what is no cursor of ours. */
export function decodeEventCursor(text: string): number | null {
  const [, digits] = /^e(0|[1-9]\d{0,15})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  const position = Number(digits);
  return Number.isSafeInteger(position) && encodeEventCursor(position) === text ? position : null;
}
