import { test } from "node:test";
import { planLife } from "./plan-life.mjs";

test("a plan lives from its draft until it is superseded, without scripts", (t) => planLife(t, { scripts: false }));
