import { badRequest } from "./errors.js";

// As the registry names them: lower case, parts joined by /, each of them words joined by . _ __ or dashes.
const word = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repository = `${word}(?:/${word})*`;
const action = new RegExp(
  [
    // The only wildcards: every repository, or every one below a name.
    `^repositories/(?:\\*|${repository}(?:/\\*)?)/(?:content/(?:read|write|delete)|metadata/(?:read|write))$`,
    "^gateway/[a-zA-Z0-9]+/(?:config|message)/(?:read|write)$",
  ].join("|"),
);

/** A scope map holds 500 repositories too, which so many actions cannot exceed: each repository has one at least. */
const most = 500;

/** The actions of a scope map, refused where one is not of Azure's grammar. */
export function checkActions(given: readonly unknown[]): readonly string[] {
  if (given.length > most) {
    throw badRequest(
      "ScopeMapActionsLimitExceeded",
      `The scope map has ${given.length} actions: no more than ${most} are allowed.`,
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
