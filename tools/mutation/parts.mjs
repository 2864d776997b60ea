/**
 * The files that are mutated together, and the tests that run against them. All tests would kill a few
 * more, and take days.
 */
const azure = "components/provider/azure";
const credentials = "components/provider/tokenCredentials";

const files = (folder, ...names) => names.map((name) => `${folder}/${name}.ts`);
const tests = (tier, ...names) => names.map((name) => `tests/${tier}/${name}.test.ts`);

/** What of the arguments only a program runs. */
const argumentsInProgram = files(
  "components/args",
  "adopt",
  "argumentReader",
  "azureAccess",
  "checkArguments",
);

/** All that is mutated. */
export const everything = [
  "components/*.ts",
  "components/args/**/*.ts",
  "components/program/**/*.ts",
  "components/provider/**/*.ts",
  // Run by engine tests alone, which need a CLI: the thread that constructs a component.
  "!components/provider/construct/worker.ts",
];

const named = [
  {
    name: "args",
    mutate: ["components/args/**/*.ts", ...argumentsInProgram.map((file) => `!${file}`)],
    tests: [
      ...tests("unit", "args/*", "provider/*"),
      ...tests("component", "arguments"),
      ...tests("validation", "registryToken"),
    ],
  },
  {
    name: "program",
    mutate: ["components/*.ts", "components/program/**/*.ts", ...argumentsInProgram],
    tests: [
      ...tests("unit", "args/*", "program/*"),
      ...tests("component", "*"),
      ...tests("validation", "registryToken"),
    ],
  },
  {
    name: "azure",
    mutate: [
      ...files(azure, "http/body", "http/errors", "http/headers", "http/jitter", "http/keyedMutex"),
      ...files(azure, "http/progress", "http/rateLimiter", "http/retry", "http/retryBudget", "http/timeout"),
      ...files(azure, "http/errorText", "api/azurePolicy", "api/errors", "api/registryLogin"),
    ],
    tests: [
      ...tests("unit", "provider/azure/*/*"),
      ...tests("validation", "malformedResponses"),
      ...tests("provider", "waitUntilLiveTimeout"),
    ],
  },
  {
    name: "signIn",
    mutate: [`${azure}/auth/*.ts`, ...files(azure, "http/get", "http/hosts")],
    tests: [
      ...tests("unit", "provider/azure/*/*"),
      ...tests("provider", "accessErrors", "access", "hostile*"),
    ],
  },
  {
    name: "schedule",
    mutate: [
      "components/provider/clock.ts",
      ...files(credentials, "deviations", "drift", "overlap", "rotationJitter", "schedule"),
    ],
    tests: [
      ...tests("unit", "provider/*"),
      ...tests(
        "provider",
        "changedInputs",
        "drift",
        "overlap",
        "policies",
        "previews",
        "rotation",
        "rotationExpiry",
        "rotationJitter",
        "upgrade",
      ),
    ],
  },
  {
    name: "vault",
    mutate: ["components/provider/keyVault/*.ts", `${credentials}/vault/*.ts`],
    tests: [
      ...tests("unit", "provider/keyVault/*", "provider/vault/*"),
      ...tests("provider", "access", "hostileVault"),
      ...tests(
        "provider",
        "keyVault",
        "keyVaultDrift",
        "keyVaultMoves",
        "keyVaultRefusals",
        "keyVaultUpgrade",
      ),
    ],
  },
  {
    name: "reading",
    mutate: files(azure, "http/json", "api/responses", "api/tokenCache", "api/tokenReader", "api/tokens"),
    tests: [
      ...tests("unit", "provider/azure/api/*"),
      ...tests("validation", "malformedResponses"),
      ...tests("provider", "adoptErrors", "delete", "drift", "tokenCache", "rotation", "tokenAccess"),
      ...tests("provider", "tokenCredentials", "tokenLists"),
    ],
  },
  {
    name: "calls",
    mutate: files(azure, "api/call", "api/connection", "api/loginServers", "http/client", "http/connection"),
    tests: [
      ...tests("unit", "provider/azure/*/*"),
      ...tests("validation", "malformedResponses"),
      ...tests("provider", "access*", "calls", "hostileResourceManager", "loginServer", "longGeneration"),
      ...tests("provider", "tokenCredentials"),
    ],
  },
  {
    name: "adoption",
    mutate: files(credentials, "adoption"),
    tests: [...tests("unit", "provider/adoption"), ...tests("provider", "adopt*")],
  },
  {
    name: "tokenAccess",
    mutate: files("components/provider", "programComponents", "tokenAccess", "tokensInRun"),
    tests: [
      ...tests("unit", "provider/*"),
      ...tests("validation", "resources"),
      ...tests("provider", "adopt", "editedState", "imports", "newAccess", "policies", "programIdentity"),
      ...tests("provider", "tokenAccess*"),
    ],
  },
  {
    name: "inputs",
    mutate: [
      ...files("components/provider", "inputs", "savedState", "secretInputs", "values"),
      ...files(credentials, "changes", "check", "checkedInputs", "savedState"),
    ],
    tests: [
      ...tests("unit", "provider/*"),
      ...tests("validation", "resources"),
      ...tests("provider", "changedInputs", "editedState", "loginServer", "secretInputs"),
      ...tests("provider", "tokenCredentialsInputs", "tokenCredentialsSecrets", "upgrade"),
    ],
  },
  {
    name: "passwords",
    mutate: files(credentials, "passwordWriter", "preview", "runMemory"),
    tests: [
      ...tests("unit", "provider/*"),
      ...tests(
        "provider",
        "adopt",
        "adoptedToken",
        "delete",
        "keyVaultMoves",
        "loginServer",
        "waitUntilLiveTimeout",
      ),
      ...tests("provider", "overlap", "policies", "previews", "programIdentity", "rotation", "serverClock"),
      ...tests("provider", "tokenCredentials", "waitUntilLive"),
    ],
  },
  {
    name: "lifeCycle",
    mutate: files(credentials, "lifeCycle", "state"),
    tests: [
      ...tests("unit", "provider/*"),
      ...tests("provider", "adopt*", "changedInputs", "delete", "drift", "editedState", "imports"),
      ...tests(
        "provider",
        "keyVault",
        "keyVaultDrift",
        "keyVaultMoves",
        "loginServer",
        "newAccess",
        "policies",
      ),
      ...tests(
        "provider",
        "waitUntilLiveTimeout",
        "overlap",
        "previews",
        "rotation",
        "rotationExpiry",
        "rotationJitter",
      ),
      ...tests("provider", "tokenCredentials*", "upgrade", "waitUntilLive"),
    ],
  },
];

const inOtherParts = named.flatMap(({ mutate }) => mutate).filter((pattern) => !pattern.startsWith("!"));

export const parts = [
  ...named,
  {
    name: "resources",
    mutate: [...everything, ...inOtherParts.map((pattern) => `!${pattern}`)],
    tests: [
      ...tests("unit", "provider/construct/*", "provider/azure/http/serverClock"),
      ...tests("provider", "customTimeouts", "imports", "tokenCache", "plugin", "programIdentity"),
      ...tests("provider", "delete", "previews", "secretInputs", "serverClock", "tokenAccess"),
      ...tests(
        "provider",
        "tokenCredentials",
        "tokenCredentialsInputs",
        "tokenCredentialsSecrets",
        "progress",
      ),
    ],
  },
];
