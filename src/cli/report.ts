// SPDX-License-Identifier: Apache-2.0
// What the probe tells of a process, as plain data: it is written to a file by one process and read by another.

export interface Report {
  readonly process: ProcessFacts;
  readonly end: End;
  /** Copies of the packages of OpenTelemetry that matter, as they were loaded. */
  readonly copies: readonly Copy[];
  readonly instrumentation: InstrumentationFacts;
  readonly libraries: readonly LibraryFacts[];
  /** Packages of the names that are watched, whose files were loaded and never came in. */
  readonly missed: readonly Copy[];
  /** Packages that only have the name of one that is watched. */
  readonly namesakes: readonly Copy[];
  /** Files outside the packages that are watched, in which there is a library, or something of its shape. */
  readonly lookalikes: readonly Lookalike[];
  readonly sdk: SdkFacts;
  readonly spans: SpanFacts;
  readonly exporters: readonly ExporterFacts[];
  readonly testSpan: TestSpan;
  /** What woven calls asked for and what their families and objects said, by library and family. */
  readonly switches: readonly SwitchFacts[];
  readonly complaints: readonly string[];
  readonly failedRows: readonly string[];
  readonly variables: VariableFacts;
}

export interface ProcessFacts {
  readonly version: string;
  /** How modules that are imported can be hooked there. */
  readonly hooks: 'on the main thread' | 'in a thread of their own';
  readonly flags: readonly string[];
  /** Worker threads and processes that it started: into those nobody looks. */
  readonly started: number;
}

export interface End {
  /** `limit`: it went on until the doctor ended it. */
  readonly how: 'by itself' | 'process.exit' | 'uncaught error' | 'limit';
  readonly code: number | undefined;
  /** First line of what was thrown. */
  readonly error: string | undefined;
  readonly millis: number;
}

export interface Copy {
  readonly name: string;
  readonly version: string | undefined;
  /** Its folder, below the working directory where it is. */
  readonly folder: string;
}

export interface InstrumentationFacts {
  readonly by: 'preload' | 'code' | undefined;
  readonly on: boolean;
  /** Whether the preload has started an SDK. */
  readonly sdk: boolean;
  readonly watched: readonly string[];
  /** Module names that somebody gave for a library. */
  readonly named: readonly { readonly library: string; readonly names: readonly string[] }[];
  /** Tables of the application, with the packages that they are for. */
  readonly tables: readonly { readonly library: string; readonly names: readonly string[] }[];
  /** Libraries that the configuration switches off. */
  readonly off: readonly string[];
  readonly families: readonly { readonly library: string; readonly family: string; readonly mode: string }[];
}

export interface LibraryFacts {
  readonly library: string;
  /** Where it was found; none where it was woven by hand. */
  readonly packages: readonly Copy[];
  readonly modules: number;
  readonly methods: number;
  readonly refused: readonly string[];
  readonly otherShapes: readonly string[];
  /** Why it is left alone, where it is. */
  readonly unsupported: string | undefined;
  readonly yielded: string | undefined;
}

export interface Lookalike {
  readonly library: string;
  readonly file: string;
  /** The package that the file is of, where it is installed. */
  readonly package: string | undefined;
  /** Names of classes; for a bundle that names its sources, those of packages. */
  readonly names: readonly string[];
}

export interface SdkFacts {
  /** Version of the API in the registry of the process; none where nobody has registered anything. */
  readonly registry: string | undefined;
  /** Version of our copy of the API; none where it is not installed. */
  readonly api: string | undefined;
  /** Class of the provider that our spans go to. */
  readonly provider: string | undefined;
  /** It was registered with an older copy of the API than the application's own, which does not read it: ours does. */
  readonly unreadable: boolean;
  readonly sampler: string | undefined;
  /** Share of traces that it keeps, from 0 to 1. */
  readonly sampled: number | undefined;
  readonly processors: readonly string[];
  readonly contextManager: string | undefined;
  readonly keepsContext: boolean;
  readonly propagator: string | undefined;
  /** What was injected into an empty carrier. */
  readonly carrier: Readonly<Record<string, string>>;
  readonly meterProvider: string | undefined;
  readonly loggerProvider: string | undefined;
}

export interface SpanFacts {
  readonly ours: number;
  readonly others: number;
  /** Of both, those that were handed to no exporter. */
  readonly unsent: number;
}

export interface ExporterFacts {
  readonly name: string;
  /** Where its requests went, without credentials and query. */
  readonly endpoint: string | undefined;
  readonly sent: number;
  readonly failed: number;
  /** Whether the last answer was a web page. */
  readonly page: boolean;
  /** Why the last request or export failed. */
  readonly failure: Failure | undefined;
}

export interface Failure {
  readonly message: string;
  readonly code: string | undefined;
  /** Of an answer over HTTP. */
  readonly status: number | undefined;
}

export interface TestSpan {
  readonly state: 'sent' | 'failed' | 'no answer' | 'dropped' | 'not tried';
  readonly traceId: string | undefined;
  /** Why nobody can be reached where it is sent to, as far as that can be told without sending anything. */
  readonly unreachable?: string | undefined;
}

export interface SwitchFacts {
  readonly library: string;
  readonly family: string;
  readonly mode: string;
  readonly calls: number;
  /** Classes of objects that say no for themselves. */
  readonly offObjects: readonly string[];
}

export interface VariableFacts {
  /** Names and, where they cannot hold a secret, values; else `null`. */
  readonly set: Readonly<Record<string, string | null>>;
  /** Names of those that the application itself set, after the preload had read them. */
  readonly late: readonly string[];
  /** A sentence for each that is nearly one of OpenTelemetry's. */
  readonly misspelt: readonly string[];
}
