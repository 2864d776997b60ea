/** The errors if the thread that constructs components fails. The engine tests cover its normal run. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { Server, ServerCredentials, type ServiceDefinition } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ComponentHost } from "../../../../components/provider/construct/componentHost";

const threads = vi.hoisted(() => [] as Thread[]);

interface Thread extends EventEmitter {
  readonly stdout: PassThrough;
}

vi.mock("node:worker_threads", () => ({
  Worker: class extends EventEmitter {
    readonly stdout = new PassThrough();
    constructor() {
      super();
      threads.push(this);
    }
  },
}));

const asItIs = (message: Buffer) => message;
const service: ServiceDefinition = {
  construct: {
    path: "/pulumirpc.ResourceProvider/Construct",
    requestStream: false,
    responseStream: false,
    requestSerialize: asItIs,
    requestDeserialize: asItIs,
    responseSerialize: asItIs,
    responseDeserialize: asItIs,
  },
};

/** Answers every request except `never`. */
const server = new Server();
let asked = 0;
let port: number;

beforeAll(async () => {
  server.addService(service, {
    construct: ({ request }: { request: Buffer }, answer: (error: null, response: Buffer) => void) => {
      asked++;
      if (request.toString() !== "never") {
        answer(null, request);
      }
    },
  });
  port = await new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
});

afterAll(() => server.forceShutdown());

const last = () => threads.at(-1) as Thread;

test.each<[string, (thread: Thread) => void, string]>([
  ["throws", (thread) => thread.emit("error", new TypeError("a secret")), "TypeError, an uncaught error"],
  ["exits", (thread) => thread.emit("exit", 7), "exit code 7"],
])(
  "a thread that %s before it listens is reported, and the next call starts another",
  async (_how, end, why) => {
    const host = new ComponentHost();
    const first = host.construct(Buffer.from("one"), "engine");
    end(last());
    await expect(first).rejects.toThrow(`the thread that constructs components has ended: ${why}`);

    const second = host.construct(Buffer.from("two"), "engine");
    last().stdout.write(`${port}\n`);
    expect((await second).toString()).toBe("two");
  },
);

test("the same error reports a thread that ends while it constructs", async () => {
  const host = new ComponentHost();
  const before = asked;
  const first = host.construct(Buffer.from("never"), "engine");
  last().stdout.write(`${port}\n`);
  await expect.poll(() => asked).toBe(before + 1);
  last().emit("error", new TypeError("a secret"));
  const error = await first.catch((thrown: Error) => thrown.message);
  expect(error).toBe(
    "the thread that constructs components has ended: TypeError, an uncaught error. Please report it",
  );

  const started = threads.length;
  const second = host.construct(Buffer.from("two"), "engine");
  last().stdout.write(`${port}\n`);
  expect((await second).toString()).toBe("two");
  expect(threads.length).toBe(started + 1);
});

test("one thread serves all calls", async () => {
  const host = new ComponentHost();
  const started = threads.length;
  const calls = ["one", "two"].map((text) => host.construct(Buffer.from(text), "engine"));
  last().stdout.write(`${port}\n`);
  expect((await Promise.all(calls)).map(String)).toEqual(["one", "two"]);
  expect(threads.length).toBe(started + 1);
});
