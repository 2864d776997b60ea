import { Ajv } from "ajv";

/**
 * The errors of an IoT Edge deployment, by the rules of Azure's own JSON schema for deployments,
 * https://json.schemastore.org/azure-iot-edge-deployment-2.0.json, with the schemaVersion 1.1 of its modules' properties.
 */
export function faultsOf(deployment: unknown): string[] {
  const valid = validate(deployment);
  return valid
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** An object with these properties and no others. A name that ends in ? may be missing. */
function object(properties: Record<string, object>): object {
  const named = Object.entries(properties).map(([name, schema]) => [name.replace(/\?$/, ""), schema]);
  return {
    type: "object",
    properties: Object.fromEntries(named),
    required: Object.keys(properties).filter((name) => !name.endsWith("?")),
    additionalProperties: false,
  };
}

/** An object whose properties have names of a pattern, and all of them this schema. */
function map(pattern: string, schema: object): object {
  return { type: "object", patternProperties: { [pattern]: schema }, additionalProperties: false };
}

const text = { type: "string" };
const filled = { type: "string", minLength: 1 };
const number = (maximum: number) => ({ type: "integer", minimum: 0, maximum });
const docker = { const: "docker" };
const schemaVersion = { const: "1.1" };
const twin = (desired: object) => object({ "properties.desired": desired });

const settings = {
  type: "object",
  properties: { image: text },
  required: ["image"],
  patternProperties: { "^create[oO]ptions[0-9]*$": text },
  additionalProperties: false,
};
const env = map("^[^+#$\\s.]+$", object({ value: { type: ["number", "string", "boolean"] } }));
const pulls = { "imagePullPolicy?": { enum: ["never", "on-create"] } };
const runs = {
  status: { enum: ["running", "stopped"] },
  restartPolicy: { enum: ["never", "on-failure", "on-unhealthy", "always"] },
  "startupOrder?": number(4_294_967_295),
};

const edgeAgent = object({
  schemaVersion,
  runtime: object({
    type: docker,
    settings: object({
      "minDockerVersion?": text,
      "loggingOptions?": text,
      "registryCredentials?": map(
        "^[^.$# ]+$",
        object({ username: text, password: text, address: { type: "string", pattern: "^\\S+$" } }),
      ),
    }),
  }),
  systemModules: object({
    edgeAgent: object({ type: docker, settings, "env?": env, ...pulls }),
    edgeHub: object({ type: docker, settings, "env?": env, ...pulls, ...runs }),
  }),
  modules: map(
    "^[a-zA-Z0-9_-]+$",
    object({ "version?": text, type: docker, settings, "env?": env, ...pulls, ...runs }),
  ),
});

const route = object({ route: filled, "priority?": number(9), "timeToLiveSecs?": number(4_294_967_295) });
const edgeHub = object({
  schemaVersion,
  routes: map("^[^.$# ]+$", { anyOf: [route, filled] }),
  "storeAndForwardConfiguration?": object({ timeToLiveSecs: { type: "integer" } }),
});

const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  object({
    modulesContent: {
      type: "object",
      properties: { $edgeAgent: twin(edgeAgent), $edgeHub: twin(edgeHub) },
      required: ["$edgeAgent", "$edgeHub"],
      patternProperties: { "^[a-zA-Z0-9_-]+$": twin({ type: "object" }) },
      additionalProperties: false,
    },
  }),
);
