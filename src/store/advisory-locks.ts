/** The keys of our advisory locks: "tide" in ASCII, then a number for each. They hold within one database. */
export const ADVISORY_LOCKS = {
  migrate: 0x7469_6465_0001,
  service: 0x7469_6465_0002,
  testTemplate: 0x7469_6465_0003,
  sequencer: 0x7469_6465_0004,
} as const;
