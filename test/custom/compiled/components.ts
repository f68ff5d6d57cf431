// SPDX-License-Identifier: Apache-2.0
// A program that means the same with standard decorators and with `experimentalDecorators`; prints the results of its calls.
import { TracingMixin, traced } from 'opentelemetry-instrumentation-eventsource/tracing';

class Component extends TracingMixin() {
  constructor(enableTracing = true) {
    super();
    this.initTracing('component', enableTracing);
  }

  @traced('component.load', { attributes: { 'db.system': 'sqlite' } })
  async load(id: string): Promise<string> {
    return `loaded ${await this.read(id, 2)}`;
  }

  @traced('component.read', { attributes: (id: string, times: number) => ({ id, times }) })
  protected read(id: string, times: number): string {
    return id.repeat(times);
  }

  @traced('component.pages')
  *pages(): Generator<number, string> {
    yield 1;
    return 'end';
  }

  @traced('component.stream')
  async *stream(): AsyncGenerator<number> {
    yield 2;
  }

  @traced('component.make')
  static make(): Component {
    return new Component();
  }

  save(id: string): Promise<string> {
    return this.createSpanContext('component.save', { id }, async (span) => {
      span?.setAttribute('saved', true);
      return id;
    });
  }
}

class Derived extends Component {
  @traced('derived.load')
  override async load(id: string): Promise<string> {
    return `derived ${await super.load(id)}`;
  }
}

class Plain {
  readonly factor = 2;

  @traced('plain.double')
  double(n: number): number {
    return n * this.factor;
  }
}

const add = traced('add', { attributes: (a: number, b: number) => ({ a, b }) })(
  (a: number, b: number): number => a + b,
);

const results: unknown[] = [
  await Component.make().load('a'),
  await new Derived().load('b'),
  [...new Component().pages()],
  await new Component().save('c'),
  new Plain().double(add(1, 2)),
  Component.prototype.load.name,
  Component.prototype.load.length,
];
for await (const item of new Component().stream()) results.push(item);
console.log(JSON.stringify(results));
