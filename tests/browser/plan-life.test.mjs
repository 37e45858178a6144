import { test } from "node:test";
import { planLife } from "./plan-life.mjs";

test("a plan lives from its draft until it is superseded", (t) => planLife(t, { scripts: true }));
