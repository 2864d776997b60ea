/**
 * Draws previews of a rotation and of the answer to a leak into docs/, or another folder: `npm run docs`. It needs a Pulumi CLI,
 * and leaves the pictures as they are if there is none.
 */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { startLocalAzure } from "local-azure";
import { RegistryToken } from "pulumi-acr-token";
import { throwAwayStack } from "#start/throwAwayStack";
import { terminalPicture } from "./terminalPicture.mjs";

const folder = process.argv[2] ?? resolve(import.meta.dirname, "../../docs");

const styles = [
  [/^( *\+-.*)$/, "changed"],
  [/^( *~.*)$/, "changed"],
  [/^( *\+ .*)$/, "added"],
  [/^( *- .*)$/, "removed"],
  [/^(\$.*|Resources:|.*\[provider=.*)$/, "muted"],
];

/** The program of the README, with a trigger that is changed. */
function program(audit) {
  return async () => {
    const token = new RegistryToken("build-agent", {
      resourceGroupName: "myresourcegroup",
      registryName: "myregistry",
      repositories: { "samples/nginx": ["content/read"] },
      rotationTriggers: { audit },
    });
    return { username: token.username, password: token.password };
  };
}

/** The lines of a preview without what differs from run to run: ids, days and durations. */
function settled(text) {
  return text
    .trimEnd()
    .split("\n")
    .filter((line) => !/^(Previewing update|Loading policy packs|@ |\s*$)|\[(?:urn|provider|id)=/.test(line))
    .map((line) => line.replace(/\d{4}-\d{2}-\d{2}/g, "2026-12-01").replace(/[\da-f]{8}-[\da-f-]{27}/g, "…"))
    .map((line) =>
      line
        .replace(/"\/subscriptions\/.*"/, '"…/tokens/build-agent"')
        .replace(/127\.0\.0\.1:\d+/, "myregistry.azurecr.io"),
    );
}

function draw(file, title, command, text) {
  writeFileSync(join(folder, file), terminalPicture(title, [`$ ${command}`, "", ...settled(text)], styles));
}

const command = await PulumiCommand.get().catch(() => undefined);
if (command === undefined) {
  console.log("There is no pulumi on PATH: the pictures of previews stay as they are.");
} else {
  await drawPreviews(command);
}

async function drawPreviews(command) {
  const azure = await startLocalAzure();
  const { stack, remove } = await throwAwayStack(command, azure.environment, { program: program("2026") });
  try {
    await stack.up();
    const { deployment } = await stack.exportStack();
    const { urn } = deployment.resources.find(({ type }) => type === "acr-token:index:TokenCredentials");
    const options = { diff: true, color: "never" };
    const leak = await stack.preview({ ...options, replace: [urn] });
    draw(
      "preview-leak.svg",
      "A preview of the answer to a leak: TokenCredentials is replaced, and the new password is unknown",
      "pulumi preview --diff --replace '<urn of the TokenCredentials>'",
      leak.stdout,
    );
    stack.workspace.program = program("2027");
    const rotation = await stack.preview(options);
    draw(
      "preview-rotation.svg",
      "A preview of a rotation: current changes from password1 to password2, whose password is unknown",
      "pulumi preview --diff",
      rotation.stdout,
    );
    await stack.destroy();
  } finally {
    await remove();
    await azure.close();
  }
}
