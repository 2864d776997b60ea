/** The example examples/fleet, in a folder outside of this workspace, on a local Azure. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLocalAzure } from "local-azure";
import { describe, expect, it, onTestFinished } from "vitest";
import { devicesIn, devicesOf, stackNames, stackOf } from "../../examples/fleet/fleet";
import { Progress } from "../../examples/fleet/progress";
import { describeWithCli } from "../engine/support";
import { door } from "../local/support";
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
    /** What was written to which token since a number of requests: `PUT pump-1`. */
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
  expect(await door(azure).login(device, credentials.password)).toBe(200);
  return credentials;
}

const longer = { timeout: 400_000 };

describeWithCli("the example fleet", () => {
  it(
    "makes each device a token, costs no request where nothing changed, and follows the list",
    longer,
    async () => {
      const [first = "", second = "", third = ""] = devicesFor("1-of-2", 2, 3);
      const [other = ""] = devicesFor("2-of-2", 2, 1);
      const fleet = await started([first, second, other], 2, 2);
      const preview = await fleet.npm("preview");
      expect(preview.code, preview.err).toBe(0);
      expect(preview.out).toMatch(/^preview of 3 devices in 2 stacks, 2 at once$/m);
      expect(preview.out).toMatch(/^\d of 2: 1-of-2: 2 devices, create 12 \(\d+ s\)$/m);
      expect(fleet.azure.requests).toEqual([]);

      const up = await fleet.fleet("up");
      expect(up.code, up.err).toBe(0);
      expect(up.out).toMatch(/^2 of 2: .*\n\n2 of 2 stacks done, 0 failed, 0 not begun\.$/m);
      const before = await credentialsOf(fleet, first);
      expect(up.out).not.toContain(before.password);

      const made = fleet.azure.requests.length;
      const again = await fleet.fleet("up");
      expect(again.out).toMatch(/^\d of 2: 1-of-2: 2 devices, same 12 /m);
      expect(fleet.azure.requests.slice(made)).toEqual([]);

      fleet.list([third, other, first]);
      const changed = await fleet.fleet("up");
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
        `the stack 1-of-2 has no password for ${second}: is it in the list, and has npm run up been run?\n`,
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
        /cuts the fleet into 3 stacks, but there is the stack [12]-of-2: .* Put the number back/,
      );
    },
  );

  it(
    "goes on past a stack that fails, tells why at the end, and makes up for it in the next run",
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
      expect(up.out).toMatch(/^1 of 2 stacks done, 1 failed, 0 not begun\. npm run up goes on from here\.$/m);
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
      expect((await fleet.fleet("credentials", third)).err).toMatch(/^the stack 1-of-2 has no password for /);
    },
  );

  it(
    "interrupted, ends the stack under way and begins no other; the next run goes on from there",
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
      expect(out).toMatch(/^Interrupted: the stacks under way come to their end\./m);
      expect(out).toMatch(/^1 of 2 stacks done, 0 failed, 1 not begun\. npm run up goes on from here\.$/m);
      expect(fleet.locks()).toEqual([]);
      await credentialsOf(fleet, one);

      const made = fleet.azure.requests.length;
      const again = await fleet.fleet("up");
      expect(again.code, again.err).toBe(0);
      expect(fleet.written(made)).toEqual([`PUT ${two}`, "POST generateCredentials"]);
    },
  );

  it(
    "interrupted twice, cancels the stack under way, leaves no lock, and goes on in the next run",
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
      expect(out).toMatch(/^Cancelling the stacks under way\.$/m);
      expect(err).toMatch(/^1-of-1 failed:\n.*cancelled while waiting to make password1 and password2/ms);
      expect(fleet.locks()).toEqual([]);

      const again = await fleet.fleet("up");
      expect(again.code, again.err).toBe(0);
      await credentialsOf(fleet, "pump-1");
    },
  );
});

/** Presses Ctrl-C as a terminal does: on the command and all that is in its process group. */
function press(pid: number | undefined): void {
  process.kill(-(pid as number), "SIGINT");
}

describe("the cut of a fleet", () => {
  const devices = Array.from({ length: 1_000 }, (_, index) => `device-${index}`);
  const fleet = { devices, stacks: 16, stacksAtOnce: 4 };

  it("puts each device into one stack, of similar size, independent of the rest of the list", () => {
    const parts = stackNames(fleet).map((stack) => devicesOf(stack, fleet));
    expect(parts.flat().sort()).toEqual([...devices].sort());
    for (const part of parts) {
      expect(part.length).toBeGreaterThan(35);
      expect(part.length).toBeLessThan(95);
    }
    const fewer = { ...fleet, devices: devices.slice(500) };
    expect(devicesOf("3-of-16", fewer)).toEqual(
      devicesOf("3-of-16", fleet).filter((name) => fewer.devices.includes(name)),
    );
  });

  it("stays the same in every version of this example, and in capitals", () => {
    expect(["leeds-pump-01", "Leeds-Pump-01", "porto-pump-02"].map((name) => stackOf(name, fleet))).toEqual([
      "8-of-16",
      "8-of-16",
      "13-of-16",
    ]);
  });

  it("has no other stacks", () => {
    expect(() => devicesOf("dev", fleet)).toThrow(
      "the stacks of this fleet are 1-of-16 to 16-of-16, not dev",
    );
  });
});

describe("a list of devices", () => {
  it("is the first column of a CSV file or an array of JSON", () => {
    expect(devicesIn("a.csv", 'device,site\r\npump-1,leeds\r\n"pump-2","porto"\r\n\r\n')).toEqual([
      "pump-1",
      "pump-2",
    ]);
    expect(devicesIn("a.json", '["pump-1"]')).toEqual(["pump-1"]);
  });

  it.each([
    ["a.csv", "device\n", "a.csv: there are no devices in it"],
    ["a.json", "{}", "a.json: there are no devices in it"],
    [
      "a.csv",
      "device\npump 1\n",
      `a.csv: a device's name is 5 to 50 letters, digits and hyphens, got "pump 1"`,
    ],
    ["a.csv", "device\npump-1\nPUMP-1\n", "a.csv: the device PUMP-1 is in it twice"],
  ])("is refused: %s with %j", (file, text, message) => {
    expect(() => devicesIn(file, text)).toThrow(message);
  });
});

describe("the progress of a fleet", () => {
  function shown(isTTY: boolean): string {
    let text = "";
    const progress = new Progress({ isTTY, columns: 80, write: (more: string) => (text += more) }, 4, 2);
    const one = progress.begin(2);
    one.onDevice();
    one.onDevice();
    one.onDevice();
    one.end(true, "1-of-2: same 12");
    progress.begin(2).end(false, "FAILED 2-of-2");
    progress.close();
    return text;
  }

  it("is a bar under the lines on a terminal, which goes at the end", () => {
    const clear = "\r\x1b[2K";
    expect(shown(true)).toBe(
      `${clear}1-of-2: same 12\n${clear}[############------------] 2 of 4 devices, 1 of 2 stacks, 0:00` +
        `${clear}FAILED 2-of-2\n${clear}[############------------] 2 of 4 devices, 1 of 2 stacks, 1 failed, 0:00${clear}`,
    );
  });

  it("is plain lines elsewhere", () => {
    expect(shown(false)).toBe("1 of 2: 1-of-2: same 12\n2 of 2: FAILED 2-of-2\n");
  });
});
