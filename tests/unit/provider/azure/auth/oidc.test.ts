import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { oidcToken } from "../../../../../components/provider/azure/auth/oidc";
import * as http from "../../../../../components/provider/azure/http/get";

const oidcRequestUrl = "https://pipelines.example/token?api-version=2";

afterEach(() => vi.restoreAllMocks());

/** Has each request answered so. */
function answering(status: number, body: string) {
  return vi.spyOn(http, "httpGet").mockResolvedValue({ status, body });
}

describe("the OIDC token", () => {
  test("is the token in the settings", async () => {
    expect(await oidcToken({ oidcToken: "given", oidcTokenFilePath: "/nowhere" })).toBe("given");
  });

  test("is the content of the file, read again each time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "oidc-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const oidcTokenFilePath = join(folder, "token");
    writeFileSync(oidcTokenFilePath, "first\n");
    expect(await oidcToken({ oidcTokenFilePath })).toBe("first");
    writeFileSync(oidcTokenFilePath, "second\n");
    expect(await oidcToken({ oidcTokenFilePath })).toBe("second");
  });

  test("is requested for Microsoft Entra, as a GitHub action does", async () => {
    const asked = answering(200, '{"value":"requested"}');
    expect(await oidcToken({ oidcRequestUrl, oidcRequestToken: "bearer" })).toBe("requested");
    expect(asked).toHaveBeenCalledWith(
      `${oidcRequestUrl}&audience=api%3A%2F%2FAzureADTokenExchange`,
      expect.objectContaining({ headers: { authorization: "Bearer bearer" } }),
    );
  });
});

describe("without an OIDC token", () => {
  test("the error names every place where it can be set", async () => {
    await expect(oidcToken({ useOidc: true })).rejects.toThrow(
      /there is no token: set the oidcToken \(.*ARM_OIDC_TOKEN\), the oidcTokenFilePath \(.*\), or both the oidcRequestUrl \(.*\) and the oidcRequestToken/,
    );
  });

  test.each([{ oidcRequestUrl }, { oidcRequestToken: "bearer" }])(
    "nothing is requested with half of what a request needs: %j",
    async (settings) => {
      await expect(oidcToken(settings)).rejects.toThrow("there is no token: set the oidcToken");
    },
  );

  test("the error names the file that cannot be read", async () => {
    await expect(oidcToken({ oidcTokenFilePath: "/nowhere/token" })).rejects.toThrow(
      /the OIDC token cannot be read: ENOENT.*\/nowhere\/token.*; correct the oidcTokenFilePath/,
    );
  });

  test.each([
    [403, "{}"],
    [403, '{"value":"not for you"}'],
    [200, "no JSON"],
  ])("the error says what the server answered, and shows no bearer token: %d", async (status, body) => {
    answering(status, body);
    const error = await oidcToken({ oidcRequestUrl, oidcRequestToken: "bearer-hush" }).catch(String);
    expect(error).toContain(`gave no OIDC token: it answered ${status}; check the oidcRequestUrl`);
    expect(error).not.toContain("bearer-hush");
  });
});
