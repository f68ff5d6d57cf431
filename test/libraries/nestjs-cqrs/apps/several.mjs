// A command that saves several aggregates and publishes beside them, another that has it done twice; an aggregate that commits by
// itself.

class Debited {
  constructor(aggregateId) {
    this.aggregateId = aggregateId;
  }
}
class Credited {
  constructor(id) {
    this.type = 'account.credited';
    this.accountId = id;
  }
}
class Noted {
  payload = { name: 'transfer.noted' };
}
class Transfer {
  constructor(from, to) {
    this.from = from;
    this.to = to;
  }
}
class TransferAll {}
class Report {}

export async function several({ common, core, cqrs, request }) {
  const seen = [];
  class Account extends cqrs.AggregateRoot {
    constructor(id) {
      super();
      this.id = id;
    }
  }
  class TransferHandler {
    async execute({ from, to }) {
      const [payer, payee] = [from, to].map((id) => publisher.mergeObjectContext(new Account(id)));
      payer.apply(new Debited(from));
      payer.apply(new Noted());
      payee.apply(new Credited(to));
      payer.commit();
      payee.commit();
      await events.publish(new Noted());
      const log = publisher.mergeObjectContext(new Account('log'));
      log.autoCommit = true;
      log.apply(new Noted());
      if (to === 'nobody') throw new RangeError('no such account');
      return to;
    }
  }
  class TransferAllHandler {
    async execute() {
      const failure = await commands.execute(new Transfer('a', 'nobody')).catch(({ message }) => message);
      return [await commands.execute(new Transfer('a', 'b')), failure];
    }
  }
  class ReportHandler {
    async execute() {
      seen.push('reported');
      await events.publish(new Debited('report'));
    }
  }
  class OnCredited {
    async handle() {
      await commands.execute(new Report());
    }
  }
  cqrs.CommandHandler(Transfer)(TransferHandler);
  cqrs.CommandHandler(TransferAll)(TransferAllHandler);
  cqrs.CommandHandler(Report)(ReportHandler);
  cqrs.EventsHandler(Credited)(OnCredited);
  class AppModule {}
  common.Module({
    imports: [cqrs.CqrsModule.forRoot?.() ?? cqrs.CqrsModule],
    providers: [OnCredited, ReportHandler, TransferAllHandler, TransferHandler],
  })(AppModule);
  const app = await core.NestFactory.createApplicationContext(AppModule, { logger: false });
  await app.init();
  const [commands, events, publisher] = [cqrs.CommandBus, cqrs.EventBus, cqrs.EventPublisher].map((of) => app.get(of));

  await request('POST /transfers', async () => seen.push(await commands.execute(new Transfer('a', 'b'))));
  await request('POST /transfers/all', async () => seen.push(await commands.execute(new TransferAll())));
  await app.close();
  return seen;
}
