import { afterEach, expect, test, vi } from "vitest";
import { AzureError } from "../../../../components/provider/azure/http/errors";
import { withProgress } from "../../../../components/provider/azure/http/progress";
import * as client from "../../../../components/provider/keyVault/client";
import { VaultSecret } from "../../../../components/provider/keyVault/secret";
import { inFakeTime, useFakeTime } from "../../../support/fakeTime";

vi.mock(
  "node:timers/promises",
  async () => (await import("../../../support/fakeTime.js")).fakeTimersPromises,
);

useFakeTime();

afterEach(() => vi.restoreAllMocks());

const seconds = (count: number) => new Promise((done) => setTimeout(done, 1000 * count));

/** A secret whose vault answers so; what it is asked, and when, in ms. */
function secretOf(
  answer: (request: client.VaultRequest) => unknown,
  cancelled = new AbortController().signal,
) {
  const times: number[] = [];
  const requests: string[] = [];
  vi.spyOn(client, "vaultClient").mockResolvedValue(async (request) => {
    times.push(performance.now());
    requests.push(`${request.method} ${request.path}`);
    return answer(request);
  });
  const address = { vaultUri: "https://myvault.vault.azure.net/", secretName: "mysecret" };
  return { secret: new VaultSecret(address, undefined, cancelled), times, requests };
}

const missing = () => {
  throw new AzureError("", 404, "SecretNotFound");
};

test("a slow vault is shown, without the name of the secret", async () => {
  const messages: string[] = [];
  const { secret } = secretOf(() => seconds(3.5));
  const deleting = withProgress(
    (message) => messages.push(message),
    () => secret.delete(),
  );
  await inFakeTime(deleting);
  expect(messages).toEqual([
    "waiting for Key Vault to delete the secret (2 s)",
    "waiting for Key Vault to delete the secret (3 s)",
    "",
  ]);
});

test("a deleted secret is recovered, and waited for until it is there", async () => {
  const { secret, times, requests } = secretOf(({ method }) =>
    method === "GET" && performance.now() < 2_000 ? missing() : { value: [] },
  );
  await inFakeTime(secret.recover());
  expect(requests).toEqual([
    "POST deletedsecrets/mysecret/recover",
    ...Array(3).fill("GET secrets/mysecret/versions"),
  ]);
  expect(times).toEqual([0, 0, 1_000, 2_000]);
});

test("a secret that is being recovered is looked for each second, until the time is over", async () => {
  const { secret, times } = secretOf(missing);
  await expect(inFakeTime(secret.recover())).rejects.toThrow(
    "could not recover the deleted secret mysecret of the vault myvault.vault.azure.net: Azure has not answered within 60 s",
  );
  expect(times.slice(0, 4)).toEqual([0, 0, 1_000, 2_000]);
  expect(times.length).toBeGreaterThan(55);
});

test("a recovery that the user cancels asks no more", async () => {
  const user = new AbortController();
  const { secret, times } = secretOf(missing, user.signal);
  setTimeout(() => user.abort(), 2_500);
  await expect(inFakeTime(secret.recover())).rejects.toThrow(
    "cancelled while waiting to recover the deleted",
  );
  await vi.advanceTimersByTimeAsync(10_000);
  expect(times).toEqual([0, 0, 1_000, 2_000]);
});
