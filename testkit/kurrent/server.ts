// SPDX-License-Identifier: Apache-2.0
// A stand-in for a KurrentDB server: it speaks so much of the protocol as its clients need to append, to read, to subscribe and to
// delete, on an event log in memory. It is no KurrentDB: what a real server would say to a request in detail is not known here.
import type * as GrpcModule from '@grpc/grpc-js';
import type * as FeaturesModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import type * as StreamsModule from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { appendHandlers, multiStreamHandlers } from './appending.js';
import { createEventLog } from './event-log.js';
import { fromClient, nameIn, persistent, streams } from './messages.js';
import { persistentHandler, readHandler } from './reading.js';

const generated = '../generated/kurrentdb/protocols';
const grpc = fromClient('@grpc/grpc-js') as typeof GrpcModule;
const features = fromClient(`${generated}/v1/serverfeatures_pb`) as typeof FeaturesModule;

function serviceOf(file: string, name: string): GrpcModule.ServiceDefinition {
  return (fromClient(`${generated}/${file}`) as Record<string, GrpcModule.ServiceDefinition>)[name] ?? {};
}

const services = {
  streams: serviceOf('v1/streams_grpc_pb', 'StreamsService'),
  multiStream: serviceOf('v2/streams/streams_grpc_pb', 'StreamsServiceService'),
  persistent: serviceOf('v1/persistentsubscriptions_grpc_pb', 'PersistentSubscriptionsService'),
  features: serviceOf('v1/serverfeatures_grpc_pb', 'ServerFeaturesService'),
};

export interface KurrentStandIn {
  /** Host and port. */
  readonly address: string;
  stop(): void;
}

/** Starts one with an empty event log, on a port of its own. */
export async function startKurrentStandIn(): Promise<KurrentStandIn> {
  const log = createEventLog();
  const server = new grpc.Server();
  const remove = (identifier: Parameters<typeof nameIn>[0]) => log.delete(nameIn(identifier));
  const deleteStream: GrpcModule.handleUnaryCall<StreamsModule.DeleteReq, StreamsModule.DeleteResp> = (
    call,
    callback,
  ) => {
    remove(call.request.getOptions()?.getStreamIdentifier());
    callback(null, new streams.DeleteResp());
  };
  const tombstone: GrpcModule.handleUnaryCall<StreamsModule.TombstoneReq, StreamsModule.TombstoneResp> = (
    call,
    callback,
  ) => {
    remove(call.request.getOptions()?.getStreamIdentifier());
    callback(null, new streams.TombstoneResp());
  };
  server.addService(services.streams, {
    ...appendHandlers(log),
    read: readHandler(log),
    delete: deleteStream,
    tombstone,
  } as GrpcModule.UntypedServiceImplementation);
  server.addService(services.multiStream, multiStreamHandlers(log) as GrpcModule.UntypedServiceImplementation);
  const create: GrpcModule.handleUnaryCall<unknown, InstanceType<typeof persistent.CreateResp>> = (_call, callback) =>
    callback(null, new persistent.CreateResp());
  server.addService(services.persistent, {
    create,
    read: persistentHandler(log),
  } as unknown as GrpcModule.UntypedServiceImplementation);
  const getSupportedMethods: GrpcModule.handleUnaryCall<unknown, FeaturesModule.SupportedMethods> = (_call, callback) =>
    callback(null, supportedMethods());
  server.addService(services.features, { getSupportedMethods } as GrpcModule.UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

/** Clients ask which ways of appending they may use. */
function supportedMethods(): FeaturesModule.SupportedMethods {
  const supported = new features.SupportedMethods();
  supported.setEventStoreServerVersion('25.1.0');
  const { streams, multiStream, persistent } = services;
  for (const { path } of [streams, multiStream, persistent].flatMap((service) => Object.values(service))) {
    const [, service = '', name = ''] = path.split('/');
    const method = new features.SupportedMethod();
    method.setServiceName(service.toLowerCase());
    method.setMethodName(name.toLowerCase());
    // Groups of all events, too.
    method.setFeaturesList(['all']);
    supported.addMethods(method);
  }
  return supported;
}
