import { MINUTE_MS } from '../../domain/units.ts';
import { escaped } from './chart-svg.ts';
import { chartsOf, NARROW, WIDE } from './charts.ts';
import { comparedText, factsOf, slackNote } from './facts.ts';
import type { BacktestReport } from './report.ts';
import { skippedRows } from './skipped.ts';
import { costRows, slackName } from './table.ts';
import { counted, money, percent, whole } from './words.ts';

/** The report as one HTML file that needs nothing else, in light and dark. */
export function backtestPage(report: BacktestReport): string {
  const [wide, narrow] = [chartsOf(report, WIDE), chartsOf(report, NARROW)];
  const { currency } = report.rules;
  const { costReference, costActual, shareOfPossibleSaving } = report.compared;
  const saved = costReference.atOnce - costActual;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tidewatt back-test</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<p class="product">tidewatt back-test</p>
<h1>${escaped(headline(report, saved))}</h1>
<p class="muted">${escaped(summary(report))}</p>
<p class="muted">${escaped(comparedText(report))}</p>
</header>
<dl class="tiles">
${tile('Cost', `${money(costActual)} ${currency}`, `${money(costReference.atOnce)} ${currency} at once`)}
${tile('Saved', `${money(saved)} ${currency}`, `${percent(shareOf(saved, costReference.atOnce))} of charging at once`)}
${tile('Share of the possible saving', percent(shareOfPossibleSaving), 'of what perfect foresight saves')}
${readyTile(report)}
${leftTile(report)}
</dl>
${figure(
  `Cost by month, ${currency}`,
  wide.byMonth,
  narrow.byMonth,
  legend([
    ['reference', 'at once'],
    ['ours', 'tidewatt'],
    ['best', 'perfect foresight'],
  ]),
)}
${figure(
  'Share of the possible saving',
  wide.shares,
  narrow.shares,
  note('Charging at once is 0 %, perfect foresight 100 %.'),
)}
${figure(`Sessions by what each saves, ${currency}`, wide.savings, narrow.savings, note(savingNote(report)))}
${figure(
  'Ready, by the time left if charged at once',
  wide.readiness,
  narrow.readiness,
  legend([
    ['ours', 'ready'],
    ['bad', 'not ready, and could have been'],
    ['reference', 'out of reach'],
  ]) + note(slackNote(report)),
)}
<section>
<h2>Figures</h2>
${costTable(report)}
${slackTable(report)}
${factTable(report)}
</section>
</main>
</body>
</html>
`;
}

function headline(report: BacktestReport, saved: number): string {
  const { atOnce } = report.compared.costReference;
  if (report.sessions === 0) return 'No session could be driven';
  if (report.compared.sessions === 0)
    return `${counted(report.sessions, 'session')}, and none whose costs compare`;
  if (!(atOnce > 0)) return counted(report.sessions, 'session');
  const share = percent(Math.abs(saved) / atOnce);
  return saved >= 0 ? `${share} cheaper than charging at once` : `${share} dearer than charging at once`;
}

function summary({ sessions, kwh, byMonth, rules }: BacktestReport): string {
  const months = [...new Set([byMonth[0]?.month, byMonth.at(-1)?.month])].filter(
    (month) => month !== undefined,
  );
  const period = months.length === 0 ? '' : `, ${months.join(' to ')}`;
  const readyBy = rules.readyBy === 'plug-out' ? 'ready when each car left' : `ready by ${rules.readyBy}`;
  return `${counted(sessions, 'session')}, ${whole(kwh)} kWh at the plug${period}; ${rules.publication.timezone}, ${readyBy}, plant ${rules.plant}.`;
}

function savingNote({ compared: { savingPerSession }, rules: { currency } }: BacktestReport): string {
  if (savingPerSession === null) return '';
  const { median, tenthLowest, tenthHighest, dearer } = savingPerSession;
  return `Half of the sessions save more than ${money(median)} ${currency}; one of ten more than ${money(tenthHighest)}, one of ten less than ${money(tenthLowest)}. ${whole(dearer)} cost more than at once.`;
}

function readyTile({ ready: { stayed, leftBeforeReadyBy } }: BacktestReport): string {
  const who = leftBeforeReadyBy === 0 ? 'could be' : 'stayed until ready-by and could be';
  const below = `${whole(stayed.ready)} of ${whole(stayed.feasible)} that ${who}`;
  return tile('Ready on time', percent(shareOf(stayed.ready, stayed.feasible)), below);
}

/** Cars that drove off before anybody expected it say nothing of a plan; how many they are has to be seen. */
function leftTile({ sessions, ready: { leftBeforeReadyBy } }: BacktestReport): string {
  if (leftBeforeReadyBy === 0) return '';
  const below = 'told to nobody; left out of the figures beside this';
  return tile('Left before ready-by', percent(shareOf(leftBeforeReadyBy, sessions)), below);
}

function tile(name: string, value: string, below: string): string {
  return `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd><dd class="muted">${escaped(below)}</dd></div>`;
}

function figure(title: string, wide: string | null, narrow: string | null, caption: string): string {
  if (wide === null || narrow === null) return '';
  return `<figure>
<figcaption><h2>${escaped(title)}</h2>${caption}</figcaption>
<div class="wide">${wide}</div>
<div class="narrow">${narrow}</div>
</figure>`;
}

function legend(entries: readonly (readonly [style: string, name: string])[]): string {
  const keys = entries.map(([style, name]) => `<span><i class="${style}"></i>${escaped(name)}</span>`);
  return `<p class="legend">${keys.join('')}</p>`;
}

function note(content: string): string {
  return `<p class="muted">${escaped(content)}</p>`;
}

function costTable(report: BacktestReport): string {
  const { currency } = report.rules;
  const { atOnce } = report.compared.costReference;
  const rows = costRows(report).map(([name, cost]) => [name, money(cost), percent(shareOf(cost, atOnce))]);
  return table(['Way of charging', `Cost, ${currency}`, 'Of at once'], rows);
}

function slackTable({
  ready: {
    stayed: { bySlack },
  },
}: BacktestReport): string {
  const rows = bySlack.map((row, index) => [
    slackName(bySlack[index - 1]?.belowMinutes ?? null, row.belowMinutes),
    whole(row.sessions),
    whole(row.feasible),
    whole(row.feasibleNotReady),
    row.worstShortfallPercent.toFixed(2),
  ]);
  const head = [
    'Time left if charged at once',
    'Sessions',
    'Could be ready',
    'Of these not ready',
    'Worst, points',
  ];
  return table(head, rows);
}

function factTable(report: BacktestReport): string {
  const { rules, period } = report;
  const skipped = skippedRows(report).map(([reason, count]) => [`Skipped: ${reason}`, whole(count)]);
  return table(
    ['Fact', 'Value'],
    [
      ...factsOf(report),
      ['Energy that was recorded', `${whole(report.recordedKwh)} kWh`],
      ['Prices', `${period.pricesFrom} to ${period.pricesTo}, published at ${rules.publication.time}`],
      [
        'Margin before ready-by',
        rules.marginMs === null ? "the engine's own" : `${rules.marginMs / MINUTE_MS} min`,
      ],
      ['Least length of a run', `${rules.minRunMinutes} min`],
      ['Forecast beyond published prices', rules.isForecastOn ? 'on' : 'off'],
      ...skipped,
    ],
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => cells('td', row)).join('\n');
  return `<div class="scroll"><table><thead>${cells('th', head)}</thead><tbody>\n${body}\n</tbody></table></div>`;
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

const STYLE = `
:root { color-scheme: light dark; --page: #f6f5f2; --card: #fff; --ink: #1c1b19; --muted: #66645e; --grid: #e7e5df;
  --axis: #97958d; --ours: #1f6fd0; --reference: #c3c0b7; --bad: #cf3f3a; }
@media (prefers-color-scheme: dark) {
  :root { --page: #141413; --card: #1e1e1c; --ink: #f1f0ec; --muted: #a5a39b; --grid: #33322f; --axis: #7b7972;
    --ours: #4b93ea; --reference: #5d5b55; --bad: #ea6a63; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.05rem; margin: 0; }
p { margin: 0; }
.product { color: var(--ours); font-weight: 600; margin-bottom: .3rem; }
.muted { color: var(--muted); font-size: .875rem; }
.tiles { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0; }
.tiles div, figure, section { background: var(--card); border: 1px solid var(--grid); border-radius: .6rem; }
.tiles div { flex: 1 1 12rem; padding: .9rem 1rem; }
dt { color: var(--muted); font-size: .875rem; }
dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
dd.muted { font-size: .8rem; font-weight: 400; }
figure, section { margin: 0 0 1rem; padding: 1.1rem 1.2rem; }
figcaption { margin-bottom: .8rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; color: var(--muted); font-size: .875rem; }
.legend span { display: inline-flex; align-items: center; gap: .4rem; }
.legend i { width: .8rem; height: .8rem; border-radius: 2px; background: var(--reference); }
.legend i.ours { background: var(--ours); }
.legend i.bad { background: var(--bad); }
.legend i.best { height: 0; border-top: 3px solid var(--ink); background: none; border-radius: 0; }
.scroll { overflow-x: auto; }
svg { display: block; width: 100%; height: auto; }
.narrow { display: none; }
svg .ours { fill: var(--ours); }
svg .reference { fill: var(--reference); }
svg .bad { fill: var(--bad); }
svg .best { stroke: var(--ink); stroke-width: 2.5; }
svg .grid { stroke: var(--grid); }
svg .axis { stroke: var(--axis); }
svg text { fill: var(--muted); font: 12px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
svg text.name { fill: var(--ink); font-size: 13px; }
svg text.strong { font-weight: 700; }
table { border-collapse: collapse; width: 100%; margin-top: 1rem; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .35rem .5rem; border-bottom: 1px solid var(--grid); }
th { color: var(--muted); font-weight: 500; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
tr:last-child td { border-bottom: 0; }
@media (max-width: 40rem) {
  .wide { display: none; }
  .narrow { display: block; }
}
@media print { body { background: none; } figure, section, .tiles div { break-inside: avoid; } }
`;
