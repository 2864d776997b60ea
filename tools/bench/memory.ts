import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalAzure, startLocalAzure } from "local-azure";
import { PluginClient } from "local-azure/pulumi";
import { urn } from "provider-server";
import { Plugins } from "#start/plugins";
import { repository } from "#start/repository";
import { type Figure, median } from "./figures";
import type { Measurement } from "./measure";

const type = "acr-token:index:TokenCredentials";

/** Pulumi's default number of parallel operations on a small machine. */
const maxConcurrency = 16;

const steps = [50, 1000, 2000] as const;

const plenty = { burst: 1_000_000, perSecond: 1_000_000 };

/** In MiB. */
interface Held {
  /** What the plugin needs: its heap without garbage. */
  readonly needed: number;
  /** What its process has in RAM: Node lets the heap grow before it collects the garbage. */
  readonly inRam: number;
}

/** The memory of the plugin after it generated the passwords of 50, 1,000 and 2,000 tokens. */
export const memory: Measurement = {
  name: "memory",
  needsCli: false,
  async run({ rounds, say }) {
    if (process.platform !== "linux") {
      return { omissions: [{ what: "memory of the plugin", missing: "/proc: this is not Linux" }] };
    }
    const held: Held[][] = [];
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      say(`memory, round ${round + 1}`);
      held.push(await heldAfter(steps));
    }
    const compared = (what: keyof Held, words: string, later: 1 | 2): Figure => ({
      what: `${words} after ${steps[later]} tokens`,
      against: `after ${steps[later - 1]}`,
      values: held.map((round) => round[later][what] / round[later - 1][what]),
      goal: 1.2,
      detail: [later, later - 1]
        .map((step) => `${median(held.map((round) => round[step][what])).toFixed(1)} MiB`)
        .join(" : "),
    });
    return {
      figures: [
        compared("needed", "memory that the plugin needs", 1),
        compared("needed", "memory that the plugin needs", 2),
        compared("inRam", "the same with Node's garbage", 1),
        compared("inRam", "the same with Node's garbage", 2),
      ],
    };
  },
};

/**
 * The memory of one plugin after each step.
 *
 * @param steps the numbers of tokens after which the memory is measured
 */
export async function heldAfter(steps: readonly number[]): Promise<Held[]> {
  // With Azure's own rate limits the throttling would take most of the time.
  const azure = await startLocalAzure({ throttling: { reads: plenty, writes: plenty } });
  const others = new Plugins(azure.environment);
  const source = { directory: join(repository, "components") };
  const folder = mkdtempSync(join(tmpdir(), "memory-"));
  const HEAP_USED_FILE = join(folder, "heapUsed");
  const NODE_OPTIONS = `--expose-gc --require=${JSON.stringify(join(repository, "tools", "bench", "heapUsed.cjs"))}`;
  const plugin = await PluginClient.start(source, {
    env: { ...azure.environment, HEAP_USED_FILE, NODE_OPTIONS },
  });
  const make = async (name: string) => {
    const registry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
    const scopeMapId = `${registryId(azure)}/scopeMaps/_repositories_pull`;
    const token = { ...registry, tokenName: name, scopeMapId };
    const { id: tokenId } = await others.create("azure-native:containerregistry:Token", name, token);
    const { inputs } = await plugin.check(urn(type, name), {}, { tokenId });
    await plugin.create(urn(type, name), inputs);
  };
  const held: Held[] = [];
  try {
    await plugin.configure();
    let made = 0;
    for (const step of steps) {
      while (made < step) {
        const count = Math.min(maxConcurrency, step - made);
        await Promise.all(Array.from({ length: count }, (_, index) => make(`client-${made + index}`)));
        made += count;
      }
      const inRam = megabytesInRam(plugin.pid);
      held.push({ inRam, needed: await megabytesNeeded(plugin.pid, HEAP_USED_FILE) });
    }
    return held;
  } finally {
    await plugin.close();
    await others.close();
    await azure.close();
    rmSync(folder, { recursive: true });
  }
}

function registryId({ connection }: LocalAzure): string {
  return `/subscriptions/${connection.subscriptionId}/resourceGroups/myresourcegroup/providers/Microsoft.ContainerRegistry/registries/myregistry`;
}

function megabytesInRam(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes) / 1024;
}

async function megabytesNeeded(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  let bytes = "";
  while (bytes === "") {
    await sleep(50);
    bytes = existsSync(file) ? readFileSync(file, "utf8") : "";
  }
  return Number(bytes) / 1024 / 1024;
}
