// SPDX-License-Identifier: Apache-2.0
// What an end that waits for nobody leaves unsent. The API has no question for it, so it is read from fields that SDK 2.x and 3.x
// have, at the end alone; where they are missing, nothing is said.
import { aroundEvent } from './emit.js';

/** A processor that sends in batches. */
interface Batching {
  readonly _finishedSpans: readonly unknown[];
  _flushOneBatch?: () => unknown;
}

interface Provider {
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: readonly Partial<Batching>[] };
}

/**
 * Counts, at `process.exit` and where an error ends the process, the spans that have ended and that no exporter has taken.
 *
 * @param providers of the SDK
 * @param tell called where there are any, once
 */
export function tellWhatIsLost(providers: readonly object[], tell: (spans: number) => void): void {
  const unsent = providers.flatMap(({ _activeSpanProcessor: all }: Provider) =>
    (all?._spanProcessors ?? []).filter(isBatching).map(countUnsent),
  );
  let told = false;
  const look = () => {
    // Each exporter is given all spans.
    const spans = Math.max(0, ...unsent.map((count) => count()));
    if (spans === 0 || told) return;
    told = true;
    tell(spans);
  };
  aroundEvent('exit', (deliver) => {
    // A listener that calls `process.exit` itself is the end.
    look();
    const delivered = deliver();
    look();
    return delivered;
  });
}

function isBatching(processor: Partial<Batching>): processor is Batching {
  return Array.isArray(processor._finishedSpans);
}

function countUnsent(processor: Batching): () => number {
  const { _flushOneBatch: flushOneBatch } = processor;
  let underWay = 0;
  if (flushOneBatch !== undefined) {
    processor._flushOneBatch = function (this: Batching) {
      const before = this._finishedSpans.length;
      const flushed = Reflect.apply(flushOneBatch, this, []);
      const taken = before - this._finishedSpans.length;
      underWay += taken;
      const settled = () => {
        underWay -= taken;
      };
      Promise.resolve(flushed).then(settled, settled);
      return flushed;
    };
  }
  return () => processor._finishedSpans.length + underWay;
}
