/** Which rows of a list: of one user, or of some ids; all of the client's where neither is named. */
export interface OnlyThese {
  readonly userId?: string;
  readonly ids?: readonly string[] | undefined;
}

/** The condition in SQL, on columns with a prefix such as `v.`; the first parameter is the client. */
export function whereOnly(
  clientId: string,
  { userId, ids }: OnlyThese,
  prefix = '',
): { readonly sql: string; readonly values: readonly unknown[] } {
  const parts = [`${prefix}client_id = $1`];
  const values: unknown[] = [clientId];
  if (userId !== undefined) parts.push(`${prefix}user_id = $${values.push(userId)}`);
  if (ids !== undefined) parts.push(`${prefix}id = any($${values.push(ids)}::uuid[])`);
  return { sql: parts.join(' and '), values };
}
