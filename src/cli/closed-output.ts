import type { Writable } from 'node:stream';

/**
 * Calls back when the reader of our output has gone (`| head -1`): no fault of ours, and nothing more to say. Any other
 * failure to write is thrown.
 */
export function whenReaderLeaves(output: Writable, onGone: () => void): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    onGone();
  });
}
