import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const platform = new pulumi.StackReference(new pulumi.Config().require("platform"));
const loginServer = platform.requireOutput("loginServer");
const username = platform.requireOutput("username");
const password = platform.requireOutput("password");

// Stands for what has to start anew with another password, such as a revision of a container app.
const revision = new random.RandomUuid("revision", { keepers: { username, password } });

export const revisionName = pulumi.interpolate`application-${revision.result}`;
/** What the application logs in with: a secret, because the password is one. */
export const login = { loginServer, username, password };
