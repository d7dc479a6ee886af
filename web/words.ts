/**
 * Every word of the dashboard. A translation is one more file of this shape, and a choice between the two here. What
 * the service itself says (reasons, histories, refusals) comes in its words.
 */
export const words = {
  language: 'en',
  product: 'tidewatt',

  common: {
    loading: 'Loading…',
    tryAgain: 'Try again',
    close: 'Close',
    cancel: 'Cancel',
    save: 'Save',
    remove: 'Remove',
    none: '–',
    skipToContent: 'Skip to content',
    requestId: (id: string) => `Request ${id}`,
    copied: 'Copied',
    copy: 'Copy',
  },

  shell: {
    navigation: 'Main',
    signOut: 'Sign out',
    signedInAs: 'Client',
    more: 'More',
    docs: 'API docs',
    theme: 'Theme',
    themes: { system: 'System', light: 'Light', dark: 'Dark' },
    away: 'The service does not answer. What you see may be out of date; it is tried again until it is back.',
    back: 'The service is back.',
    clock: 'Sandbox clock',
    clockOf: { demo: 'Demonstration clock', sandbox: 'Sandbox clock' },
    pause: 'Pause',
    run: 'Run',
    speed: 'Speed',
    times: (speed: string) => `${speed}×`,
    paused: 'Paused',
  },

  broken: {
    title: 'This could not be loaded',
    away: 'The service does not answer.',
    awayNext: 'Check that it runs and that you are online. This page tries again by itself.',
    notFound: 'There is nothing here',
    notFoundNext: 'It may have been deleted, or belongs to another client.',
    tooMany: 'Too many requests at once.',
    tooManyNext: 'Wait a few seconds and try again.',
    fault: 'The service met a fault of its own.',
    faultNext: 'It was logged. Give the request id to whoever runs the service.',
    noPage: 'There is no such page',
    noPageNext: 'The link may be old. All cars are one click away.',
    toCars: 'To the cars',
  },

  pager: { newer: 'Newer', older: 'Older', previous: 'Previous', next: 'Next', label: 'Pages' },

  signIn: {
    title: 'Sign in',
    lead: 'Smart charging of electric cars, with a record of every session.',
    clientId: 'Client id',
    clientSecret: 'Client secret',
    submit: 'Sign in',
    demoLead: 'This is a demonstration: simulated cars and generated prices.',
    demo: 'Look around the demonstration',
    or: 'or with a client of your own',
    refused:
      'This id and secret do not belong together. Check both; a secret is shown only once, when its client is made.',
    refusedNext: 'tidewatt client create NAME makes a new client.',
    expired: 'Your sign-in has expired. Sign in again to go on where you were.',
    left: 'You are signed out.',
    help: 'No client yet? On the machine of the service:',
    helpCommand: 'npx tidewatt client create NAME',
  },

  states: {
    UPCOMING: 'Not plugged in',
    'ACTIVE:BATTERY_RESERVE': 'Filling the reserve',
    'ACTIVE:REGULAR': 'Smart charging',
    'ACTIVE:IMMEDIATE_START': 'Charging at once',
    SETTLED: 'Settled',
    other: 'In another state',
  },

  cars: {
    title: 'Cars',
  },

  session: {},

  history: {},

  policies: {},

  webhooks: {},
};
