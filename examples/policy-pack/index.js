const { PolicyPack } = require("@pulumi/policy");

/** The scope maps of each registry that have content/write on every repository. Azure ignores the case of names. */
const writesAll = /\/scopeMaps\/_repositories_(?:push|push_metadata_write|admin)$/i;

/** A rule for the arguments of each RegistryToken. */
function rule(name, description, findFailures) {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, reportViolation) => {
      if (type === "acr-token:index:RegistryToken") {
        findFailures(props).forEach((failure) => {
          reportViolation(failure);
        });
      }
    },
  };
}

new PolicyPack("registry-tokens", {
  policies: [
    rule("password-expires", "The passwords of a token expire.", ({ expirationInDays }) =>
      expirationInDays === undefined ? ["Set expirationInDays, so that the passwords expire."] : [],
    ),
    rule(
      "no-write-on-all",
      'No token can write to every repository: it has content/write on "*" neither by its repositories nor by a scope map that each registry has, such as _repositories_push. The rule cannot read the actions of your own scope maps.',
      ({ repositories, scopeMapId }) => [
        ...(repositories?.["*"]?.some((action) => action.toLowerCase() === "content/write")
          ? ['Give content/write on named repositories. The token has it on "*", every repository.']
          : []),
        ...(writesAll.test(scopeMapId)
          ? [
              `Give content/write on named repositories. The token has it on every repository by ${scopeMapId}.`,
            ]
          : []),
      ],
    ),
  ],
});
