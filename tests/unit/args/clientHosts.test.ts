import { describe, expect, test } from "vitest";
import { checkClientHosts } from "../../../components/args/clientHosts";

describe("the hosts of a client", () => {
  test.each([
    [[]],
    [["myregistry.westeurope.geo.azurecr.io", "connected.factory.example:8443", "10.0.0.4:443"]],
    [["$upstream:8000", "$upstream:443"]],
  ])("may be %j", (hosts) => {
    expect(checkClientHosts(hosts)).toEqual([]);
  });

  test.each([
    "$upstream",
    "$upstream:",
    "$upstream:0",
    "$upstream:65536",
    "$parent:8000",
    "x$upstream:8000",
    "$upstream:8000/samples",
    "https://a.example",
    "a.example/",
    "",
    7,
    null,
    ["a.example"],
  ])("may not have %j among them", (host) => {
    expect(checkClientHosts(["a.example", host])).toEqual([
      {
        property: "additionalHosts[1]",
        reason: `must be a host such as "myregistry.westeurope.geo.azurecr.io", with an optional port and without https://, or "$upstream:<port>", got ${JSON.stringify(host)}`,
      },
    ]);
  });

  test.each(["a.example", 7, { a: "a.example" }, null])("are a list, not %j", (hosts) => {
    expect(checkClientHosts(hosts)).toEqual([
      { property: "additionalHosts", reason: `must be a list of hosts, got ${JSON.stringify(hosts)}` },
    ]);
  });
});
