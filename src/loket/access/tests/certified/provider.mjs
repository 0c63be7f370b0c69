// npm's oidc-provider on loopback: node provider.mjs PORT CLIENTS PEOPLE, the latter two paths of JSON files.
// CLIENTS: [client metadata]; PEOPLE: {sub: {email, email_verified, …}}, read anew at each sign-in. Any password is right.
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, clients, people] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: read(clients),
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...read(people)[sub] }) }),
  pkce: { required: () => true, methods: ["S256"] },
  cookies: { keys: ["only for tests"] },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
