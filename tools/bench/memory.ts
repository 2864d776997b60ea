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
interface Memory {
  /** The heap after a garbage collection. */
  readonly heap: number;
  /** The resident set size of the process: Node lets the heap grow before it collects the garbage. */
  readonly inRam: number;
}

/** The memory of the plugin after it generated the passwords of 50, 1,000 and 2,000 tokens. */
export const memory: Measurement = {
  name: "memory",
  needsCli: false,
  async run({ rounds, say }) {
    if (process.platform !== "linux") {
      return { omissions: [{ what: "memory of the plugin", missing: "needs /proc, which only Linux has" }] };
    }
    const memories: Memory[][] = [];
    for (let round = 0; round < Math.min(rounds, 3); round++) {
      say(`memory, round ${round + 1}`);
      memories.push(await memoryAfter(steps));
    }
    const compared = (what: keyof Memory, words: string, later: 1 | 2): Figure => ({
      what: `${words} after ${steps[later].toLocaleString("en")} tokens`,
      against: `after ${steps[later - 1].toLocaleString("en")} tokens`,
      values: memories.map((round) => round[later][what] / round[later - 1][what]),
      goal: 1.2,
      detail: [later, later - 1]
        .map((step) => `${median(memories.map((round) => round[step][what])).toFixed(1)} MiB`)
        .join(" : "),
    });
    return {
      figures: [
        compared("heap", "plugin's heap without garbage", 1),
        compared("heap", "plugin's heap without garbage", 2),
        compared("inRam", "plugin's process in RAM", 1),
        compared("inRam", "plugin's process in RAM", 2),
      ],
    };
  },
};

/**
 * The memory of one plugin after each step.
 *
 * @param steps the numbers of tokens after which the memory is measured
 */
export async function memoryAfter(steps: readonly number[]): Promise<Memory[]> {
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
  const createToken = async (name: string) => {
    const registry = { resourceGroupName: "myresourcegroup", registryName: "myregistry" };
    const scopeMapId = `${registryId(azure)}/scopeMaps/_repositories_pull`;
    const token = { ...registry, tokenName: name, scopeMapId };
    const { id: tokenId } = await others.create("azure-native:containerregistry:Token", name, token);
    const { inputs } = await plugin.check(urn(type, name), {}, { tokenId });
    await plugin.create(urn(type, name), inputs);
  };
  const memories: Memory[] = [];
  try {
    await plugin.configure();
    let created = 0;
    for (const step of steps) {
      while (created < step) {
        const count = Math.min(maxConcurrency, step - created);
        await Promise.all(
          Array.from({ length: count }, (_, index) => createToken(`client-${created + index}`)),
        );
        created += count;
      }
      const inRam = megabytesInRam(plugin.pid);
      memories.push({ inRam, heap: await megabytesOfHeap(plugin.pid, HEAP_USED_FILE) });
    }
    return memories;
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

async function megabytesOfHeap(pid: number, file: string): Promise<number> {
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  let bytes = "";
  while (bytes === "") {
    await sleep(50);
    bytes = existsSync(file) ? readFileSync(file, "utf8") : "";
  }
  return Number(bytes) / 1024 / 1024;
}
