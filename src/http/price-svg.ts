import type { Interval } from '../domain/interval.ts';
import type { PriceSlot } from '../domain/price.ts';

const WIDTH = 360;
const HEIGHT = 64;

/**
 * The prices of a window of time as bars, those within `blocks` marked, and a line at now. A price without a value
 * leaves a gap. A drawing for people; `label` says the same in words.
 */
export function priceSvg(
  slots: readonly PriceSlot[],
  blocks: readonly Interval[],
  window: Interval,
  nowMs: number,
  label: string,
): string {
  const known = slots.flatMap((slot) => (slot.price === null ? [] : [{ ...slot, price: slot.price }]));
  const highest = Math.max(0.01, ...known.map(({ price }) => price));
  const lowest = Math.min(0, ...known.map(({ price }) => price));
  const x = (atMs: number): string =>
    (((atMs - window.startAtMs) / (window.endAtMs - window.startAtMs)) * WIDTH).toFixed(1);
  const y = (price: number): string => (((highest - price) / (highest - lowest)) * HEIGHT).toFixed(1);

  const areaWithin = ({ startAtMs, endAtMs }: Interval): string =>
    known
      .filter((slot) => slot.endAtMs > startAtMs && slot.startAtMs < endAtMs)
      .map((slot) => {
        const from = x(Math.max(slot.startAtMs, startAtMs));
        const to = x(Math.min(slot.endAtMs, endAtMs));
        return `M${from} ${y(0)}V${y(slot.price)}H${to}V${y(0)}Z`;
      })
      .join('');
  const shades = blocks.map((block) => {
    const from = Math.max(block.startAtMs, window.startAtMs);
    const to = Math.min(block.endAtMs, window.endAtMs);
    const shade = `<rect class="shade" x="${x(from)}" y="0" width="${(Number(x(to)) - Number(x(from))).toFixed(1)}" height="${HEIGHT}"/>`;
    return to <= from ? '' : `${shade}<path class="chosen" d="${areaWithin(block)}"/>`;
  });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">` +
    `<path class="price" d="${areaWithin(window)}"/>${shades.join('')}` +
    `<path class="zero" d="M0 ${y(0)}H${WIDTH}"/><path class="now" d="M${x(nowMs)} 0V${HEIGHT}"/></svg>`
  );
}
