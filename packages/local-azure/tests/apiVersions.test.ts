import { expect, test } from "vitest";
import { arm, registryPath, startAzure } from "./support.js";

test("a request without api-version is refused: 400 MissingApiVersionParameter", async () => {
  const azure = await startAzure();
  const request = await arm(azure);

  const answer = await request("GET", `${registryPath(azure)}?api-version=`);

  expect(answer.status).toBe(400);
  expect(answer.body.error.code).toBe("MissingApiVersionParameter");
});

/** The statuses of a path in some versions. */
async function ask(below: string, versions: string[]): Promise<[string, unknown][]> {
  const azure = await startAzure();
  const request = await arm(azure);
  const answers: [string, unknown][] = [];
  for (const version of versions) {
    const { status, body } = await request("GET", `${registryPath(azure, below)}?api-version=${version}`);
    answers.push([version, status === 200 ? 200 : body.error.code]);
  }
  return answers;
}

// azure-native uses 2023-01-01-preview and 2024-11-01-preview, azure-cli uses 2026-09-01-preview.
test.each([
  "2017-10-01",
  "2019-05-01",
  "2021-09-01",
  "2022-12-01",
  "2023-01-01-preview",
  "2024-11-01-preview",
  "2025-11-01",
  "2026-09-01-preview",
  "2026-11-01",
])("registries have the api-version %s", async (version) => {
  expect(await ask("", [version])).toEqual([[version, 200]]);
});

test.each([
  "2019-05-01-preview",
  "2020-11-01-preview",
  "2021-12-01-preview",
  "2022-12-01",
  "2024-11-01-preview",
  "2025-11-01",
  "2026-09-01-preview",
  "2026-11-01",
])("scope maps and tokens have the api-version %s", async (version) => {
  expect(await ask("/scopeMaps", [version])).toEqual([[version, 200]]);
  expect(await ask("/tokens", [version])).toEqual([[version, 200]]);
});

test("an unknown date is refused: NoRegisteredProviderFound, with the existing versions", async () => {
  const never = ["2024-01-01", "2025-11-01-preview", "2027-01-01", "2023-07-01-beta"];
  expect(await ask("", never)).toEqual(never.map((version) => [version, "NoRegisteredProviderFound"]));
  // Versions of registries without tokens.
  const others = ["2017-10-01", "2019-05-01", "2021-09-01"];
  expect(await ask("/tokens", others)).toEqual(
    others.map((version) => [version, "NoRegisteredProviderFound"]),
  );

  const azure = await startAzure();
  const request = await arm(azure);
  const { status, body } = await request(
    "GET",
    `${registryPath(azure, "/scopeMaps")}?api-version=2024-01-01`,
  );

  expect(status).toBe(400);
  expect(body.error.message).toMatch(
    /^No registered resource provider found for location 'westeurope' and API version '2024-01-01' for type 'registries\/scopeMaps'\. The supported api-versions are '2019-05-01-preview, 2020-11-01-preview, .*, 2026-11-01'\. The supported locations are 'westeurope'\.$/,
  );
});

test("a version that is no date is refused: InvalidApiVersionParameter", async () => {
  const noDates = ["latest", "2025-11", "2025-13-01", "2025-11-01-"];
  expect(await ask("", noDates)).toEqual(noDates.map((version) => [version, "InvalidApiVersionParameter"]));
});

test("subscriptions and resource groups have their own versions", async () => {
  const azure = await startAzure();
  const request = await arm(azure);
  const subscription = `/subscriptions/${azure.connection.subscriptionId}`;
  const statuses = async (version: string) => {
    const paths = [
      "/subscriptions",
      subscription,
      `${subscription}/resourcegroups`,
      `${subscription}/resources`,
    ];
    const answers = await Promise.all(paths.map((path) => request("GET", `${path}?api-version=${version}`)));
    return answers.map(({ status }) => status);
  };

  for (const version of ["2016-06-01", "2022-09-01", "2022-12-01", "2024-11-01"]) {
    expect([version, await statuses(version)]).toEqual([version, [200, 200, 200, 200]]);
  }
  for (const version of ["2025-11-01", "2021-03-01", "2026-09-01-preview"]) {
    expect([version, await statuses(version)]).toEqual([version, [400, 400, 400, 400]]);
  }
  const { body } = await request("GET", `${subscription}/resourcegroups?api-version=2021-03-01`);
  expect(body.error.code).toBe("InvalidApiVersionParameter");
  expect(body.error.message).toMatch(
    /^The api-version '2021-03-01' is invalid\. The supported versions are '[\d,a-z-]+'\.$/,
  );
});
