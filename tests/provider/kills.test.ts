/**
 * The plugin is killed at a random instant of every operation. The exported password logs in before, meanwhile and after, and one
 * more `up` is enough. KILLS sets the number of kills.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { PluginError } from "local-azure/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Resource } from "../support/engine.js";
import { passwordsNeverSeen } from "../support/generateCredentials.js";
import { drawKills, type Kill, pluginKills, seed, Tally } from "../support/kills.js";
import { type CredentialsResource, nameOf, TestEnvironment, writes } from "../support/testEnvironment.js";
import { until } from "../support/until.js";
import { Watch } from "../support/watch.js";

/** One token and its two resources. */
interface Scene {
  readonly tokenId: string;
  readonly credentials: CredentialsResource;
  readonly access: Resource;
  /** The program's arguments. */
  args: Record<string, unknown>;
}

interface Operation {
  readonly name: string;
  /** The setup before the operation. */
  before?(scene: Scene): Promise<unknown>;
  run(scene: Scene): Promise<unknown>;
  /** The password that must work during the operation. None if a preview announced its end. */
  promised?(scene: Scene): string | undefined;
  /** What a user does after a kill. Default: the same again. */
  again?(scene: Scene): Promise<unknown>;
  /** Whether `refresh` has to come before that. Default: it may. */
  needsRefresh?: boolean;
  /** How long a password takes until the registry knows it, in ms. Default 0. */
  replicationLagMs?: number;
}

const exported = ({ credentials }: Scene) => credentials.exported.password;
const up = (scene: Scene, others: Record<string, unknown> = {}) => {
  scene.args = { ...scene.args, ...others };
  return scene.credentials.up(scene.args);
};
const rotate = (scene: Scene) => up(scene, { generation: "two" });
const grant = ({ access, tokenId }: Scene, scopeMap: string) =>
  access.up({ tokenId, scopeMapId: environment.scopeMapId(scopeMap) });

const operations: readonly Operation[] = [
  { name: "create", run: (scene) => up(scene) },
  {
    name: "create that waits until it is live",
    run: (scene) => up(scene, { waitUntilLive: true }),
    replicationLagMs: 100,
  },
  { name: "rotation", before: (scene) => up(scene), run: rotate, promised: exported },
  {
    name: "rotation that waits until it is live",
    before: (scene) => up(scene, { waitUntilLive: true }),
    run: rotate,
    promised: exported,
    replicationLagMs: 100,
  },
  {
    name: "second rotation, with an overlap",
    before: async (scene) => {
      await up(scene, { overlapDays: 1 });
      await rotate(scene);
      environment.clock.advance(2);
      await up(scene);
    },
    run: (scene) => up(scene, { generation: "three" }),
    promised: exported,
  },
  {
    name: "clearing of an overlap that is over",
    before: async (scene) => {
      await up(scene, { overlapDays: 1 });
      await rotate(scene);
      environment.clock.advance(2);
    },
    run: (scene) => up(scene),
    promised: exported,
  },
  {
    name: "mending of a slot that was lost",
    before: async (scene) => {
      await up(scene);
      await environment.client.generate(scene.tokenId, "password1");
      await scene.credentials.refresh();
    },
    run: (scene) => up(scene),
    promised: exported,
  },
  {
    name: "replacement after a leak",
    before: (scene) => up(scene),
    run: ({ credentials, args }) => credentials.up(args, { replace: true }),
    again: (scene) => up(scene),
    needsRefresh: true,
  },
  {
    name: "adoption",
    before: async (scene) => {
      const [{ value }] = await environment.client.generate(scene.tokenId, "password1");
      scene.args = { ...scene.args, adopt: { password1: value } };
    },
    run: (scene) => up(scene),
    promised: ({ args }) => (args.adopt as { password1: string }).password1,
  },
  {
    name: "refresh",
    before: (scene) => up(scene),
    run: ({ credentials }) => credentials.refresh(),
    promised: exported,
    again: (scene) => up(scene),
  },
  {
    name: "deletion",
    before: (scene) => up(scene),
    run: ({ credentials }) => credentials.destroy(),
  },
  {
    name: "access, changed",
    before: async (scene) => {
      await grant(scene, "_repositories_pull");
      await up(scene);
    },
    run: (scene) => grant(scene, "_repositories_push"),
    promised: exported,
  },
  {
    name: "access, changed beside a rotation",
    before: async (scene) => {
      await grant(scene, "_repositories_pull");
      await up(scene);
    },
    run: (scene) => both(grant(scene, "_repositories_push"), rotate(scene)),
    promised: exported,
  },
];

let environment: TestEnvironment;
const tally = new Tally();
let logins = 0;

beforeAll(async () => {
  environment = await TestEnvironment.start({ latencyMs: 20, operationMs: 60 });
});

afterAll(async () => {
  await environment?.close();
  console.log(
    `${pluginKills} kills of the plugin (KILLS_SEED=${seed}): ${tally}; ${logins} logins, all accepted`,
  );
});

/** Waits for both, and throws the first error. */
async function both(...work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") {
    throw failed.reason;
  }
}

async function newScene(): Promise<Scene> {
  const tokenId = await environment.newToken();
  return {
    tokenId,
    credentials: environment.credentials(),
    access: environment.access(),
    args: { tokenId, generation: "one" },
  };
}

/** Sets an operation up; a cold start gets a new plugin. */
async function comeTo(operation: Operation, isCold: boolean): Promise<Scene> {
  const scene = await newScene();
  await operation.before?.(scene);
  if (isCold) {
    await environment.restart();
  }
  return scene;
}

/** The progress at a kill: whether Azure had received the write, and had done it. */
function whatItFound(since: number): string {
  const asked = environment.azure.requests.slice(since);
  const written = writes(asked).length;
  if (asked.length === 0) {
    return "before any request";
  }
  if (written === 0) {
    return "before a write";
  }
  return asked.some(({ status }) => status === null) ? "while Azure answered" : "after a write";
}

const kills = drawKills(pluginKills, operations).map((kill, index): [string, Kill<Operation>] => [
  `kill ${index + 1}: ${kill.operation.name}`,
  kill,
]);

test.for(kills)(`%s (KILLS_SEED=${seed})`, async ([, { operation, at, choice }]) => {
  const isCold = choice < 0.5;
  const isRefreshed = operation.needsRefresh || choice * 2 - Math.floor(choice * 2) < 0.5;
  environment.azure.replicationLagMs = operation.replicationLagMs ?? 0;
  // How long it takes here and now.
  const rehearsal = await comeTo(operation, isCold);
  const started = performance.now();
  await operation.run(rehearsal);
  const duration = performance.now() - started;

  const scene = await comeTo(operation, isCold);
  const { credentials, access, tokenId } = scene;
  const password = operation.promised?.(scene);
  const watch = new Watch(
    async () => password === undefined || environment.canLogIn(nameOf(tokenId), password),
  );
  const since = environment.azure.requests.length;
  const running = operation.run(scene).then(
    () => undefined,
    (error: unknown) => error,
  );
  await sleep(at * duration);
  const { process } = environment.plugin;
  environment.plugin.kill();
  const failure = await running;
  await environment.restart();

  expect(process.ending).toBe("was ended by SIGKILL");
  if (failure === undefined) {
    tally.count("when all was done");
  } else {
    expect(failure).toBeInstanceOf(PluginError);
    expect((failure as Error).message).toContain("The plugin does not answer");
    tally.count(whatItFound(since));
  }
  if (isRefreshed) {
    await credentials.refresh();
    await access.refresh();
  }
  await (operation.again ?? operation.run)(scene);
  await watch.end();
  expect(watch.refused, "the exported password works at every instant").toEqual([]);
  logins += password === undefined ? 0 : watch.logins;

  if (operation.name === "deletion") {
    expect(await environment.client.slots(tokenId)).toEqual([]);
    return;
  }
  const settled = async () => {
    expect((await credentials.preview(scene.args)).operation).toBe("same");
    for (const { value } of credentials.exported.passwords) {
      await expect.poll(() => environment.canLogIn(nameOf(tokenId), value)).toBe(true);
    }
    expect(credentials.exported.password).toBe(credentials.value(credentials.exported.current));
  };
  await settled();
  await credentials.refresh();
  await settled();
  if (access.state !== undefined) {
    await access.refresh();
    expect(access.saved.outputs.scopeMapId).toBe(environment.scopeMapId("_repositories_push"));
  }
});

// A few may miss it.
test.runIf(pluginKills >= 100)(
  "some kills came after Azure had done the work and before its response",
  () => {
    expect(tally.of("while Azure answered") + tally.of("after a write")).toBeGreaterThan(pluginKills / 10);
    expect(tally.of("before a write")).toBeGreaterThan(0);
  },
);

test("an adoption without any password asks which slot may be regenerated: any slot may have a client", async () => {
  environment.azure.replicationLagMs = 0;
  const { tokenId, credentials } = await newScene();
  const [{ value }] = await environment.client.generate(tokenId, "password1");
  const fault = passwordsNeverSeen();
  environment.azure.faults.add(fault);
  const failing = credentials.up({ tokenId, adopt: {} }).catch((error: Error) => error.message);
  await until(() =>
    environment.azure.requests.some(({ url, status }) => fault.path.test(url) && status === null),
  );
  environment.plugin.kill();
  expect(await failing).toContain("The plugin does not answer");
  environment.azure.faults.clear();
  await environment.restart();

  await expect(credentials.up({ tokenId, adopt: {} })).rejects.toThrow(/adopt\.regenerate is required/);
  await credentials.up({ tokenId, adopt: { regenerate: "password2" } });

  expect(credentials.exported.current).toBe("password2");
  for (const password of [value, credentials.exported.password]) {
    expect(await environment.canLogIn(nameOf(tokenId), password)).toBe(true);
  }
});
