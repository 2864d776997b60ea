import { expect, it } from "vitest";
import { expectLogin, expectRefused, expectSettled, madeElsewhere, name } from "./adoption";
import { change } from "./clientToken";
import { describeWith, onlyAtFullSize } from "./support";

describeWith("a token that cannot be adopted stays unchanged, under pulumi:", onlyAtFullSize, () => {
  it("a wrong password", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    change(args, { adopt: { tokenId, password1: passwords[0], password2: "not-this-one" } });
    await expectRefused(
      test,
      /adopt\.password2 is refused by the registry at https:\/\/\S+ as a password of token/,
    );
    await expectLogin(test, ...passwords);

    change(args, { adopt: { tokenId, password1: passwords[0] } });
    await test.up();
    await expectSettled(test, args);
    await expectLogin(test, ...passwords);
  });

  it("an Azure that denies the read, without a password in the error", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    change(args, { adopt: { tokenId, password1: passwords[0] } });
    const path = /\/registries\/myregistry\?/;
    test.azure.faults.add({
      kind: "answer",
      method: "GET",
      path,
      status: 403,
      code: "AuthorizationFailed",
      times: 2,
    });
    await expectRefused(
      test,
      /tokenId cannot be adopted: could not find the login server .*AuthorizationFailed/,
    );
    test.azure.faults.add({ kind: "answer", method: "GET", path, status: 403, code: "AuthorizationFailed" });
    const error: Error = await test.up().catch((thrown) => thrown);
    expect(error.message).toContain("AuthorizationFailed");
    expect(error.message).not.toContain(passwords[0]);

    await test.up();
    await expectLogin(test, ...passwords);
    await expectSettled(test, args);
  });

  it("a token in another registry", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    const other = tokenId.replace("/registries/myregistry/", "/registries/otherregistry/");
    const reason =
      /adopt\.tokenId: must have the registryName that the argument registryName has, got "otherregistry" and "myregistry"/;
    change(args, { adopt: { tokenId: other, password1: passwords[0] } });
    await expectRefused(test, reason);
  });

  it("a registry that cannot be reached from here", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    change(args, { adopt: { tokenId, password1: passwords[0] }, loginServer: "127.0.0.1:9" });
    await expectRefused(
      test,
      /adopt\.password1 cannot be tried: the registry at https:\/\/127\.0\.0\.1:9 cannot be asked/,
    );
    await expectLogin(test, ...passwords);
  });

  it("a missing token or scope map", async () => {
    const { test, args, tokenId, passwords } = await madeElsewhere();
    change(args, { adopt: { tokenId, password1: passwords[0] }, scopeMapName: "no-such-map" });
    await expect(test.preview()).rejects.toThrow(/scopeMaps\/no-such-map' does not exist/);
    await expect(test.up()).rejects.toThrow(/no-such-map/);
    await expectLogin(test, ...passwords);
    change(args, { adopt: { tokenId: tokenId.replace(name, "no-such-token") }, tokenName: "no-such-token" });
    await expect(test.preview()).rejects.toThrow(/does not exist/);
    await expect(test.up()).rejects.toThrow(/there is no token|does not exist/);
  });
});
