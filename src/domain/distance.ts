/** A position in degrees, WGS 84. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** The distance between two positions over a sphere, in metres (haversine): within 0.6 % of the ellipsoid. */
export function distanceMetres(from: Coordinates, to: Coordinates): number {
  const fromRadians = radians(from.latitude);
  const toRadians = radians(to.latitude);
  const halfNorth = Math.sin((toRadians - fromRadians) / 2);
  const halfEast = Math.sin(radians(to.longitude - from.longitude) / 2);
  const haversine = halfNorth ** 2 + Math.cos(fromRadians) * Math.cos(toRadians) * halfEast ** 2;
  // Rounding can lift the haversine of opposite points above 1.
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(Math.min(1, haversine)));
}

/** Mean radius of the Earth, IUGG. */
const EARTH_RADIUS_METRES = 6_371_008.8;

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
