import { badRequest } from "./errors.js";

// The registry's grammar: lower-case parts joined by /; a part has words joined by . _ __ or dashes.
const word = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repository = `${word}(?:/${word})*`;
const action = new RegExp(
  [
    // The only wildcards: every repository, or every repository below a name.
    `^repositories/(?:\\*|${repository}(?:/\\*)?)/(?:content/(?:read|write|delete)|metadata/(?:read|write))$`,
    "^gateway/[a-zA-Z0-9]+/(?:config|message)/(?:read|write)$",
  ].join("|"),
);

/** Also Azure's limit of repositories, which needs no check: every repository has at least one action. */
const maxActions = 500;

/** Checks the actions of a scope map against Azure's grammar. */
export function checkActions(given: readonly unknown[]): readonly string[] {
  if (given.length > maxActions) {
    throw badRequest(
      "ScopeMapActionsLimitExceeded",
      `The scope map has ${given.length} actions: no more than ${maxActions} are allowed.`,
    );
  }
  return given.map((text) => {
    if (typeof text !== "string" || !action.test(text)) {
      throw badRequest(
        "InvalidScopeMapAction",
        `The action ${JSON.stringify(text)} is invalid. Allowed are repositories/<repository>/ with content/read, content/write, content/delete, metadata/read or metadata/write, where the repository is lower case and may be * or end in /*; and gateway/<name>/ with config/read, config/write, message/read or message/write.`,
      );
    }
    return text;
  });
}
