/** The part of the random package's schema that the stand-in needs. */

const map = { type: "object", additionalProperties: { type: "string" } };
const text = { type: "string" };
const integer = { type: "integer" };
const flag = { type: "boolean" };

const characters = {
  keepers: map,
  length: integer,
  lower: flag,
  minLower: integer,
  minNumeric: integer,
  minSpecial: integer,
  minUpper: integer,
  number: flag,
  numeric: flag,
  overrideSpecial: text,
  special: flag,
  upper: flag,
};

function resource(inputs: object, requiredInputs: string[], result: object) {
  return {
    inputProperties: inputs,
    requiredInputs,
    properties: { ...inputs, result },
    required: [...requiredInputs, "result"],
  };
}

export function randomSchema(version: string): object {
  return {
    name: "random",
    version,
    meta: { moduleFormat: "(.*)(?:/[^/]*)" },
    resources: {
      "random:index/randomUuid:RandomUuid": resource({ keepers: map }, [], text),
      "random:index/randomString:RandomString": resource(characters, ["length"], text),
      "random:index/randomPassword:RandomPassword": resource(characters, ["length"], {
        ...text,
        secret: true,
      }),
    },
  };
}
