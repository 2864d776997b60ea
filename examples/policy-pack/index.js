const { PolicyPack } = require("@pulumi/policy");

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
    rule("no-write-on-all", "No token can write to every repository.", ({ repositories = {} }) =>
      repositories["*"]?.includes("content/write")
        ? ['Give content/write on named repositories. The token has it on "*", every repository.']
        : [],
    ),
  ],
});
