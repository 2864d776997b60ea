import { expect, it } from "vitest";
import { arm, registryPath } from "../../packages/local-azure/tests/support";
import { describeWithCli, TestStack, unknownPassword } from "./support";

describeWithCli("the program under pulumi", () => {
  it("previews, creates, stays unchanged, is refreshed and destroyed", async () => {
    const test = await TestStack.start();
    await test.stack.setAllConfig({
      registryName: { value: "myregistry" },
      resourceGroupName: { value: "myresourcegroup" },
    });

    const preview = await test.preview();
    expect(preview.text).toMatch(unknownPassword);
    expect(preview.steps.sort()).toEqual([
      "RandomUuid create",
      "RegistryToken create",
      "ScopeMap create",
      "Stack create",
      "Token create",
      "TokenAccess create",
      "TokenCredentials create",
    ]);
    expect(test.asked()).toEqual([]);

    await test.up();
    const { username, password, credentials, registryCredentials } = await test.stack.outputs();
    expect(username).toEqual({ value: "crimagepulltoken", secret: false });
    expect(password?.secret).toBe(true);
    expect(await test.login("crimagepulltoken", password?.value)).toBe(200);
    expect(credentials).toEqual({
      secret: true,
      value: {
        activeDirectoryObject: null,
        certificates: [],
        username: "crimagepulltoken",
        passwords: [
          {
            name: "password1",
            value: password?.value,
            creationTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
            expiry: null,
          },
          { name: "password2", value: expect.any(String), creationTime: expect.any(String), expiry: null },
        ],
      },
    });
    expect(registryCredentials).toEqual({
      secret: true,
      value: {
        myregistry: {
          address: test.azure.connection.registries[0]?.loginServer,
          username: "crimagepulltoken",
          password: password?.value,
        },
      },
    });
    expect(test.asked().filter((request) => request.startsWith("POST"))).toEqual([
      "POST myregistry/generateCredentials",
    ]);

    const requests = test.azure.requests.length;
    expect((await test.up()).steps).toEqual([]);
    expect(test.asked(requests)).toEqual([]);

    // azure-native finds the passwords' slots among the token's properties; that must lead to no update.
    await test.refresh();
    expect((await test.up()).steps).toEqual([]);
    expect(await test.output("password")).toBe(password?.value);
    expect(await test.login("crimagepulltoken", password?.value)).toBe(200);

    const beforeDestroy = test.azure.requests.length;
    await test.stack.destroy();
    expect(test.asked(beforeDestroy)).toEqual([]);
    const resourceManager = await arm(test.azure);
    for (const path of ["/tokens/crimagepulltoken", "/scopeMaps/connected-registry-pull"]) {
      expect((await resourceManager("GET", registryPath(test.azure, path))).status).toBe(404);
    }
  });

  it("names the command that sets the missing configuration", async () => {
    const test = await TestStack.start();
    await expect(test.preview()).rejects.toThrow(
      /Missing required configuration variable 'registry-token:resourceGroupName'\s+please set a value using the command `pulumi config set registry-token:resourceGroupName <value>`/,
    );
  });

  it("shows all errors of its configuration, and creates nothing", async () => {
    const test = await TestStack.start();
    await test.stack.setAllConfig({
      registryName: { value: "my_registry" },
      resourceGroupName: { value: "myresourcegroup" },
      rotateEveryDays: { value: "0" },
      repositories: { value: '{"azureiotedge-hub": ["content/pull"]}' },
    });
    const attempt = test.up();
    await expect(attempt).rejects.toThrow(
      /registryName: must be 5 to 50 letters and digits, got "my_registry"/,
    );
    await expect(attempt).rejects.toThrow(
      /rotateEveryDays: must be a whole number of days from 1 to 36500, got 0/,
    );
    await expect(attempt).rejects.toThrow(
      /repositories\["azureiotedge-hub"\]\[0\]: must be one of content\/read/,
    );
    expect(test.azure.requests.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  it("names the registry that it cannot find", async () => {
    const test = await TestStack.start();
    await test.stack.setAllConfig({
      registryName: { value: "nosuchregistry" },
      resourceGroupName: { value: "myresourcegroup" },
    });
    await expect(test.up()).rejects.toThrow(/error: .*nosuchregistry/);
  });
});
