/** The example examples/fleet, in a folder outside of this workspace, on a local Azure. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLocalAzure } from "local-azure";
import { expect, it, onTestFinished } from "vitest";
import { stackOf } from "../../examples/fleet/fleet";
import { registryOf } from "../../packages/local-azure/tests/support";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { run, start } from "./command";
import { installExample, pulumiEnvironment, temporaryFolder } from "./outside";

/** As many names as wanted that are in a stack. */
function devicesFor(stack: string, stacks: number, count: number): string[] {
  const names = Array.from({ length: 100 }, (_, index) => `pump-${index}`);
  return names.filter((name) => stackOf(name, { stacks }) === stack).slice(0, count);
}

/** The example on a local Azure, with a list of devices in so many stacks. */
async function started(devices: string[], stacks: number, stacksAtOnce: number) {
  const azure = await startLocalAzure();
  onTestFinished(() => azure.close());
  const folder = temporaryFolder();
  installExample("fleet", folder);
  const home = temporaryFolder();
  const env = { ...process.env, ...azure.environment, ...pulumiEnvironment(home) };
  const command = [process.execPath, join(folder, "bin", "main.js")];
  const list = (names: string[]) => writeFileSync(join(folder, "devices.json"), JSON.stringify(names));
  const cut = (count: number) =>
    writeFileSync(
      join(folder, "fleet.json"),
      JSON.stringify({ devices: "devices.json", stacks: count, stacksAtOnce }),
    );
  list(devices);
  cut(stacks);
  return {
    azure,
    folder,
    list,
    cut,
    /** Runs a script of package.json. */
    npm: (...args: string[]) => run(["npm", "run", "--silent", ...args], folder, env),
    /** The same without compiling again. */
    fleet: (...args: string[]) => run([...command, ...args], folder, env),
    start: (...args: string[]) => start([...command, ...args], folder, env),
    /** The writes to tokens since a number of requests: `PUT pump-1`. */
    written: (since = 0) =>
      azure.requests
        .slice(since)
        .filter(({ method, url }) => method !== "GET" && /\/tokens\/|generateCredentials/.test(url))
        .map(({ method, url }) => `${method} ${url.replace(/\?.*$/, "").split("/").pop()}`),
    locks: () =>
      readdirSync(join(home, "state", ".pulumi", "locks"), { recursive: true, encoding: "utf8" }).filter(
        (path) => path.endsWith(".json"),
      ),
  };
}

type Fleet = Awaited<ReturnType<typeof started>>;

/** Expects that a device's credentials, as the command gives them, open the registry; returns them. */
async function credentialsOf({ azure, fleet }: Fleet, device: string) {
  const { code, out, err } = await fleet("credentials", device);
  expect(code, err).toBe(0);
  const credentials = JSON.parse(out);
  expect(Object.keys(credentials).sort()).toEqual(["loginServer", "password", "rotatesOn", "username"]);
  expect(credentials.username).toBe(device);
  expect(await registryOf(azure).login(device, credentials.password)).toBe(200);
  return credentials;
}

const longer = { timeout: 400_000 };

describeWith("the example fleet", onlyAtFullSize, () => {
  it(
    "creates a token for each device, sends no request if nothing changed, follows the list, and asks before it deletes",
    longer,
    async () => {
      const [first = "", second = "", third = ""] = devicesFor("1-of-2", 2, 3);
      const [other = ""] = devicesFor("2-of-2", 2, 1);
      const fleet = await started([first, second, other], 2, 2);
      const preview = await fleet.npm("preview");
      expect(preview.code, preview.err).toBe(0);
      expect(preview.out).toMatch(/^preview of 3 devices in 2 stacks, 2 at the same time$/m);
      expect(preview.out).toMatch(/^\d of 2: 1-of-2: 2 devices, create 12 \(\d+ s\)$/m);
      expect(preview.out).toMatch(
        new RegExp(`^ {2}new tokens: (${first}, ${second}|${second}, ${first})$`, "m"),
      );
      expect(fleet.written()).toEqual([]);

      const up = await fleet.fleet("up");
      expect(up.code, up.err).toBe(0);
      expect(up.out).toMatch(/^2 of 2: .*\n\n2 of 2 stacks done, 0 failed, 0 not started\.$/m);
      const before = await credentialsOf(fleet, first);
      expect(up.out).not.toContain(before.password);

      const made = fleet.azure.requests.length;
      const again = await fleet.fleet("up");
      expect(again.out).toMatch(/^\d of 2: 1-of-2: 2 devices, same 12 /m);
      expect(fleet.azure.requests.slice(made)).toEqual([]);

      fleet.list([third, other, first]);
      const announced = (await fleet.fleet("preview")).out;
      expect(announced).toMatch(new RegExp(`^ {2}new tokens: ${third}$`, "m"));
      expect(announced).toMatch(new RegExp(`^ {2}tokens deleted: ${second}$`, "m"));
      const refused = await fleet.fleet("up");
      expect(refused.code).toBe(1);
      expect(refused.err).toBe(
        `This deletes the tokens of 1 devices, which then cannot log in: ${second}\nNothing was changed. To go ahead, add -- --yes\n`,
      );
      expect(fleet.written(made)).toEqual([]);
      const changed = await fleet.fleet("up", "--yes");
      expect(changed.code, changed.err).toBe(0);
      expect(changed.out).toMatch(/^\d of 2: 2-of-2: 1 devices, same 7 /m);
      expect(fleet.written(made).sort()).toEqual([
        `DELETE ${second}`,
        "POST generateCredentials",
        `PUT ${third}`,
      ]);
      expect(await credentialsOf(fleet, first)).toEqual(before);

      const gone = await fleet.fleet("credentials", second);
      expect([gone.code, gone.out]).toEqual([1, ""]);
      expect(gone.err).toBe(
        `The stack 1-of-2 has no password for ${second}. Check that the device is in the list, and run: npm run up\n`,
      );
      const written = await fleet.fleet("credentials", third, "third.json");
      expect(written.out).toBe(`${third}: written to third.json\n`);
      const file = join(fleet.folder, "third.json");
      expect(JSON.parse(readFileSync(file, "utf8")).username).toBe(third);
      expect(statSync(file).mode & 0o777).toBe(0o600);

      fleet.cut(3);
      const recut = await fleet.fleet("up");
      expect(recut.code).toBe(1);
      expect(recut.err).toMatch(
        /fleet\.json has 3 stacks, but the stack [12]-of-2 exists: .* Set the number back/,
      );

      const forecast = await fleet.fleet("forecast");
      expect(forecast.out).toMatch(/^\d+ rotations of 3 devices in 90 days; see forecast\.svg\n$/m);
      expect(readFileSync(join(fleet.folder, "forecast.svg"), "utf8")).toMatch(/^<svg /);

      // Also the stacks of the other number.
      const kept = await fleet.fleet("destroy");
      expect(kept.code).toBe(1);
      expect(kept.err).toMatch(/^This deletes the tokens of 3 devices, /);
      const destroyed = await fleet.fleet("destroy", "--yes");
      expect(destroyed.code, destroyed.err).toBe(0);
      expect(destroyed.out).toMatch(/^2 of 2 stacks done, 0 failed, 0 not started\.$/m);
      expect(await registryOf(fleet.azure).login(first, before.password)).toBe(401);
    },
  );

  it(
    "runs the other stacks after one fails, prints the error at the end, and continues in the next run",
    longer,
    async () => {
      const [one = "", third = ""] = devicesFor("1-of-2", 2, 2);
      const [two = ""] = devicesFor("2-of-2", 2, 1);
      const fleet = await started([one, two], 2, 1);
      await fleet.npm("build");
      const path = new RegExp(`/tokens/${one}\\b`);
      fleet.azure.faults.add({ method: "PUT", path, kind: "answer", status: 403, code: "NotToday" });
      const up = await fleet.fleet("up");
      expect(up.code).toBe(1);
      expect(up.out).toMatch(/^1 of 2: FAILED 1-of-2: 1 devices/m);
      expect(up.out).toMatch(
        /^1 of 2 stacks done, 1 failed, 0 not started\. Run npm run up again to continue\.$/m,
      );
      expect(up.err).toMatch(new RegExp(`^1-of-2 failed:\\n.*Token ${one}: .*NotToday`, "m"));
      await credentialsOf(fleet, two);

      const made = fleet.azure.requests.length;
      const again = await fleet.fleet("up");
      expect(again.code, again.err).toBe(0);
      const before = await credentialsOf(fleet, one);
      expect(fleet.written(made)).toEqual([`PUT ${one}`, "POST generateCredentials"]);

      // The credentials of other devices in the stack are available after one device failed.
      fleet.list([one, two, third]);
      fleet.azure.faults.add({ method: "POST", path: /generateCredentials/, kind: "answer", status: 403 });
      expect((await fleet.fleet("up")).code).toBe(1);
      expect(await credentialsOf(fleet, one)).toEqual(before);
      expect((await fleet.fleet("credentials", third)).err).toMatch(/^The stack 1-of-2 has no password for /);
    },
  );

  it(
    "interrupted, finishes the running stack and starts no other; the next run continues",
    longer,
    async () => {
      const [one = ""] = devicesFor("1-of-2", 2, 1);
      const [two = ""] = devicesFor("2-of-2", 2, 1);
      const fleet = await started([one, two], 2, 1);
      await fleet.npm("build");
      const up = fleet.start("up");
      await expect.poll(() => fleet.written(), { timeout: 60_000 }).toContain(`PUT ${one}`);
      press(up.child.pid);
      // As npm hands it on.
      press(up.child.pid);
      const { code, out, err } = await up.ended;
      expect(code, out + err).toBe(130);
      expect(out).toMatch(/^Interrupted: running stacks finish, and no other starts\./m);
      expect(out).toMatch(
        /^1 of 2 stacks done, 0 failed, 1 not started\. Run npm run up again to continue\.$/m,
      );
      expect(fleet.locks()).toEqual([]);
      await credentialsOf(fleet, one);

      const made = fleet.azure.requests.length;
      const again = await fleet.fleet("up");
      expect(again.code, again.err).toBe(0);
      expect(fleet.written(made)).toEqual([`PUT ${two}`, "POST generateCredentials"]);
    },
  );

  it(
    "interrupted twice, cancels the running stack, leaves no lock, and continues in the next run",
    longer,
    async () => {
      const fleet = await started(["pump-1"], 1, 1);
      await fleet.npm("build");
      fleet.azure.faults.add({ method: "POST", path: /generateCredentials/, kind: "hang" });
      const up = fleet.start("up");
      await expect.poll(() => fleet.written(), { timeout: 60_000 }).toContain("POST generateCredentials");
      press(up.child.pid);
      await sleep(1_000);
      press(up.child.pid);
      const { code, out, err } = await up.ended;
      expect(code, out + err).toBe(130);
      expect(out).toMatch(/^Cancelling the running stacks\.$/m);
      expect(err).toMatch(/^1-of-1 failed:\n.*cancelled while waiting to generate password1 and password2/ms);
      expect(fleet.locks()).toEqual([]);

      const again = await fleet.fleet("up");
      expect(again.code, again.err).toBe(0);
      await credentialsOf(fleet, "pump-1");
    },
  );
});

describeWith("the example fleet, one stack as a job", onlyAtFullSize, () => {
  it("works on that stack alone, and refuses a stack that the fleet does not have", longer, async () => {
    const [one = ""] = devicesFor("1-of-2", 2, 1);
    const [two = ""] = devicesFor("2-of-2", 2, 1);
    const fleet = await started([one, two], 2, 1);
    const stacks = await fleet.npm("stacks");
    expect(JSON.parse(stacks.out)).toEqual(["1-of-2", "2-of-2"]);
    const up = await fleet.fleet("up", "--stack", "2-of-2");
    expect(up.code, up.err).toBe(0);
    expect(up.out).toMatch(/^1 of 1 stacks done, 0 failed, 0 not started\.$/m);
    expect(fleet.written()).toEqual([`PUT ${two}`, "POST generateCredentials"]);
    await credentialsOf(fleet, two);
    const unknown = await fleet.fleet("up", "--stack", "3-of-2");
    expect([unknown.code, unknown.err]).toEqual([
      1,
      "the stacks of this fleet are 1-of-2 to 2-of-2, not 3-of-2\n",
    ]);
  });
});

/** Presses Ctrl-C as a terminal does: on the command and all that is in its process group. */
function press(pid: number | undefined): void {
  process.kill(-(pid as number), "SIGINT");
}
