/** A value on an axis: where it lies and what is written there. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round values that span an axis from at most `low` to at least `high`, about `count` of them; zero is one if it lies within. */
export function ticksOf(low: number, high: number, count: number): number[] {
  const span = high - low > 0 ? high - low : 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** A number on an axis, with as many decimals as its neighbours need. */
export function tickLabel(value: number, step: number): string {
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toLocaleString('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

/** A drawing that scales with the page; `label` is read out in its place. */
export function drawing(width: number, height: number, label: string, parts: readonly string[]): string {
  const head = `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`;
  return [head, ...parts, '</svg>'].join('\n');
}

export function bar(
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  style: string,
  title: string,
): string {
  const { x, y, width, height } = box;
  const place = `x="${at(x)}" y="${at(y)}" width="${at(Math.max(0, width))}" height="${at(Math.max(0, height))}"`;
  return `<rect class="${style}" ${place} rx="1.5"><title>${escaped(title)}</title></rect>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line class="${style}" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`;
}

export function text(
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  content: string,
  style = 'label',
): string {
  return `<text class="${style}" x="${at(x)}" y="${at(y)}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

/** Text as it stands in HTML and SVG, in attributes too. */
export function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A tenth of a pixel is as fine as anyone sees. */
function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
