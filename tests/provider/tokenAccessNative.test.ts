/** Why TokenAccess exists: azure-native changes a token by PUT, which removes its passwords. */
import { PluginClient, standIn } from "local-azure/pulumi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Resource } from "../support/engine.js";
import { type Credentials, TestEnvironment } from "../support/testEnvironment.js";

let environment: TestEnvironment;
let native: PluginClient;
let agentOnly: string;
let payrollOnly: string;

beforeAll(async () => {
  environment = await TestEnvironment.start();
  agentOnly = await environment.newScopeMap("agent-only", "azureiotedge-agent");
  payrollOnly = await environment.newScopeMap("payroll-only", "payroll");
  native = await PluginClient.start(standIn("azure-native"), { env: environment.azure.environment });
  await native.configure();
});

afterAll(async () => {
  await native?.close();
  await environment?.close();
});

/** Whether each password logs in. */
const logIns = ({ username, passwords }: Credentials) =>
  Promise.all(passwords.map(({ value }) => environment.canLogIn(username, value)));

test.each(["status", "scopeMapId"])("azure-native loses the passwords if %s changes", async (property) => {
  const name = `native-token-${property}`.toLowerCase();
  const token = new Resource("azure-native:containerregistry:Token", name, () => native);
  const args = {
    resourceGroupName: "myresourcegroup",
    registryName: "myregistry",
    scopeMapId: agentOnly,
    status: "enabled",
  };
  await token.up(args);
  const tokenId = `${environment.registryId()}/tokens/${name}`;
  const credentials = environment.credentials();
  await credentials.up({ tokenId });
  expect(await logIns(credentials.exported)).toEqual([true, true]);

  const changed = property === "status" ? "disabled" : payrollOnly;
  const writes = await environment.writesOf(() => token.up({ ...args, [property]: changed }));
  expect(writes).toEqual([`PUT ${name}`]);
  await environment.client.arm("PATCH", tokenId, { properties: { status: "enabled" } });

  expect(await logIns(credentials.exported)).toEqual([false, false]);
  expect(await environment.client.slots(tokenId)).toEqual([]);
});
