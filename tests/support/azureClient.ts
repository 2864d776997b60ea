import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import type { Connection } from "local-azure";

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
}

export interface SlotSeen {
  readonly name: string;
  readonly creationTime: string;
  /** undefined: never. */
  readonly expiry?: string;
}

/**
 * Calls a local Azure with no Azure client in between: at a registry's endpoint as a container engine would, and at the
 * resource manager as another authorized identity.
 */
export class AzureClient {
  private readonly agent: Agent;
  private token: Promise<string> | undefined;

  constructor(private readonly connection: Connection) {
    this.agent = new Agent({ keepAlive: true, ca: readFileSync(connection.caFile) });
  }

  close(): void {
    this.agent.destroy();
  }

  /** Whether a registry's endpoint gives an access token for this user name and password. */
  async canLogIn(username: string, password: string | undefined, registry?: string): Promise<boolean> {
    return (await this.accessToken(username, password, registry)) !== undefined;
  }

  /** Whether this user name and password can pull an image. */
  async canPull(
    username: string,
    password: string | undefined,
    repository: string,
    tag: string,
    registry?: string,
  ): Promise<boolean> {
    const token = await this.accessToken(username, password, registry, `repository:${repository}:pull`);
    const server = this.loginServer(registry);
    const { status } = await this.send("GET", `https://${server}/v2/${repository}/manifests/${tag}`, {
      authorization: `Bearer ${token}`,
    });
    return only(status, [200], [401]);
  }

  /** Calls the resource manager and waits for the end of the operation. Throws if Azure refuses the request. */
  async arm(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const version = path.includes("/Microsoft.Authorization/")
      ? "2020-05-01"
      : path.includes("/providers/")
        ? "2025-11-01"
        : "2022-12-01";
    const url = `${this.connection.resourceManager}${path}?api-version=${version}`;
    const first = await this.authorized(method, url, body);
    if (first.status >= 400) {
      throw new Error(`${method} ${path}: ${first.status} ${first.text}`);
    }
    const status = first.headers["azure-asyncoperation"];
    const location = first.headers.location;
    let answer = first;
    if (status !== undefined) {
      await this.waitForEnd(`${method} ${path}`, String(status));
      return {};
    }
    if (location !== undefined) {
      do {
        answer = await this.authorized("GET", String(location));
      } while (answer.status === 202);
    }
    return answer.text ? JSON.parse(answer.text) : {};
  }

  /** Polls an operation until its end. Throws if it failed. */
  private async waitForEnd(what: string, address: string): Promise<void> {
    for (;;) {
      const { text } = await this.authorized("GET", address);
      const { status } = JSON.parse(text);
      if (status === "Succeeded") {
        return;
      }
      if (!["Creating", "Updating"].includes(status)) {
        throw new Error(`${what}: ${text}`);
      }
    }
  }

  /** The password slots of a token, as Azure shows them. */
  async slots(tokenId: string): Promise<SlotSeen[]> {
    const { properties } = (await this.arm("GET", tokenId)) as {
      properties: { credentials: { passwords: SlotSeen[] } };
    };
    return properties.credentials.passwords;
  }

  /** Makes new passwords of a token, and returns those that are new. */
  async generate(
    tokenId: string,
    name?: string,
    expiry?: string,
  ): Promise<{ name: string; value: string }[]> {
    const registryId = tokenId.slice(0, tokenId.indexOf("/tokens/"));
    const { passwords } = (await this.arm("POST", `${registryId}/generateCredentials`, {
      tokenId,
      name,
      expiry,
    })) as { passwords: { name: string; value?: string }[] };
    return passwords.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
  }

  /** Clears a token's slots but those named. */
  async keepOnly(tokenId: string, names: readonly string[]): Promise<void> {
    const passwords = (await this.slots(tokenId)).filter(({ name }) => names.includes(name));
    await this.arm("PATCH", tokenId, { properties: { credentials: { passwords } } });
  }

  /** An access token for the resource manager, as the sign-in host issues it. */
  signIn(): Promise<string> {
    this.token ??= this.requestToken();
    return this.token;
  }

  private async requestToken(): Promise<string> {
    const { authority, clientId, clientSecret, resourceManager, tenantId } = this.connection;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope: `${resourceManager}/.default`,
    });
    const answer = await this.send(
      "POST",
      `${authority}/${tenantId}/oauth2/v2.0/token`,
      { "content-type": "application/x-www-form-urlencoded" },
      form.toString(),
    );
    return JSON.parse(answer.text).access_token;
  }

  private async authorized(method: string, url: string, body?: object): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${await this.signIn()}`,
      "content-type": "application/json",
    };
    return this.send(method, url, headers, body && JSON.stringify(body));
  }

  private async accessToken(
    username: string,
    password = "",
    registry?: string,
    scope?: string,
  ): Promise<string | undefined> {
    const server = this.loginServer(registry);
    const query = new URLSearchParams({ service: server, ...(scope && { scope }) });
    const { status, text } = await this.send("GET", `https://${server}/oauth2/token?${query}`, {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
    });
    return only(status, [200], [401]) ? JSON.parse(text).access_token : undefined;
  }

  private loginServer(registry?: string): string {
    const found = this.connection.registries.find(({ name }) => registry === undefined || name === registry);
    if (found === undefined) {
      throw new Error(`there is no registry ${registry}`);
    }
    return found.loginServer;
  }

  private send(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Answer> {
    return new Promise((done, fail) => {
      const outgoing = request(url, { method, headers, agent: this.agent }, (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          text += chunk;
        });
        incoming.once("error", fail);
        incoming.once("end", () =>
          done({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
        );
      });
      outgoing.once("error", (error: NodeJS.ErrnoException) => {
        // A server closes an idle connection, maybe in the moment in which it is used again.
        const isStale = outgoing.reusedSocket && error.code === "ECONNRESET";
        done(isStale ? this.send(method, url, headers, body) : Promise.reject(error));
      });
      outgoing.end(body);
    });
  }
}

/** True for a status that grants access, false for a status that denies it, and an error for any other. */
function only(status: number, yes: number[], no: number[]): boolean {
  if (!yes.includes(status) && !no.includes(status)) {
    throw new Error(`answered ${status}`);
  }
  return yes.includes(status);
}
