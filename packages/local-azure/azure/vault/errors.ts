import { Refusal } from "../refusal.js";

/** A refusal of a vault's own door. */
export class VaultError extends Refusal {}
