import { listenForStop } from './cli/stop-signal.ts';
import { systemClock } from './runtime/clock.ts';
import { listenForWebhooks } from './webhooks/listen.ts';

/** `tidewatt webhook listen`: until Ctrl-C. */
export async function webhookListenCommand(asked: {
  readonly port: number;
  readonly secret: string | null;
  readonly json: boolean;
}): Promise<number> {
  const stop = listenForStop();
  const secret = asked.secret ?? process.env.TIDEWATT_WEBHOOK_SECRET ?? null;
  const listener = await listenForWebhooks({
    port: asked.port,
    secret,
    json: asked.json,
    nowMs: systemClock.nowMs,
    print: (line) => process.stdout.write(`${line}\n`),
  });
  const checks =
    secret === null ? 'signatures are not checked: no secret was given' : 'signatures are checked';
  process.stderr.write(`listening on ${listener.url} (${checks}); Ctrl-C stops it\n`);
  await stop.asked;
  await listener.close();
  return 0;
}
