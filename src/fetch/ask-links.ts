import type { AskLinks } from '../app/ports/link-answers.ts';
import type { LinkAnswer } from '../domain/editions/link-answer.ts';
import type { LinkAnswersFile } from './link-answers-file.ts';
import type { ProbeLink } from './probe-link.ts';

/** Hosts that are asked at the same time; of each, one page at a time. */
const maxHosts = 8;

/** A host that has not answered so often in a row is not asked again. */
const maxTimeouts = 2;

/** Asks politely, and remembers good answers for the morning. */
export function createAskLinks({
  probe,
  known,
}: {
  readonly probe: ProbeLink;
  readonly known: LinkAnswersFile;
}): AskLinks {
  return async (urls, { fresh = false, signal }) => {
    const answers = new Map<string, LinkAnswer>(fresh ? [] : await known.read(urls));
    const byHost = Map.groupBy(
      urls.filter((url) => !answers.has(url)),
      (url) => new URL(url).host,
    );
    const queues = [...byHost.values()];
    const asked = new Map<string, LinkAnswer>();
    const work = async (): Promise<void> => {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
        await askHost(queue, { probe, signal, asked });
      }
    };
    await Promise.all(Array.from({ length: maxHosts }, work));
    await known.write(asked);
    return new Map([...answers, ...asked]);
  };
}

async function askHost(
  urls: readonly string[],
  {
    probe,
    signal,
    asked,
  }: {
    readonly probe: ProbeLink;
    readonly signal: AbortSignal | undefined;
    readonly asked: Map<string, LinkAnswer>;
  },
): Promise<void> {
  let timeouts = 0;
  for (const url of urls) {
    const answer: LinkAnswer =
      timeouts >= maxTimeouts ? { kind: 'failed', why: 'timeout' } : await probe(url, signal);
    timeouts = answer.kind === 'failed' && answer.why === 'timeout' ? timeouts + 1 : 0;
    asked.set(url, answer);
  }
}
