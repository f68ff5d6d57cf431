// SPDX-License-Identifier: Apache-2.0
// How clients append to the stand-in: a call for each append, or all appends over one call, or several streams at once.
import type * as GrpcModule from '@grpc/grpc-js';
import type * as StatusModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import type * as StreamsModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type * as ErrorsModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/errors_pb.js';
import type * as MultiModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v2/streams/streams_pb.js';
import type * as AnyModule from 'google-protobuf/google/protobuf/any_pb.js';
import type { Conflict, EventLog, Expected, NewEvent } from './event-log.js';
import { expectedIn, fromClient, identifierOf, nameIn, positionText, proposedIn, shared, streams } from './messages.js';

const generated = '../generated/kurrentdb/protocols';
const grpc = fromClient('@grpc/grpc-js') as typeof GrpcModule;
const multi = fromClient(`${generated}/v2/streams/streams_pb`) as typeof MultiModule;
const errors = fromClient(`${generated}/v2/streams/errors_pb`) as typeof ErrorsModule;
const status = fromClient(`${generated}/v1/status_pb`) as typeof StatusModule;
const any = fromClient('google-protobuf/google/protobuf/any_pb') as typeof AnyModule;

type Handlers = Pick<GrpcModule.UntypedServiceImplementation, string>;

/** Of `event_store.client.streams.Streams`. */
export function appendHandlers(log: EventLog): Handlers {
  const append: GrpcModule.handleClientStreamingCall<StreamsModule.AppendReq, StreamsModule.AppendResp> = (
    call,
    callback,
  ) => {
    const events: NewEvent[] = [];
    let options: StreamsModule.AppendReq.Options | undefined;
    call.on('data', (request: StreamsModule.AppendReq) => {
      const proposed = request.getProposedMessage();
      if (proposed === undefined) options = request.getOptions();
      else events.push(proposedIn(proposed));
    });
    call.on('end', () => {
      if (options === undefined) return;
      const { getRevision } = options;
      const expected = expectedIn(options, getRevision.bind(options));
      const stream = nameIn(options.getStreamIdentifier());
      callback(null, appendResponse(log, stream, expected, events));
    });
  };

  const batchAppend: GrpcModule.handleBidiStreamingCall<StreamsModule.BatchAppendReq, StreamsModule.BatchAppendResp> = (
    call,
  ) => {
    const batches = new Map<string, { options: StreamsModule.BatchAppendReq.Options; events: NewEvent[] }>();
    call.on('data', (request: StreamsModule.BatchAppendReq) => {
      const id = Buffer.from(request.getCorrelationId()?.serializeBinary() ?? []).toString('hex');
      const options = request.getOptions();
      const batch = batches.get(id) ?? (options === undefined ? undefined : { options, events: [] });
      if (batch === undefined) return;
      batches.set(id, batch);
      batch.events.push(...request.getProposedMessagesList().map(proposedIn));
      if (!request.getIsFinal()) return;
      batches.delete(id);
      const response = batchResponse(log, batch.options, batch.events);
      response.setCorrelationId(request.getCorrelationId());
      call.write(response);
    });
    call.on('end', () => call.end());
  };
  return { append, batchAppend };
}

function appendResponse(
  log: EventLog,
  stream: string,
  expected: Expected,
  events: readonly NewEvent[],
): StreamsModule.AppendResp {
  const { AppendResp } = streams;
  const response = new AppendResp();
  const appended = log.append([{ stream, expected, events }]);
  if ('conflict' in appended) {
    const wrong = new AppendResp.WrongExpectedVersion();
    if (appended.conflict.revision < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(appended.conflict.revision));
    if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    response.setWrongExpectedVersion(wrong);
    return response;
  }
  const success = new AppendResp.Success();
  success.setCurrentRevision(String(appended.revisions[0]));
  const position = new AppendResp.Position();
  position.setCommitPosition(positionText(appended));
  position.setPreparePosition(positionText(appended));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function batchResponse(
  log: EventLog,
  options: StreamsModule.BatchAppendReq.Options,
  events: readonly NewEvent[],
): StreamsModule.BatchAppendResp {
  const { BatchAppendResp } = streams;
  const response = new BatchAppendResp();
  const stream = nameIn(options.getStreamIdentifier());
  response.setStreamIdentifier(identifierOf(stream));
  const expected = expectedIn(options, options.getStreamPosition.bind(options));
  const appended = log.append([{ stream, expected, events }]);
  if ('conflict' in appended) {
    response.setError(wrongExpectedVersion(appended.conflict, options));
    return response;
  }
  const success = new BatchAppendResp.Success();
  success.setCurrentRevision(String(appended.revisions[0]));
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(positionText(appended));
  position.setPreparePosition(positionText(appended));
  success.setPosition(position);
  response.setSuccess(success);
  return response;
}

function wrongExpectedVersion(
  { revision }: Conflict,
  options: StreamsModule.BatchAppendReq.Options,
): StatusModule.Status {
  const wrong = new shared.WrongExpectedVersion();
  if (revision < 0) wrong.setCurrentNoStream(options.getAny() ?? emptyOf(options));
  else wrong.setCurrentStreamRevision(String(revision));
  if (options.hasNoStream()) wrong.setExpectedNoStream(options.getNoStream());
  else if (options.hasStreamExists()) wrong.setExpectedStreamExists(options.getStreamExists());
  else wrong.setExpectedStreamPosition(options.getStreamPosition());
  const packed = new status.Status();
  packed.setMessage('WrongExpectedVersion');
  packed.setDetails(packedAs('event_store.client.WrongExpectedVersion', wrong.serializeBinary()));
  return packed;
}

function emptyOf(options: StreamsModule.BatchAppendReq.Options): ReturnType<typeof options.getAny> {
  return options.getNoStream() ?? options.getStreamExists() ?? (new shared.Empty() as never);
}

function packedAs(type: string, message: Uint8Array): AnyModule.Any {
  const packed = new any.Any();
  packed.setTypeUrl(`type.googleapis.com/${type}`);
  packed.setValue(message);
  return packed;
}

/** Of `kurrentdb.protocol.v2.streams.StreamsService`, from server 25.1 and 26.1 on. */
export function multiStreamHandlers(log: EventLog): Handlers {
  const appendSession: GrpcModule.handleClientStreamingCall<
    MultiModule.AppendRequest,
    MultiModule.AppendSessionResponse
  > = (call, callback) => {
    const requests: MultiModule.AppendRequest[] = [];
    call.on('data', (request: MultiModule.AppendRequest) => void requests.push(request));
    call.on('end', () => {
      const appends = requests.map((request) => ({
        stream: request.getStream() ?? '',
        expected: stateIn(request.getExpectedRevision() ?? '-2'),
        events: request.getRecordsList().map(recordIn),
      }));
      const appended = log.append(appends);
      if ('conflict' in appended) {
        const { stream, revision } = appended.conflict;
        const at = requests.find((request) => request.getStream() === stream);
        callback(revisionConflict(stream, at?.getExpectedRevision() ?? '-2', revision));
        return;
      }
      const response = new multi.AppendSessionResponse();
      response.setOutputList(
        appends.map(({ stream }, index) => {
          const output = new multi.AppendResponse();
          output.setStream(stream);
          output.setStreamRevision(String(appended.revisions[index]));
          return output;
        }),
      );
      response.setPosition(positionText(appended));
      callback(null, response);
    });
  };

  const appendRecords: GrpcModule.handleUnaryCall<
    MultiModule.AppendRecordsRequest,
    MultiModule.AppendRecordsResponse
  > = ({ request }, callback) => {
    const checks = new Map(
      request.getChecksList().map((check) => {
        const state = check.getStreamState();
        return [state?.getStream() ?? '', state?.getExpectedState() ?? '-2'];
      }),
    );
    const records = request.getRecordsList();
    const named = [...new Set(records.map((record) => record.getStream() ?? ''))];
    const appends = named.map((stream) => ({
      stream,
      expected: stateIn(checks.get(stream) ?? '-2'),
      events: records.filter((record) => record.getStream() === stream).map(recordIn),
    }));
    const appended = log.append(appends);
    if ('conflict' in appended) {
      callback(
        revisionConflict(
          appended.conflict.stream,
          checks.get(appended.conflict.stream) ?? '-2',
          appended.conflict.revision,
        ),
      );
      return;
    }
    const response = new multi.AppendRecordsResponse();
    response.setRevisionsList(
      appends.map(({ stream }, index) => {
        const revision = new multi.StreamRevision();
        revision.setStream(stream);
        revision.setRevision(String(appended.revisions[index]));
        return revision;
      }),
    );
    response.setPosition(positionText(appended));
    callback(null, response);
  };
  return { appendSession, appendRecords };
}

const STATES: Readonly<Record<string, Expected>> = { '-1': 'no_stream', '-2': 'any', '-4': 'stream_exists' };

function stateIn(revision: string): Expected {
  return STATES[revision] ?? Number(revision);
}

/** Properties are values of JSON; a record of JSON is 1 in the list of formats. */
function recordIn(record: MultiModule.AppendRecord): NewEvent {
  const properties = Object.fromEntries(
    record
      .getPropertiesMap()
      .toArray()
      .map(([key]) => [key, record.getPropertiesMap().get(key)?.toJavaScript()]),
  );
  const isJson = record.getSchema()?.getFormat() === multi.SchemaFormat.SCHEMA_FORMAT_JSON;
  return {
    id: record.getRecordId() ?? '',
    type: record.getSchema()?.getName() ?? '',
    contentType: isJson ? 'application/json' : 'application/octet-stream',
    data: record.getData_asU8(),
    metadata: Buffer.from(JSON.stringify(properties)),
  };
}

function revisionConflict(stream: string, expected: string, actual: number): GrpcModule.ServiceError {
  const details = new errors.StreamRevisionConflictErrorDetails();
  details.setStream(stream);
  details.setExpectedRevision(expected);
  details.setActualRevision(String(actual));
  const packed = new status.Status();
  packed.setDetails(
    packedAs('kurrentdb.protocol.v2.streams.errors.StreamRevisionConflictErrorDetails', details.serializeBinary()),
  );
  const metadata = new grpc.Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from(packed.serializeBinary()));
  return Object.assign(new Error('revision conflict'), {
    code: grpc.status.FAILED_PRECONDITION,
    details: 'revision conflict',
    metadata,
  });
}
