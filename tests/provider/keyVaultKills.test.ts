/**
 * The plugin is killed between any two steps of a run with keyVault: the newest version of the secret logs in before, meanwhile
 * and after, and one more `up` completes the run. A few kills here; KILLS=50 for many.
 */
import type { Fault } from "local-azure";
import { expect, test } from "vitest";
import { passwordsNeverSeen } from "../support/generateCredentials.js";
import { killPluginAt } from "../support/killPlugin.js";
import { pluginKills, seed } from "../support/kills.js";
import { randomNumbers } from "../support/randomNumbers.js";
import type { TestEnvironment } from "../support/testEnvironment.js";
import { newTokenFor, onVault, type TestVault, type TokenInVault } from "../support/vault.js";
import { Watch } from "../support/watch.js";

/** Where a run is when the plugin is killed: the request that gets no answer. */
const moments: Record<string, () => Fault> = {
  "before the passwords are generated": () => ({ kind: "hang", path: /generateCredentials/ }),
  "between generating and writing, before the value is known": () => passwordsNeverSeen(),
  "between generating and writing": () => ({ kind: "hang", host: "vault", method: "PUT" }),
  "after writing, before the state is saved": () => ({
    kind: "hang",
    isDone: true,
    host: "vault",
    method: "PUT",
  }),
  "before a version is disabled": () => ({ kind: "hang", host: "vault", method: "PATCH" }),
  "after a version is disabled": () => ({ kind: "hang", isDone: true, host: "vault", method: "PATCH" }),
};

/** A token in the vault, with the arguments of its next run. */
type Scene = TokenInVault & { args: Record<string, unknown> };

const up = (scene: Scene, others: object = {}) => {
  scene.args = { ...scene.args, ...others };
  return scene.credentials.up(scene.args);
};

interface Operation {
  before(scene: Scene): Promise<unknown>;
  run(scene: Scene): Promise<unknown>;
}

const rotatedOnce = async (scene: Scene) => {
  await up(scene);
  await up(scene, { generation: "two" });
};

const operations: Record<string, Operation> = {
  "a rotation": { before: rotatedOnce, run: (scene) => up(scene, { generation: "three" }) },
  "the first rotation": { before: (scene) => up(scene), run: (scene) => up(scene, { generation: "two" }) },
  "a move into the vault with a rotation": {
    before: ({ credentials, plain }) => credentials.up(plain),
    run: (scene) => up(scene, { generation: "two" }),
  },
  "a move to another secret": {
    before: rotatedOnce,
    run: (scene) => up(scene, { keyVault: { vaultUri: vault.uri, secretName: `${scene.secret}-2` } }),
  },
};

let environment: TestEnvironment;
let vault: TestVault;

onVault((...started) => {
  [environment, vault] = started;
});

const random = randomNumbers(seed);
const pick = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
const everywhere = Object.keys(operations).flatMap((operation) =>
  Object.keys(moments).map((moment) => [operation, moment] as const),
);
// A few kills do not reach all places, so which come first is random too.
const inRandomOrder = everywhere.map((place) => ({ place, rank: random() })).sort((a, b) => a.rank - b.rank);
const kills = Array.from({ length: pluginKills }, (_, index) => {
  const [operation, moment] = inRandomOrder[index]?.place ?? pick(everywhere);
  return {
    operation,
    moment,
    isRefreshed: random() < 0.5,
    days: pick([0, 1]),
    title: `${operation}: ${moment}`,
  };
});

test.for(kills.map((kill, index) => [`kill ${index + 1}, ${kill.title}`, kill] as const))(
  `%s (KILLS_SEED=${seed})`,
  async ([, { operation, moment, isRefreshed, days }]) => {
    const token = await newTokenFor(environment, vault);
    const { credentials, secret, canLogIn } = token;
    const scene: Scene = { ...token, args: token.inVault };
    const { before, run } = operations[operation] as Operation;
    await before(scene);
    const promised = async () => {
      const value = await vault.newestEnabled(secret);
      return value === undefined || canLogIn(value);
    };
    const current = await vault.value(secret);
    const watch = new Watch(promised);

    // The run fails once the plugin is killed.
    await killPluginAt(environment, moments[moment]?.() as Fault, () => run(scene).catch(() => undefined));
    if (current !== undefined) {
      expect(await canLogIn(current), "what clients have works").toBe(true);
    }
    environment.clock.advance(days);
    if (isRefreshed) {
      await credentials.refresh();
    }

    await up(scene);

    await watch.end();
    expect(watch.refused, "the newest enabled version works at every instant").toEqual([]);
    const { keyVault } = credentials.saved.inputs as { keyVault: { secretName: string } };
    expect(await canLogIn(await vault.value(keyVault.secretName))).toBe(true);
    for (const { id, attributes } of await vault.versions(keyVault.secretName)) {
      if (attributes.enabled) {
        expect(await canLogIn(await vault.valueOf(id)), `version ${id}`).toBe(true);
      }
    }
    if (current !== undefined) {
      expect(await canLogIn(current), "the password before is not cut off").toBe(true);
    }
    expect((await credentials.preview(scene.args)).operation).toBe("same");
    await credentials.refresh();
    expect((await credentials.preview(scene.args)).operation).toBe("same");
  },
);
