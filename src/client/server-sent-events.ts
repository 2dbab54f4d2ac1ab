import { MayflyError } from '../wire/mayfly-error.ts';

export interface ServerSentEvent {
  /** `message` where it has no name. */
  readonly event: string;
  readonly data: string;
}
/** Letters of one event. */
const MOST_EVENT = 1024 * 1024;

/**
 * Events of a stream of text (HTML Living Standard 9.2.6); `id`, `retry` and comments are passed over.
 * @throws MayflyError `api-answer` for an event without end
 */
export async function* serverSentEvents(pieces: AsyncIterable<string>): AsyncGenerator<ServerSentEvent> {
  let rest = '';
  let event = '';
  let data: string[] = [];
  let length = 0;
  for await (const piece of pieces) {
    // A CR at the end may be the first half of a CRLF.
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    if (MOST_EVENT < rest.length + length) throw new MayflyError('api-answer', `an event has more than ${MOST_EVENT} letters`);
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') };
        event = '';
        data = [];
        length = 0;
        continue;
      }
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (name === 'event') event = value;
      if (name === 'data') data.push(value);
      length += line.length;
      if (MOST_EVENT < length) throw new MayflyError('api-answer', `an event has more than ${MOST_EVENT} letters`);
    }
  }
}
