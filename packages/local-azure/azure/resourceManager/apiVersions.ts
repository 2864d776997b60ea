/**
 * The versions of each resource type: from the folders of azure-rest-api-specs, from the resource types that
 * @pulumi/azure-native is generated from, and from Azure's own responses (in issues that quote them).
 */

const registries = [
  "2017-03-01",
  "2017-10-01",
  "2019-05-01",
  "2019-12-01-preview",
  "2020-11-01-preview",
  "2021-06-01-preview",
  "2021-08-01-preview",
  "2021-09-01",
  "2021-12-01-preview",
  "2022-02-01-preview",
  "2022-12-01",
  "2023-01-01-preview",
  "2023-06-01-preview",
  "2023-07-01",
  "2023-08-01-preview",
  "2023-11-01-preview",
  "2024-11-01-preview",
  "2025-03-01-preview",
  "2025-04-01",
  "2025-05-01-preview",
  "2025-06-01-preview",
  "2025-11-01",
  "2026-01-01-preview",
  "2026-03-01-preview",
  "2026-09-01-preview",
  "2026-11-01",
];

/** Scope maps and tokens had a version of their own first, and were missing in the stable versions until 2022. */
const tokens = [
  "2019-05-01-preview",
  ...registries.filter((version) => version >= "2020-11-01-preview" && version !== "2021-09-01"),
];

/** Stable versions have connected registries since 2025. */
const connectedRegistries = registries.filter(
  (version) => version >= "2025" || (version >= "2020-11-01-preview" && version.endsWith("-preview")),
);

/** By the type's name in lower case, each with Azure's spelling. */
export const typesOfContainerRegistry: Readonly<
  Record<string, { type: string; versions: readonly string[] }>
> = Object.fromEntries(
  [
    { type: "registries", versions: registries },
    { type: "checkNameAvailability", versions: registries },
    { type: "registries/scopeMaps", versions: tokens },
    { type: "registries/tokens", versions: tokens },
    { type: "registries/generateCredentials", versions: tokens },
    { type: "registries/connectedRegistries", versions: connectedRegistries },
    { type: "registries/operationStatuses", versions: ["2019-05-01-preview", ...registries] },
    { type: "registries/operationResults", versions: ["2019-05-01-preview", ...registries] },
  ].map((entry) => [entry.type.toLowerCase(), entry]),
);

/** The versions of vaults, their secrets and deleted vaults. */
export const versionsOfKeyVault = [
  "2015-06-01",
  "2016-10-01",
  "2018-02-14",
  "2018-02-14-preview",
  "2019-09-01",
  "2020-04-01-preview",
  "2021-04-01-preview",
  "2021-06-01-preview",
  "2021-10-01",
  "2021-11-01-preview",
  "2022-02-01-preview",
  "2022-07-01",
  "2022-11-01",
  "2023-02-01",
  "2023-07-01",
  "2024-04-01-preview",
  "2024-11-01",
  "2024-12-01-preview",
  "2025-05-01",
  "2026-02-01",
  "2026-03-01-preview",
];

export const versionsOfLocks = ["2015-01-01", "2016-09-01", "2017-04-01", "2020-05-01"];

/** The versions of tenants, subscriptions, resource groups and lists of resources. */
export const versionsOfResources = [
  "2025-04-01",
  "2025-03-01",
  "2024-11-01",
  "2024-08-01",
  "2024-07-01",
  "2024-06-01-preview",
  "2024-03-01",
  "2023-07-01",
  "2023-07-01-preview",
  "2023-03-01-preview",
  "2022-12-01",
  "2022-11-01-preview",
  "2022-09-01",
  "2022-06-01",
  "2022-05-01",
  "2022-03-01-preview",
  "2022-01-01",
  "2021-04-01",
  "2021-01-01",
  "2020-10-01",
  "2020-09-01",
  "2020-08-01",
  "2020-07-01",
  "2020-06-01",
  "2020-05-01",
  "2020-01-01",
  "2019-11-01",
  "2019-10-01",
  "2019-09-01",
  "2019-08-01",
  "2019-07-01",
  "2019-06-01",
  "2019-05-10",
  "2019-05-01",
  "2019-03-01",
  "2018-11-01",
  "2018-09-01",
  "2018-08-01",
  "2018-07-01",
  "2018-06-01",
  "2018-05-01",
  "2018-02-01",
  "2018-01-01",
  "2017-12-01",
  "2017-08-01",
  "2017-06-01",
  "2017-05-10",
  "2017-05-01",
  "2017-03-01",
  "2016-09-01",
  "2016-07-01",
  "2016-06-01",
  "2016-02-01",
  "2015-11-01",
  "2015-01-01",
  "2014-04-01-preview",
  "2014-04-01",
  "2014-01-01",
  "2013-03-01",
  "2014-02-26",
  "2014-04",
];
