const BYTES = 32;

/** A signing secret in the form of Standard Webhooks: 256 random bits as base64, after `whsec_`. */
export function makeSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return `whsec_${btoa(String.fromCharCode(...bytes))}`;
}
