/** The programs that the types of the arguments accept and refuse. */
import { describe, expect, test } from "vitest";
import { compile } from "./compile";

const start = `
import * as pulumi from "@pulumi/pulumi";
import { GatewayAction, RegistryToken, RepositoryAction, TokenStatus } from "./index";
const config = new pulumi.Config();
const registry = { resourceGroupName: "group", registryName: "myregistry" };
`;

const token = (args: string) => `new RegistryToken("client-1", { ...registry, ${args} });`;

const taken: [what: string, program: string][] = [
  ["texts", token('repositories: { app: ["content/read", "metadata/read"] }, status: "disabled"')],
  [
    "the names of the values",
    token("repositories: { app: [RepositoryAction.ContentRead] }, status: TokenStatus.Enabled"),
  ],
  ["those of gateways", token('gateways: { branch01: ["config/read", GatewayAction.MessageRead] }')],
  [
    "outputs",
    token(
      'repositories: { app: ["content/read", pulumi.output("content/write")] }, status: pulumi.output("enabled")',
    ),
  ],
  [
    "texts from the configuration",
    token('repositories: config.requireObject("repositories"), status: config.require("status")'),
  ],
  [
    "texts from the configuration that need not be there",
    token(
      'repositories: config.getObject("x") ?? { app: ["content/read"] }, status: config.get("status") ?? "enabled"',
    ),
  ],
  [
    "a text that the configuration has checked",
    `const status = config.require("status", { allowedValues: Object.values(TokenStatus) }); ${token("status")}`,
  ],
  ["a constant", `const repositories = { app: ["content/read"] } as const; ${token("repositories")}`],
  [
    "outputs of other stacks",
    token('repositories: new pulumi.StackReference("x").requireOutput("repositories")'),
  ],
];

const refused: [what: string, program: string, said: RegExp][] = [
  [
    "an action that there is not",
    token('repositories: { app: ["content/reed"] }'),
    /Did you mean '"content\/read"'/,
  ],
  [
    "a gateway's action on a repository",
    token('repositories: { app: ["config/read"] }'),
    /not assignable to type 'Input<RepositoryAction>'/,
  ],
  [
    "a repository's action on a gateway",
    token('gateways: { branch01: ["content/read"] }'),
    /not assignable to type 'Input<GatewayAction>'/,
  ],
  [
    "another status",
    token('status: "off"'),
    /Type '"off"' is not assignable to type 'Input<TokenStatus> \| undefined'/,
  ],
  [
    "another slot",
    token('adopt: { tokenId: "/subscriptions/…", regenerate: "password3" }'),
    /Did you mean '"password[12]"'|not assignable to type 'Input<TokenPasswordName> \| undefined'/,
  ],
];

// All at once: the compiler takes seconds to start.
const errors = compile([...taken, ...refused].map(([, program]) => start + program));

describe("the types of the arguments take", () => {
  test.each(taken.map(([what], index) => [what, index] as const))("%s", (_what, index) => {
    expect(errors[index]).toEqual([]);
  });
});

describe("the types of the arguments refuse", () => {
  test.each(refused.map(([what, , said], index) => [what, said, index] as const))(
    "%s",
    (_what, said, index) => {
      const [error, ...others] = errors[taken.length + index] ?? [];
      expect(others).toEqual([]);
      expect(error).toMatch(said);
    },
  );
});
