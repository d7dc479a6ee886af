import { z } from 'zod';

/** Of a body what a line shows; all may be missing: new kinds may come. */
const shownBody = z.looseObject({
  createdAt: z.string().optional(),
  userId: z.string().optional(),
  sequence: z.number().nullish(),
  sessionId: z.string().optional(),
  session: z
    .looseObject({
      id: z.string(),
      state: z.string(),
      blocks: z.array(z.looseObject({ kwhSum: z.number() })),
      error: z.looseObject({ latest: z.looseObject({ code: z.string() }).nullable() }),
    })
    .optional(),
  command: z.looseObject({ kind: z.string(), vehicleId: z.string() }).optional(),
});

/** An event as a line for a person: when, what, which session, and how it stands. */
export function eventLine(event: string, data: string): string {
  const body = shownBody.safeParse(parsed(data));
  if (!body.success) return `${event}  ${data.slice(0, 200)}`;
  const { createdAt = '', userId = '', session, sequence, sessionId, command } = body.data;
  const parts = [createdAt.padEnd(20), event.padEnd(22), userId];
  if (session !== undefined) {
    const { blocks, error } = session;
    const kwh = blocks.reduce((sum, block) => sum + block.kwhSum, 0);
    const count = `${blocks.length} ${blocks.length === 1 ? 'block' : 'blocks'}`;
    parts.push(
      `${session.id} #${sequence ?? ''}`,
      session.state.padEnd(22),
      `${count}, ${kwh.toFixed(1)} kWh`,
    );
    if (error.latest !== null) parts.push(error.latest.code);
  }
  if (command !== undefined) parts.push(`${command.kind} for vehicle ${command.vehicleId}`);
  else if (sessionId !== undefined) parts.push(sessionId);
  return parts.join('  ').trimEnd();
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // No JSON: shown as it came.
    return null;
  }
}
