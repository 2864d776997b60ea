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

/** A stack of a project in a temporary folder, with stand-ins for the plugins that call the cloud. */
export interface ThrowAwayStack {
  readonly stack: Stack;
  /** The folder: the project, Pulumi's home and the stack's state are in it. */
  readonly folder: string;
  /** Removes the folder. Resources elsewhere stay. */
  remove(): Promise<void>;
}

/** The part of a project's settings that the Automation API's type leaves out. */
interface Plugins {
  plugins?: { providers?: { name: string; path: string }[] };
}

/** What a throw-away stack runs. */
export interface Source {
  /** The folder of Pulumi.yaml and of the program. Default: this project's. */
  readonly projectFolder?: string;
  /** A program in this process, instead of the program in the folder. */
  readonly program?: PulumiFn;
  /** Whether Pulumi finds azure-native and random in its ordinary way. Default: stand-ins replace them. */
  readonly realPlugins?: boolean;
}

/**
 * Creates a stack of the project in a folder, without changing that folder or the user's home: the settings are copied, and
 * the program runs where it is.
 *
 * @param environment variables that point Azure's clients at a local Azure
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
          // A real plugin on PATH would replace its stand-in.
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

/** A Pulumi home that contains the stand-ins. */
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
