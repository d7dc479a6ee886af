import { scaleLinear } from 'd3-scale';
import { words } from '../../words.ts';

interface GlobeProps {
  readonly latitude: number;
  readonly longitude: number;
}

const WIDTH = 180;
const HEIGHT = 90;
const MERIDIANS = [-120, -60, 0, 60, 120];
const PARALLELS = [-60, -30, 0, 30, 60];

/** Where on the globe a place is, on a plain grid of degrees: enough to see that the two were not swapped. */
export function Globe({ latitude, longitude }: GlobeProps) {
  const x = scaleLinear([-180, 180], [0, WIDTH]);
  const y = scaleLinear([90, -90], [0, HEIGHT]);
  const isThere = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return (
    <svg class="globe" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.policies.place.globe}>
      <rect width={WIDTH} height={HEIGHT} rx={6} />
      {MERIDIANS.map((degree) => (
        <line
          key={degree}
          class={degree === 0 ? 'zero' : undefined}
          x1={x(degree)}
          x2={x(degree)}
          y1={0}
          y2={HEIGHT}
        />
      ))}
      {PARALLELS.map((degree) => (
        <line
          key={degree}
          class={degree === 0 ? 'zero' : undefined}
          x1={0}
          x2={WIDTH}
          y1={y(degree)}
          y2={y(degree)}
        />
      ))}
      {isThere && <circle class="halo" cx={x(longitude)} cy={y(latitude)} r={7} />}
      {isThere && <circle cx={x(longitude)} cy={y(latitude)} r={3} />}
    </svg>
  );
}
