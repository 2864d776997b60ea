import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A Node that becomes an executable. */
export interface Node {
  /** The system that it is for, by Pulumi's name: `linux-amd64`. */
  readonly system: string;
  /** Its executable. */
  readonly path: string;
}

/** The mark in every Node that supports single executables, which records whether it is one. */
export const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** The Node that runs this. */
export const thisNode: Node = { system: systemOf(process.platform, process.arch), path: process.execPath };

/**
 * The Node that runs this, and those in the packages node-<system> of a folder.
 *
 * @param folder with the packages in its node_modules
 * @throws Error if a Node has another version: the Node that runs this prepares the content of the executables
 */
export function nodesFor(folder?: string): Node[] {
  const installed = folder === undefined ? [] : packagedNodes(join(folder, "node_modules"));
  return [thisNode, ...installed.filter(({ system }) => system !== thisNode.system)];
}

function packagedNodes(folder: string): Node[] {
  return readdirSync(folder).flatMap((name) => {
    const [, platform, arch] = /^node-(linux|darwin|win)-(x64|arm64)$/.exec(name) ?? [];
    if (platform === undefined || arch === undefined) {
      return [];
    }
    const { version } = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8"));
    if (`v${version}` !== process.version) {
      throw new Error(
        `${name} in ${folder} is Node ${version}, but what runs this is Node ${process.version}`,
      );
    }
    const path = join(folder, name, "bin", platform === "win" ? "node.exe" : "node");
    return [{ system: systemOf(platform, arch), path }];
  });
}

/** A system in Pulumi's words, from Node's: `windows-amd64` from `win32`, or `win`, and `x64`. */
function systemOf(platform: string, arch: string): string {
  return `${platform.replace(/^win(32)?$/, "windows")}-${arch === "x64" ? "amd64" : arch}`;
}

/** Why a Node cannot become an executable to publish. Undefined if it can. */
export function whyNot(path: string): string | undefined {
  if (!readFileSync(path).includes(fuse)) {
    return `${path} was built without support for single executable applications`;
  }
  return nodeLicence() === undefined ? `there is no licence of Node beside ${process.execPath}` : undefined;
}

/** The license of this version of Node, at the path in Node's own packages or in Debian's. */
export function nodeLicence(): string | undefined {
  const folder = dirname(process.execPath);
  return [folder, join(folder, ".."), join(folder, "..", "share", "doc", "nodejs")]
    .map((place) => join(place, "LICENSE"))
    .find((file) => existsSync(file) && readFileSync(file, "utf8").startsWith("Node.js is licensed"));
}
