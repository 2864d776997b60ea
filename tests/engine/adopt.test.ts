import { expect, it } from "vitest";
import { makeToken } from "../local/support";
import { type ChangingArgs, change, clientToken } from "./clientToken";
import { describeWithCli, TestStack } from "./support";

describeWithCli("a token that exists, under pulumi", () => {
  it("moves in with both passwords", async () => {
    const args: ChangingArgs = {};
    const test = await TestStack.start(clientToken(args));
    const made = await makeToken(test.azure, { name: "edge-client" });
    change(args, { adopt: { tokenId: made.id, password1: made.passwords[0], password2: made.passwords[1] } });
    const p = await test.preview();
    console.log(p.text);
    const u = await test.up();
    console.log(u.text, u.steps);
    expect(await test.passwords()).toEqual({
      password: made.passwords[0],
      password1: made.passwords[0],
      password2: made.passwords[1],
    });
    console.log((await test.preview()).text);
    change(args, {});
    console.log((await test.preview()).text);
  });
});
