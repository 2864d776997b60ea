import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  LocalWorkspace,
  type LocalWorkspaceOptions,
  type ProjectSettings,
  type PulumiCommand,
  type PulumiFn,
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

/** What a throw-away stack is of. */
export interface Source {
  /** The folder of Pulumi.yaml and of the program. Default: this project's. */
  readonly projectFolder?: string;
  /** A program in this process, in the place of the one in the folder. */
  readonly program?: PulumiFn;
  /** Whether Pulumi is to find azure-native and random in its ordinary way. Default: stand-ins take their place. */
  readonly realPlugins?: boolean;
}

/**
 * A stack of the project in a folder, without a trace in that folder or in the user's home: the settings are copied, and
 * the program itself is run where it is.
 *
 * @param environment what points Azure's clients at a local Azure
 */
export async function throwAwayStack(
  command: PulumiCommand,
  environment: Readonly<Record<string, string>>,
  { projectFolder = repository, program, realPlugins = false }: Source = {},
): Promise<ThrowAwayStack> {
  const folder = await mkdtemp(join(tmpdir(), "registry-token-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const original = await LocalWorkspace.create({ workDir: projectFolder, pulumiCommand: command });
    const project = elsewhere(await original.projectSettings(), projectFolder);
    // JSON is YAML.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(project, undefined, 2));
    const options: LocalWorkspaceOptions = {
      pulumiCommand: command,
      ...(!realPlugins && { pulumiHome: homeOfStandIns(folder) }),
      envVars: {
        ...environment,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "only for a throw-away stack",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...(!realPlugins && {
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          // A real plugin on PATH would take the place of its stand-in.
          PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
        }),
      },
    };
    const stack = await (program === undefined
      ? LocalWorkspace.createStack({ stackName: "local", workDir: folder }, options)
      : LocalWorkspace.createStack(
          { stackName: "local", projectName: project.name, program },
          { ...options, workDir: folder },
        ));
    return { stack, folder, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A home for Pulumi in which it finds the stand-ins. */
function homeOfStandIns(folder: string): string {
  const pulumiHome = join(folder, "home");
  installStandIns(pulumiHome);
  return pulumiHome;
}

/** The settings for a project file in another folder. */
function elsewhere(project: ProjectSettings & Plugins, projectFolder: string): ProjectSettings & Plugins {
  const providers = project.plugins?.providers?.map(({ name, path }) => ({
    name,
    path: resolve(projectFolder, path),
  }));
  return { ...project, main: projectFolder, plugins: { providers } };
}
