/** The parts of the example examples/fleet that need no CLI. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { devicesIn, devicesOf, stackNames, stackOf } from "../../examples/fleet/fleet";
import { forecast, forecastPicture } from "../../examples/fleet/forecast";
import { Progress } from "../../examples/fleet/progress";

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
    ["a.csv", "device\n", "a.csv: the list has no devices"],
    ["a.json", "{}", "a.json: the list has no devices"],
    ["a.json", "[", "a.json is not valid JSON: "],
    [
      "a.csv",
      "device\npump 1\n\npump-2\nPUMP-2\nok",
      [
        `a.csv, line 2: a device name is 5 to 50 letters, digits and hyphens, got "pump 1"`,
        "a.csv, line 5: PUMP-2 is the same device as in line 4",
        `a.csv, line 6: a device name is 5 to 50 letters, digits and hyphens, got "ok"`,
      ].join("\n"),
    ],
    [
      "a.json",
      '["pump-1", 7, "pump-1"]',
      [
        "a.json, entry 2: a device name is 5 to 50 letters, digits and hyphens, got 7",
        "a.json, entry 3: pump-1 is the same device as in entry 1",
      ].join("\n"),
    ],
  ])("is refused with every error and its place: %s with %j", (file, text, message) => {
    expect(() => devicesIn(file, text)).toThrow(message);
  });
});

describe("the forecast of a fleet", () => {
  const today = new Date("2026-12-01T15:00:00Z");
  const device = (rotatesOn: string | undefined, rotateEveryDays?: number) => ({
    inputs: { rotateEveryDays },
    outputs: { rotatesOn },
  });

  it("counts each rotation of the next 90 days, an overdue one today", () => {
    const days = forecast([device("2026-12-11", 30), device("2026-11-20", 60), device(undefined)], today);
    expect(days).toHaveLength(90);
    expect(days.filter(({ rotations }) => rotations > 0)).toEqual([
      { day: "2026-12-01", rotations: 1 },
      { day: "2026-12-11", rotations: 1 },
      { day: "2027-01-10", rotations: 1 },
      { day: "2027-01-30", rotations: 1 },
      { day: "2027-02-09", rotations: 1 },
    ]);
  });

  it("counts one rotation of a device whose period is not in its state", () => {
    expect(forecast([device("2026-12-02")], today).filter(({ rotations }) => rotations > 0)).toEqual([
      { day: "2026-12-02", rotations: 1 },
    ]);
  });

  it("has a bar for each day in its picture", () => {
    const picture = forecastPicture(forecast([device("2026-12-02", 30)], today));
    expect(picture.match(/<rect /g)).toHaveLength(90);
    expect(picture).toContain("<title>2026-12-02: 1</title>");
    expect(picture).toContain("at most 1");
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

describe("the workflow of a fleet", () => {
  const { on, permissions, concurrency, jobs } = parse(readFileSync("examples/fleet/up.yml", "utf8"));
  const { scripts } = JSON.parse(readFileSync("examples/fleet/package.json", "utf8"));

  it("runs every week, with OIDC, and one run at a time", () => {
    expect(on.schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* 1$/) }]);
    expect(permissions).toEqual({ contents: "read", "id-token": "write" });
    expect(concurrency).toEqual({ group: "fleet", "cancel-in-progress": false });
  });

  it("runs one job for each stack, a few in parallel, and continues after a failed job", () => {
    expect(jobs.up.strategy).toEqual({
      "fail-fast": false,
      "max-parallel": 4,
      matrix: { stack: `\${{ fromJSON(needs.stacks.outputs.names) }}` },
    });
    expect(jobs.stacks.steps.at(-1).run).toContain("npm run --silent stacks");
    expect(jobs.up.steps.at(-1)).toMatchObject({
      run: 'npm run up -- --stack "$STACK"',
      env: { STACK: `\${{ matrix.stack }}` },
    });
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["stacks", "up"]));
  });

  it("ends with a summary, which fails if a stack failed", () => {
    expect(jobs.summary).toMatchObject({ needs: "up", if: `\${{ !cancelled() }}` });
    expect(jobs.summary.steps[0].run).toContain('test "$RESULT" = success');
  });
});
