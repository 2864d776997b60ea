import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  LocalWorkspace,
  type ProjectSettings,
  type PulumiCommand,
  type Stack,
} from "@pulumi/pulumi/automation";
import { installStandIns } from "local-azure/pulumi";
import { repository } from "./repository";

/** A stack of a project, in a folder of its own, on stand-ins for the plugins that speak to the cloud. */
export interface ThrowAwayStack {
  readonly stack: Stack;
  /** The folder: the project, Pulumi's home and the stack's state are in it. */
  readonly folder: string;
  /** Removes all of it. What was created elsewhere is not touched. */
  remove(): Promise<void>;
}

/** The part of a project's settings that the Automation API's type leaves out. */
interface Plugins {
  plugins?: { providers?: { name: string; path: string }[] };
}

/**
 * A stack of the project in a folder, without a trace in that folder or in the user's home: the settings are copied, and
 * the program itself is run where it is.
 *
 * @param environment what points Azure's clients at a local Azure
 * @param projectFolder the folder of Pulumi.yaml and the program; default: this project's
 */
export async function throwAwayStack(
  command: PulumiCommand,
  environment: Readonly<Record<string, string>>,
  projectFolder = repository,
): Promise<ThrowAwayStack> {
  const folder = await mkdtemp(join(tmpdir(), "registry-token-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const original = await LocalWorkspace.create({ workDir: projectFolder, pulumiCommand: command });
    const project = elsewhere(await original.projectSettings(), projectFolder);
    // JSON is YAML.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project, undefined, 2));
    const pulumiHome = join(folder, "home");
    installStandIns(pulumiHome);
    const stack = await LocalWorkspace.createStack(
      { stackName: "local", workDir: folder },
      {
        pulumiCommand: command,
        pulumiHome,
        envVars: {
          ...environment,
          PULUMI_BACKEND_URL: `file://${folder}`,
          PULUMI_CONFIG_PASSPHRASE: "only for a throw-away stack",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          // A real plugin on PATH would take the place of its stand-in.
          PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
        },
      },
    );
    return { stack, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The settings for a project file in another folder. */
function elsewhere(project: ProjectSettings & Plugins, projectFolder: string): ProjectSettings & Plugins {
  const providers = project.plugins?.providers?.map(({ name, path }) => ({
    name,
    path: resolve(projectFolder, path),
  }));
  return { ...project, main: projectFolder, plugins: { providers } };
}
