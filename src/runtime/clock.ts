/** The instant as epoch milliseconds; the real one, or a virtual one in tests and simulations. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
