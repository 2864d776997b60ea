/** The commands of docs/key-vault.md for the local Azure: a client of the vault gets a password that works. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { registryOf } from "../../packages/local-azure/tests/support";
import { vaultSender } from "../../packages/local-azure/tests/vaultSupport";
import { describeWith, onlyAtFullSize } from "../engine/support";
import { commandsIn, runCommands } from "../examples/pageCommands";

describeWith("the commands of the page on Key Vault", onlyAtFullSize, () => {
  it("create a vault and a token whose password is in it, and read the secret of that password", async () => {
    const page = readFileSync("docs/key-vault.md", "utf8");
    const [, section = ""] = /^## Try it without a subscription\n([\s\S]*?)^## /m.exec(page) ?? [];

    const { azure, calls } = await runCommands(commandsIn(section), "key-vault", { startsIn: "repository" });

    const [, uri = "", name] =
      /^az keyvault secret show --id (\S+\/)secrets\/(\S+) --query value --output tsv$/m.exec(calls) ?? [];
    expect(name).toBe("build-agent-password");
    const { value } = (await (await vaultSender(azure, uri))("GET", `secrets/${name}`)).body;
    expect(await registryOf(azure).login("build-agent", value)).toBe(200);
  }, 400_000);
});
