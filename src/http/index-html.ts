import type { Interval } from '../domain/interval.ts';
import type { PriceSlot } from '../domain/price.ts';
import type { Block, Session } from '../domain/session.ts';
import type { CarOverview } from '../store/overview.ts';
import { priceSvg } from './price-svg.ts';

/** What the index page shows. */
export interface IndexView {
  readonly version: string;
  readonly url: string;
  readonly databaseVersion: string;
  readonly nowMs: number;
  /** Null in a service of every day. */
  readonly sandbox: { readonly speed: number } | null;
  readonly demo: {
    readonly clientId: string;
    readonly clientSecret: string;
    /** Before this the world lives its first days as fast as it can. */
    readonly grownAtMs: number;
    readonly window: Interval;
    readonly cars: readonly ShownCar[];
  } | null;
}

interface ShownCar extends CarOverview {
  readonly prices: { readonly currency: string; readonly slots: readonly PriceSlot[] } | null;
}

/** The page, whole: no script, nothing from elsewhere. */
export function indexHtml(view: IndexView): string {
  const { demo } = view;
  const refresh = view.sandbox === null ? 15 : 3;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${refresh}"><title>tidewatt</title><style>${STYLE}</style></head><body>
<header><h1>tidewatt</h1><p>Smart charging of electric cars, with a record of every session.</p>
<nav><a href="/docs">API docs</a><a href="/openapi.json">OpenAPI</a><a href="/health/ready">health</a><a href="/metrics">metrics</a></nav></header>
<dl class="facts">${facts(view)}</dl>
${demo === null ? '' : demoHtml(view, demo)}</body></html>
`;
}

function facts(view: IndexView): string {
  const { sandbox, nowMs } = view;
  const speed =
    sandbox === null ? 'real time' : sandbox.speed === 0 ? 'standing' : `${sandbox.speed} × real time`;
  const mode = view.demo === null ? (sandbox === null ? 'service' : 'sandbox') : 'demonstration';
  const rows = [
    ['version', view.version],
    ['runs as', mode],
    ['database', `PostgreSQL ${view.databaseVersion}`],
    ['clock', `${new Date(nowMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`],
    ['its speed', isGrowing(view) ? 'living its first days' : speed],
  ];
  return rows
    .map(([name = '', value = '']) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`)
    .join('');
}

function isGrowing({ demo, nowMs }: IndexView): boolean {
  return demo !== null && nowMs < demo.grownAtMs;
}

function demoHtml(view: IndexView, demo: NonNullable<IndexView['demo']>): string {
  const cars = demo.cars.map((car) => carHtml(car, demo.window, view.nowMs));
  const token = `TOKEN=$(curl -s -u ${demo.clientId}:${demo.clientSecret} \\
  -d grant_type=client_credentials ${view.url}/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
curl -s -H "Authorization: Bearer $TOKEN" ${view.url}/flex/sessions`;
  return `<p class="note">Simulated cars and <strong>generated prices</strong>, shaped like a day-ahead market and published
at 13:00 for the next day. Bars are prices from three hours ago on; marked is when the car charges. Times are each home's own.</p>
<main>${cars.join('\n')}</main>
<section class="client"><h2>The demonstration's client</h2>
<p>id <code>${escaped(demo.clientId)}</code><br>secret <code>${escaped(demo.clientSecret)}</code></p>
<pre>${escaped(token)}</pre></section>`;
}

function carHtml(car: ShownCar, window: Interval, nowMs: number): string {
  const { session, home, observed } = car;
  const zone = home?.timezoneName ?? 'UTC';
  const level = observed?.levelPercent?.value ?? null;
  const blocks = session?.blocks ?? [];
  const status = statusOf(car);
  const next = nextText(session, blocks, nowMs, zone);
  const chart = priceSvg(
    car.prices?.slots ?? [],
    blocks,
    window,
    nowMs,
    escaped(`Prices${home?.zone ? ` of ${home.zone}` : ''}; ${next}`),
  );
  const target = session?.target?.targetPercent ?? null;
  return `<article><header><h3>${escaped(car.name ?? car.vehicleId)}</h3><span class="pill ${status.tone}">${status.text}</span></header>
<p class="who">${escaped([[car.brand, car.model].filter(Boolean).join(' '), home?.name ?? ''].filter(Boolean).join(' · '))}</p>
<div class="level" role="meter" aria-label="battery" aria-valuenow="${level ?? 0}" aria-valuemin="0" aria-valuemax="100">
<i style="width:${level ?? 0}%"></i>${target === null ? '' : `<b style="left:${target}%"></b>`}</div>
<p class="line"><strong>${level === null ? '–' : `${Math.round(level)} %`}</strong><span>${escaped(targetText(session, zone))}</span></p>
${chart}
<p class="line"><span>${escaped(next)}</span><span>${escaped(savingText(car))}</span></p></article>`;
}

function statusOf({ observed, session }: ShownCar): { readonly text: string; readonly tone: string } {
  if (session?.error != null)
    return { text: session.error.code.toLowerCase().replaceAll('_', ' '), tone: 'bad' };
  const isPluggedIn = observed?.isPluggedIn?.value === true;
  if (observed?.isCharging?.value === true && isPluggedIn) {
    const isReserve = session?.state === 'ACTIVE:BATTERY_RESERVE';
    return { text: isReserve ? 'charging the reserve' : 'charging', tone: 'on' };
  }
  if (!isPluggedIn) return { text: 'unplugged', tone: 'off' };
  if (session === null) return { text: 'plugged in, not managed', tone: 'off' };
  if (session.state === 'UPCOMING') return { text: 'plugged in elsewhere', tone: 'off' };
  return session.outcome?.state === 'REACHED'
    ? { text: 'ready', tone: 'good' }
    : { text: 'waiting for a better hour', tone: 'wait' };
}

function targetText(session: Session | null, zone: string): string {
  const target = session?.target ?? null;
  if (target === null) return '';
  if (target.kind === 'IMMEDIATE_START') return `to ${target.targetPercent} % at once`;
  const outcome = session?.outcome?.state === 'AT_RISK' ? ' – at risk' : '';
  return `${target.targetPercent} % by ${localText(target.readyByMs, zone, true)}${outcome}`;
}

function nextText(session: Session | null, blocks: readonly Block[], nowMs: number, zone: string): string {
  const running = blocks.find((block) => block.startAtMs <= nowMs && block.endAtMs > nowMs);
  if (running !== undefined) return `charging until ${localText(running.endAtMs, zone, false)}`;
  const next = blocks.find((block) => block.startAtMs > nowMs);
  if (next !== undefined) {
    return `next ${localText(next.startAtMs, zone, false)}–${localText(next.endAtMs, zone, false)}`;
  }
  if (session === null) return '';
  return session.state === 'UPCOMING' ? 'waits for the plug' : 'nothing planned';
}

function savingText({ savedMicros, savedCurrency }: ShownCar): string {
  if (savedMicros === null || savedCurrency === null) return '';
  const amount = (savedMicros / 1_000_000).toFixed(2);
  return amount === '0.00' || amount === '-0.00' ? '' : `saved ${amount} ${savedCurrency} in 24 h`;
}

function localText(atMs: number, zone: string, withDay: boolean): string {
  const day = withDay ? { weekday: 'short' as const } : {};
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...day,
  });
  return format.format(atMs);
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2526;--soft:#5d6b6c;--line:#dfe3df;--paper:#f6f6f2;--card:#fff;--accent:#0b7a75;
--tint:#0b7a7522;--bar:#c6cecb;--bad:#b3372b;--good:#3c7a2e;--wait:#8a6410;font:15px/1.45 system-ui,sans-serif}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9e7;--soft:#94a3a2;--line:#2b3435;--paper:#121718;--card:#1a2122;
--accent:#4cc2b8;--tint:#4cc2b822;--bar:#3d4a4a;--bad:#ef8377;--good:#8ccb78;--wait:#dcb25c}}
*{box-sizing:border-box}body{margin:0 auto;padding:1.5rem;max-width:78rem;background:var(--paper);color:var(--ink)}
h1{margin:0;font-size:1.6rem;letter-spacing:-.02em}h2{font-size:1.05rem}h3{margin:0;font-size:1rem}p{margin:0}
body>header{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;align-items:baseline}body>header p{color:var(--soft);flex:1}
a{color:var(--accent)}nav{display:flex;gap:1rem}
.facts{display:flex;flex-wrap:wrap;gap:.6rem 2.2rem;margin:1.2rem 0;padding:.8rem 0;border-block:1px solid var(--line)}
.facts dt{font-size:.75rem;color:var(--soft)}.facts dd{margin:0;font-variant-numeric:tabular-nums}
.note{color:var(--soft);margin-bottom:1rem;max-width:60rem}
main{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,21rem),1fr))}
article{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:.9rem 1rem;display:grid;gap:.45rem;align-content:start}
article header,.line{display:flex;justify-content:space-between;gap:.8rem;align-items:baseline}
.who,.line span{color:var(--soft);font-size:.85rem}.line strong{font-variant-numeric:tabular-nums}
.pill{font-size:.75rem;padding:.1rem .55rem;border-radius:1rem;border:1px solid currentColor;color:var(--soft);white-space:nowrap}
.pill.on{color:var(--accent);background:var(--tint)}.pill.bad{color:var(--bad)}.pill.good{color:var(--good)}.pill.wait{color:var(--wait)}
.level{position:relative;height:.45rem;border-radius:1rem;background:var(--line);margin-top:.2rem}
.level i{display:block;height:100%;border-radius:1rem;background:var(--accent)}
.level b{position:absolute;top:-.2rem;bottom:-.2rem;width:2px;background:var(--ink)}
svg{width:100%;height:4rem;display:block}.price{fill:var(--bar)}.shade{fill:var(--tint)}.chosen{fill:var(--accent)}
.zero{stroke:var(--soft);stroke-width:.5;fill:none}.now{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 2;fill:none}
.client{margin-top:1.5rem;padding-top:.5rem;border-top:1px solid var(--line)}
pre{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.8rem;overflow:auto;font-size:.8rem}
code{overflow-wrap:anywhere}
`;
