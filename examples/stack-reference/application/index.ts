import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const platform = new pulumi.StackReference(new pulumi.Config().require("platform"));
const loginServer = platform.requireOutput("loginServer");
const username = platform.requireOutput("username");
const password = platform.requireOutput("password");

// Represents a resource that must be replaced with each new password, such as a revision of a container app.
const revision = new random.RandomUuid("revision", { keepers: { username, password } });

export const revisionName = pulumi.interpolate`application-${revision.result}`;
/** The application's credentials: a secret, because the password is a secret. */
export const login = { loginServer, username, password };
