import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import kafkajs from 'kafkajs';
import { run, serverFolder, startServer } from './server-process.mjs';

const address = '127.0.0.1:9092';
const clusterId = 'MkU3OEVBNTcwNTJENDM2Qg';

export const kafka = {
  name: 'kafka',
  address,
  packages: ['maven', 'openjdk-17-jdk-headless'],

  async isReady() {
    const client = new kafkajs.Kafka({
      brokers: [address],
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 0 },
    });
    const admin = client.admin();
    try {
      await admin.connect();
      await admin.listTopics();
    } finally {
      await admin.disconnect();
    }
  },

  start() {
    const folder = serverFolder('kafka');
    const classPath = join(folder, 'lib', '*');
    const properties = join(folder, 'server.properties');
    if (!existsSync(join(folder, 'lib'))) download(folder);
    writeFileSync(properties, serverProperties(join(folder, 'data')));
    run('java', ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-g', '-t', clusterId, '-c', properties]);
    startServer('kafka', 'java', ['-Xmx512m', '-cp', classPath, 'kafka.Kafka', properties]);
  },
};

function download(folder) {
  writeFileSync(join(folder, 'pom.xml'), pom);
  run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: folder });
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>services</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>4.1.0</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-simple</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

const serverProperties = (data) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
listeners=PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=${data}
default.replication.factor=1
min.insync.replicas=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=5
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
`;
