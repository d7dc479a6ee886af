import { open, rm } from 'node:fs/promises';

/** Throws, naming the file, when it could not be written now; leaves everything as it was. */
export async function assertWritable(file: string): Promise<void> {
  try {
    await (await open(file, 'wx')).close();
    await rm(file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    await (await open(file, 'r+')).close();
  }
}
