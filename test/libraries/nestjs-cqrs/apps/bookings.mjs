// Bookings: an aggregate that commits by itself, one that publishes without a commit, a command that has others done and goes on when
// one fails, queries in commands and in handlers of events, a handler of several events, a saga that makes two commands at once, one
// handler that publishes further events, and messages by plain objects and without names.
import { setTimeout as sleep } from 'node:timers/promises';

const message = (name, ...fields) =>
  ({
    [name]: class {
      constructor(...values) {
        for (const [index, field] of fields.entries()) this[field] = values[index];
      }
    },
  })[name];
const Book = message('Book', 'aggregateId', 'seats');
const Pay = message('Pay', 'aggregateId');
const Print = message('Print', 'bookingId');
const CountSeats = message('CountSeats', 'aggregateId');
const Booked = message('Booked', 'aggregateId', 'seats');
const Paid = message('Paid', 'id');
const Printed = message('Printed', 'type', 'aggregateId');

export async function bookings({ common, core, cqrs, operators, request }) {
  const { Inject, Injectable, Module } = common;
  const seen = [];
  const failure = (error) => (error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error));

  class Booking extends cqrs.AggregateRoot {
    constructor(id) {
      super();
      this.id = id;
      this.seats = 0;
    }
    onBooked({ seats }) {
      this.seats += seats;
    }
  }
  const bookings = new Map();
  const injecting = (Handler, ...tokens) => {
    for (const [index, token] of tokens.entries()) Inject(token)(Handler, undefined, index);
    return Handler;
  };

  class BookHandler {
    constructor(publisher, commands, queries) {
      Object.assign(this, { publisher, commands, queries });
    }
    async execute({ aggregateId, seats }) {
      const booking = this.publisher.mergeObjectContext(new Booking(aggregateId));
      booking.autoCommit = true;
      booking.apply(new Booked(aggregateId, seats));
      bookings.set(aggregateId, booking);
      booking.commit();
      await this.commands.execute(new Pay(aggregateId)).catch((error) => seen.push(failure(error)));
      return this.queries.execute(new CountSeats(aggregateId));
    }
  }
  cqrs.CommandHandler(Book)(injecting(BookHandler, cqrs.EventPublisher, cqrs.CommandBus, cqrs.QueryBus));
  class PayHandler {
    async execute({ aggregateId }) {
      const booking = bookings.get(aggregateId);
      if (booking.seats > 9) throw new RangeError('too much to pay');
      booking.publish(new Paid(aggregateId));
    }
  }
  cqrs.CommandHandler(Pay)(PayHandler);
  class PrintHandler {
    constructor(events) {
      this.events = events;
    }
    async execute({ bookingId }) {
      await sleep(1);
      this.events.publishAll([new Printed('ticket', bookingId), new Printed('receipt', bookingId)]);
    }
  }
  cqrs.CommandHandler(Print)(injecting(PrintHandler, cqrs.EventBus));
  class CountSeatsHandler {
    async execute({ aggregateId }) {
      if (!bookings.has(aggregateId)) throw undefined;
      return bookings.get(aggregateId).seats;
    }
  }
  cqrs.QueryHandler(CountSeats)(CountSeatsHandler);
  class Accounts {
    constructor(queries, events) {
      Object.assign(this, { queries, events });
    }
    async handle(event) {
      if (event instanceof Booked) seen.push(await this.queries.execute(new CountSeats(event.aggregateId)));
      else this.events.publish({ eventType: 'Accounted', aggregateId: event.id });
    }
  }
  cqrs.EventsHandler(Booked, Paid)(injecting(Accounts, cqrs.QueryBus, cqrs.EventBus));
  class Printing {
    constructor() {
      this.printed = (events$) =>
        events$.pipe(
          cqrs.ofType(Paid),
          operators.mergeMap(({ id }) => [new Print(id), new Print(`${id}-copy`)]),
        );
    }
  }
  Injectable()(Printing);
  cqrs.Saga()(Printing.prototype, 'printed');
  class Bookings {}
  Module({
    imports: [cqrs.CqrsModule],
    providers: [BookHandler, PayHandler, PrintHandler, CountSeatsHandler, Accounts, Printing],
  })(Bookings);

  const application = await core.NestFactory.createApplicationContext(Bookings, { logger: false });
  const [commands, queries, events] = [cqrs.CommandBus, cqrs.QueryBus, cqrs.EventBus].map((bus) =>
    application.get(bus),
  );
  const published = [];
  events.subscribe((event) => published.push(event.eventType ?? event.type ?? event.constructor.name));
  await request('POST /bookings', async () => seen.push(await commands.execute(new Book('b-1', 2))));
  await sleep(20);
  await request('POST /bookings, too many', async () => seen.push(await commands.execute(new Book('b-2', 12))));
  await request('GET /bookings/nobody', async () =>
    seen.push(await queries.execute(new CountSeats('nobody')).catch(failure)),
  );
  await request('POST /nothing', async () => {
    seen.push(await commands.execute({ aggregateId: 'x' }).catch?.(failure));
  }).catch((error) => seen.push(failure(error)));
  await sleep(20);
  await application.close();
  return [seen, published.sort()];
}
