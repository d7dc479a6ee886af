/** One block of a stream of server-sent events. */
export interface ServerSentEvent {
  /** Null where the block has none; a block may be an id alone. */
  readonly id: string | null;
  readonly event: string;
  readonly data: string | null;
}

/** What is longer without an end is no stream of ours. */
const BLOCK_MAX_CHARS = 16 * 1024 * 1024;

/** Takes a stream apart (HTML Standard, 9.2). Comments are left out, and a last block without its end. */
export async function* readServerSentEvents(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be half of a line end.
    const held = text.endsWith('\r') ? '\r' : '';
    const blocks = text
      .slice(0, text.length - held.length)
      .replaceAll(/\r\n?/g, '\n')
      .split('\n\n');
    text = (blocks.pop() ?? '') + held;
    if (text.length > BLOCK_MAX_CHARS) throw new Error('the stream sent 16 MiB without the end of an event');
    for (const block of blocks) yield readBlock(block);
  }
}

function readBlock(block: string): ServerSentEvent {
  let id: string | null = null;
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name === 'id') id = value;
    if (name === 'event') event = value;
    if (name === 'data') data.push(value);
  }
  return { id, event, data: data.length === 0 ? null : data.join('\n') };
}
